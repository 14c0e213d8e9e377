"""How a server is reached: the driver, the address and what is demanded of it before anything is sent.

A server that is not on this computer must prove who it is (TLS, ``sslmode=verify-full``): otherwise
whoever stands between reads the password and the books.
"""

from __future__ import annotations

from ipaddress import ip_address
from types import ModuleType
from typing import Any

from compliance.errors import InputError, SetupError
from compliance.i18n import _
from compliance.storage.base import Server

WAIT_MS = 30_000
"""How long a second writer waits, as long as for a file."""
_SETTINGS = {
    "search_path": "ledger,vault,pg_temp",  # last, so that no temporary table stands before ours
    "lock_timeout": str(WAIT_MS),
    "statement_timeout": "900000",
    "idle_in_transaction_session_timeout": "900000",
    "timezone": "UTC",
}


def driver() -> ModuleType:
    try:
        import psycopg
    except ImportError:
        raise SetupError(
            _("the books are on a server, and the program part that reaches it is missing"),
            remedy=_('Install it with: pip install "compliance[postgres]"'),
        ) from None
    return psycopg


def connect(server: Server, write: bool) -> Any:
    """A new connection: a reader on one snapshot, a writer that sees what was committed."""
    psycopg = driver()
    given = parameters(server)
    connection = psycopg.connect(**given)
    level = psycopg.IsolationLevel
    connection.isolation_level = level.READ_COMMITTED if write else level.REPEATABLE_READ
    connection.read_only = not write
    connection.adapters.register_loader("numeric", _whole(psycopg))
    return connection


def _whole(psycopg: ModuleType) -> type:
    class Whole(psycopg.adapt.Loader):  # type: ignore[misc, name-defined]
        """Sums of whole numbers are whole numbers; no column of ours is a fraction."""

        def load(self, data: Any) -> int:
            return int(bytes(data))

    return Whole


def parameters(server: Server) -> dict[str, Any]:
    """What is handed to the driver: the address as given, our settings, and TLS where it is demanded.

    ``InputError`` for what is no address, ``SetupError`` for one that asks for less than is demanded.
    """
    psycopg = driver()
    try:
        given: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(server.url)
    except psycopg.Error:
        raise InputError(
            _("this is not an address of a database"),
            remedy=_("Write it as postgresql://USER@HOST/DATABASE"),
        ) from None
    settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    given["options"] = f"{given.get('options', '')} {settings}".strip()
    given.setdefault("connect_timeout", "10")
    given["client_encoding"] = "utf8"
    given.setdefault("application_name", "compliance")
    if not _is_here(given, psycopg):
        _demand_tls(given, server)
    return given


def _demand_tls(given: dict[str, Any], server: Server) -> None:
    if given.get("sslmode", "verify-full") != "verify-full":
        raise SetupError(
            _("the server is not on this computer, and its certificate would not be checked"),
            place=str(server),
            why=_("Whoever stands between could read the password and the books."),
            remedy=_(
                "Write sslmode=verify-full in the address, and put the certificate of whoever signed the server's"
                " into ~/.postgresql/root.crt (or name it: sslrootcert=FILE; sslrootcert=system for a public one)."
            ),
        )
    given["sslmode"] = "verify-full"
    given["gssencmode"] = "disable"


def _is_here(given: dict[str, Any], psycopg: ModuleType) -> bool:
    """A socket of this computer or its loopback. What a service entry says cannot be seen: not here."""
    named = [str(given[key]) for key in ("host", "hostaddr") if given.get(key)]
    if not named:
        if given.get("service"):
            return False
        defaults = {
            item.keyword.decode(): (item.val or b"").decode() for item in psycopg.pq.Conninfo.get_defaults()
        }
        named = [defaults.get(key, "") for key in ("host", "hostaddr")]
    return all(_is_local(host) for text in named for host in text.split(","))


def _is_local(host: str) -> bool:
    if not host or host[0] in "/@" or host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
