"""The organisation's own file, ``schedules.yaml``, and the folder it stands in.

Who we are, which laws bind us since when, our policies. What can be printed is dated: a map from
the day a value begins to the value. The file is configuration, not books: nothing is recorded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, field_validator, model_validator

from compliance.errors import SetupError
from compliance.i18n import _
from compliance.money import is_currency
from compliance.profiles import CsvProfile, RegisterProfile
from compliance.yamlfile import Day, Strict, load

if TYPE_CHECKING:
    from compliance.storage import Place

FILE = "schedules.yaml"
V = TypeVar("V")
Figure = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,3})?$")]
"""An amount in the currency of reports, such as 40000.00."""


class Names(Strict):
    """The name exactly as in the register, and the cases a label needs, typed by a person, never inflected."""

    nominative: str
    instrumental: str | None = None
    genitive: str | None = None


class Status(Strict):
    """A legal status or register entry: ``since`` the first day, ``until`` the last (open: leave out)."""

    since: Day
    until: Day | None = None


class Organisation(Strict):
    names: dict[Day, Names] = Field(min_length=1)
    statuses: dict[str, Status]
    address: dict[Day, str] = {}
    bodies: dict[str, dict[Day, str]] = {}
    tax_id: str | None = None
    registration_id: str | None = None
    registered_on: Day | None = None


class Lead(Strict):
    """How many days before the due day each step should be done; reminders only, never the law's day."""

    prepare_days: int = Field(default=10, ge=0, le=365)
    approve_days: int = Field(default=3, ge=0, le=365)


class AssignedPeriod(Strict):
    """A reporting period that an authority set for us; ``letter`` is where it says so."""

    first: Day
    last: Day
    letter: str = Field(min_length=1)

    @model_validator(mode="after")
    def _forwards(self) -> AssignedPeriod:
        if self.last < self.first:
            raise ValueError(_("the last day is before the first"))
        return self


class Extension(Strict):
    """Another due day that an authority granted for the period that ends on ``last``; ``letter`` says so."""

    last: Day
    due: Day
    letter: str = Field(min_length=1)


class Demand(Strict):
    """Papers that an expense must rest on, by our own policy: ``any`` of them, or ``all``.

    ``lines`` are the form lines it is about (all without them), ``from`` the amount of one payment it
    begins with, in the currency of reports.
    """

    papers: list[str] = Field(min_length=1)
    enough: Literal["any", "all"] = "all"
    lines: list[str] = []
    from_: Figure = Field(default="0", alias="from")


class FixedAssets(Strict):
    """From which amount a thing that lasts is a fixed asset, by our accounting policy: the form line it
    belongs on, and the lines where it lands by mistake."""

    from_: Figure = Field(alias="from")
    line: str
    instead_of: list[str] = Field(min_length=1)


Role = Annotated[str, Field(pattern=r"^[a-z][a-z_-]{0,31}$")]
"""Who approves, in the organisation's own word: accountant, director, counsel."""


class Imports(Strict):
    profiles: dict[str, CsvProfile] = {}
    registers: dict[str, RegisterProfile] = {}


class Config(Strict):
    """The whole of schedules.yaml."""

    organisation: Organisation
    regimes: list[str]
    currency: str = "RUB"
    language: str | None = None
    starts_on: Day | None = None
    lead: Lead = Lead()
    imports: Imports = Imports()
    periods: dict[str, list[AssignedPeriod]] = {}
    extensions: dict[str, list[Extension]] = {}
    advance_days: int = Field(default=30, ge=1, le=366)
    packs: str | None = None
    database: str | None = None
    approval: dict[Day, list[Role]] = {}
    team: dict[str, Role] = {}
    evidence: dict[Day, list[Demand]] = {}
    fixed_assets: dict[Day, FixedAssets] = {}
    spoken: dict[Day, str] = {}

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if not is_currency(value):
            raise ValueError(_("a currency is three capital letters, such as RUB"))
        return value

    @field_validator("database")
    @classmethod
    def _no_password(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError(_("the address of a database begins with postgresql://"))
        if value is not None and holds_password(value):
            raise ValueError(
                _(
                    "a password does not belong in this file: put it into ~/.pgpass, a service file,"
                    " or the whole address into COMPLIANCE_DATABASE"
                )
            )
        return value

    @property
    def statuses(self) -> Mapping[str, tuple[date, date | None]]:
        """Status -> first and last day, as ``rules`` and ``deadlines`` want them."""
        return {name: (item.since, item.until) for name, item in self.organisation.statuses.items()}

    def names_on(self, day: date) -> Names:
        """The name in force on ``day``; before the first entry, the first."""
        return _in_force(self.organisation.names, day)

    def slots(self, day: date) -> dict[str, str]:
        """What a label may name: ``name.nominative`` and the typed cases."""
        names = self.names_on(day)
        pairs = {
            "nominative": names.nominative,
            "instrumental": names.instrumental,
            "genitive": names.genitive,
        }
        return {f"name.{case}": text for case, text in pairs.items() if text} | {
            "registrant": names.nominative
        }

    def bodies_on(self, day: date) -> dict[str, str]:
        """Governing body (``council``...) -> its full name as forms print it, where we have said one."""
        return {body: _in_force(names, day) for body, names in self.organisation.bodies.items() if names}

    def demands_on(self, day: date) -> list[Demand]:
        """The papers our policy asks for on ``day``; nothing before its first day."""
        return _in_force(self.evidence, day) if min(self.evidence, default=date.max) <= day else []

    def approval_on(self, day: date) -> list[str] | None:
        """The roles that must approve before something is sent, in order; empty: one person does it all.
        ``None`` where nothing is said for ``day``."""
        return list(_in_force(self.approval, day)) if min(self.approval, default=date.max) <= day else None

    def fixed_assets_on(self, day: date) -> FixedAssets | None:
        known = min(self.fixed_assets, default=date.max) <= day
        return _in_force(self.fixed_assets, day) if known else None

    def spoken_on(self, day: date) -> str:
        """The sound file with the words of the label, beside schedules.yaml; empty where none is named for ``day``."""
        return _in_force(self.spoken, day) if min(self.spoken, default=date.max) <= day else ""

    def address_on(self, day: date) -> str:
        return _in_force(self.organisation.address, day) if self.organisation.address else ""


def _in_force(dated: Mapping[date, V], day: date) -> V:
    days = sorted(dated)
    begun = [start for start in days if start <= day]
    return dated[begun[-1] if begun else days[0]]


def holds_password(address: str) -> bool:
    """Whether the address of a database has a password in it."""
    parts = urlsplit(address)
    return parts.password is not None or any(
        key in ("password", "sslpassword") for key, _value in parse_qsl(parts.query)
    )


class Workspace:
    """The folder of one organisation: ``schedules.yaml``, ``ledger.sqlite``, ``vault.sqlite``, reports.

    ``database`` is the address of a PostgreSQL server that holds the books instead of the two files;
    empty: what schedules.yaml says.
    """

    def __init__(self, folder: Path, config: Config, *, database: str = "") -> None:
        self.folder = folder
        self.config = config
        self.database = database or config.database or ""
        self.config_path = folder / FILE
        self.ledger_path = folder / "ledger.sqlite"
        self.vault_path = folder / "vault.sqlite"
        self.keys_path = folder / "keys.json"
        self.reports = folder / "reports"
        self.cache = cache_folder(folder)

    @property
    def ledger(self) -> Place:
        """Where the ledger is; ``SetupError`` when there are two: nobody can say which is the right one."""
        return self._place(self.ledger_path)

    @property
    def vault(self) -> Place:
        return self._place(self.vault_path)

    def _place(self, path: Path) -> Place:
        if not self.database:
            return path
        from compliance.storage import Server

        server = Server(self.database)
        if self.ledger_path.exists():
            raise SetupError(
                _("the books are in two places: in this folder and on {server}").format(server=server),
                place=str(self.ledger_path),
                remedy=_(
                    "If those on the server count, move this file away. If this file counts, take the line"
                    " “database” out of schedules.yaml and unset COMPLIANCE_DATABASE."
                ),
            )
        return server

    @property
    def packs(self) -> list[Path]:
        """Extra folders of rule packs, beside the ones that come with the program."""
        return [self.folder / self.config.packs] if self.config.packs else []


def cache_folder(folder: Path) -> Path:
    return folder / ".cache"


def find(start: Path) -> Path | None:
    """The nearest folder from ``start`` upwards that holds schedules.yaml."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    return None


def open_workspace(start: Path, *, database: str = "") -> Workspace:
    """The workspace that ``start`` lies in, with its books at the address ``database`` if one is given. ``SetupError`` without one, ``InputError`` FILE:LINE for a bad file."""
    folder = find(start)
    if folder is None:
        raise SetupError(
            _("there is no schedules.yaml in this folder or above it"),
            place=str(start),
            remedy=_("Start with: compliance init — or write this file as schedules.yaml:")
            + "\n\n"
            + _shortest(),
        )
    return Workspace(folder, load(Config, folder / FILE, cache=cache_folder(folder)), database=database)


def _shortest() -> str:
    """The shortest schedules.yaml that is valid: data, since it names a law."""
    return (Path(__file__).parent / "templates" / "schedules.shortest.yaml").read_text(encoding="utf-8")
