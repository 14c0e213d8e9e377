"""Nothing of a person leaves the vault: every field of every person is a canary, looked for in all that is made.

Looked through: what every command prints and says, refusals too, the ledger's own bytes, journals, tables, reports,
filing records, the cache and the temporary folder, in three encodings and inside zips and PDFs.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from hostilekit import harmless
from reports_books import PACKS
from statements.writer import A1, Section, document, encoded, header
from statements.writer import text as whole
from workbench import Bench, Result, empty

CONFIG = """\
organisation:
  names: {2020-01-01: {nominative: "ANO Example"}}
  statuses: {listed: {since: 2020-01-01}}
regimes: [zz]
packs: packs
currency: RUB
"""
SURNAMES = ("Зябликова", "Щеглова", "Чижикова", "Снегирева", "Дроздова", "Соколова", "Журавлева", "Воробьева")
FIELDS = ("--name", "--address", "--identity-document", "--tax-id", "--contact", "--born")


def _person(number: int) -> dict[str, str]:
    """Invented, and unlike anything else in the books."""
    return {
        "--name": f"{SURNAMES[number]} Устинья Велемировна",
        "--address": f"улица Канареечная {731 + number}",
        "--identity-document": f"00 0{number} 88{number}417",
        "--tax-id": f"00000077{number}318",
        "--contact": f"+7 900 000-4{number}-7{number}",
        "--born": f"19{60 + number}-0{number + 1}-1{number}",
    }


PEOPLE = [_person(number) for number in range(len(SURNAMES))]
DONORS = [f"Канарейкин{number} Прокл" for number in range(4)]
PAYERS = [f"Плательщиков{number} Емельян Онуфриевич" for number in range(3)]
PURPOSES = [f"Дар от кенара номер {number}{number}77" for number in range(3)]
PAPERS = ["паспорт Зябликова Устинья", "zayavlenie_Щеглова_Устинья_Велемировна"]
CONTENTS = ["тайное содержание бумаги один", "тайное содержание бумаги два"]
CANARIES = (
    [value for person in PEOPLE for value in person.values()] + DONORS + PAYERS + PURPOSES + PAPERS + CONTENTS
)
CANARIES += [surname.lower() for surname in SURNAMES] + list(SURNAMES)


class Watch:
    """Everything that was printed, said or left anywhere but the vault."""

    def __init__(self, bench: Bench, temporary: Path) -> None:
        self.bench = bench
        self.temporary = temporary
        self.said: list[tuple[str, bytes]] = []

    def call(self, *words: str, code: int | None = 0) -> Result:
        result = self.bench.call(*words)
        harmless(result)
        assert code is None or result.code == code, (words, result.code, result.err)
        self.said.append((" ".join(words[:2]), (result.out + result.err).encode()))
        self.said += [
            (f"temporary {path.name}", path.read_bytes())
            for path in self.temporary.rglob("*")
            if path.is_file()
        ]
        return result

    def everything(self) -> Iterator[tuple[str, bytes]]:
        yield from self.said
        for path in self.bench.folder.rglob("*"):
            if path.is_file() and not path.name.startswith("vault.sqlite") and "packs" not in path.parts:
                yield path.name, path.read_bytes()
        for path in self.bench.folder.parent.glob("out*"):
            yield path.name, path.read_bytes()


def opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes themselves, the members of a zip, the words of a PDF; names of files count too."""
    yield name, name.encode() + data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield f"{name}/{member}", archive.read(member)
    if data.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(data) as paper:
            yield f"{name} (words)", " ".join(page.get_textpage().get_text_range() for page in paper).encode()


def found(pieces: Iterator[tuple[str, bytes]]) -> list[tuple[str, str]]:
    forms = {
        canary: {canary.encode(code, "ignore") for code in ("utf-8", "utf-16-le", "cp1251", "cp866")}
        for canary in CANARIES
    }
    return sorted(
        {
            (canary, place)
            for name, data in pieces
            for place, content in opened(name, data)
            for canary, encodings in forms.items()
            if any(form and form in content for form in encodings)
        }
    )


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """Books with people in them, and every command run over them."""
    base = tmp_path_factory.mktemp("canaries")
    temporary = base / "tmp"
    temporary.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))
        patch.setenv("TMPDIR", str(temporary))
        folder = base / "books"
        shutil.copytree(PACKS, folder / "packs")
        made = Watch(empty(folder, CONFIG), temporary)
        _record(made, base)
        _use(made, base)
        yield made


def _record(watch: Watch, base: Path) -> None:
    for number, person in enumerate(PEOPLE):
        words = [word for pair in person.items() for word in pair]
        watch.call("record", "person", "--id", f"n{number}", *words)
        watch.call(
            "record",
            "role",
            "--person",
            f"n{number}",
            "--body",
            "council",
            "--title",
            "member",
            "--since",
            "2025-01-09",
        )
    watch.call("record", "person", "--id", "n0", "--address", PEOPLE[0]["--address"] + "а")  # a correction
    for number, name in enumerate(DONORS):
        watch.call(
            "record",
            "source",
            "--id",
            f"d{number}",
            "--kind",
            "domestic_person",
            "--name",
            name,
            "--country",
            "RU",
        )
    for words in (
        ("fund", "--id", "f1", "--title", "F1", "--donor", "d0"),
        ("account", "--id", "a1", "--title", "Main", "--class", "bank", "--currency", "RUB", "--number", A1),
        ("account", "--id", "gifts", "--title", "Gifts", "--type", "income"),
        ("programme", "--id", "p1", "--title", "Telephone"),
        ("opening", "--account", "a1", "--fund", "f1", "--amount", "1000", "--on", "2025-10-31"),
        ("income", "--account", "a1", "--fund", "f1", "--on", "2025-12-01", "--amount", "5", "--source", DONORS[0][:6] + "нет"),
    ):  # fmt: skip
        watch.call("record", *words, code=None)
    for name, content in zip(PAPERS, CONTENTS, strict=True):
        (base / f"{name}.txt").write_text(content, encoding="utf-8")
        watch.call(
            "record", "document", str(base / f"{name}.txt"), "--kind", "act", code=2
        )  # no title from such a name
        watch.call(
            "record",
            "document",
            str(base / f"{name}.txt"),
            "--kind",
            "act",
            "--title",
            "A paper",
            "--id",
            f"x{len(name)}",
        )
    paid = [
        document(
            100 + number,
            "14.11.2025",
            payee=A1,
            Плательщик1=PAYERS[number],
            НазначениеПлатежа=PURPOSES[number],
        )
        for number in range(3)
    ]
    statement = encoded(whole(header(), Section(received=303).lines(), *paid))
    (base / "bank.txt").write_bytes(statement)
    (base / "lying.txt").write_bytes(
        statement.replace("Сумма=1.01".encode("cp1251"), "Сумма=1.77".encode("cp1251"))
    )
    watch.call("import", str(base / "lying.txt"), "--yes", code=3)
    watch.call("import", str(base / "bank.txt"), "--plan", str(base / "out-plan.json"))
    watch.call("import", str(base / "bank.txt"), "--yes")
    watch.call("import", str(base / "bank.txt"), "--yes")


def _use(watch: Watch, base: Path) -> None:
    from compliance.commands.listing import KINDS

    for kind in KINDS:
        for form in ("table", "json", "csv"):
            watch.call("list", kind, "--format", form)
    with watch.bench.books() as books:
        from compliance.ledger.lines import uncleared

        handles = [line.handle for line in uncleared(books)]
    for handle in handles[:2]:
        watch.call("assign", handle, "--fund", "f1", "--kind", "income", "--source", "d0", code=None)
    for words in (
        (), ("check",), ("check", "--format", "json"), ("due", "--why"), ("balance",), ("balance", "--by", "fund,source"),
        ("books", "audit"), ("batch", "list"), ("filing", "list"), ("forms", "list"), ("export",), ("rules", "list"),
        ("export", "--out", str(base / "out.journal")), ("export", "--format", "csv", "--out", str(base / "out.zip")),
        ("report", "money", "2025-Q4", "--binder"), ("report", "sink", "2025-Q4"), ("explain", "sink", "2025-Q4", "A.sum"),
        ("forms", "answer", "sink", "2025-Q4", f"A.said={PEOPLE[2]['--name']}"),
        ("backup", str(base / "out.age"), "--to", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"),
        ("backup", str(base / "out.age"), "--to", "nobody"),
        ("record", "role", "--person", PEOPLE[3]["--name"], "--body", "b", "--title", "t", "--since", "2025-01-01"),
        ("record", "person", "--id", "n4", "--born", PEOPLE[4]["--contact"]),
        ("record", "person", "--id", PEOPLE[5]["--name"], "--name", "x"),
        ("record", "document", str(base / f"{PAPERS[0]}.txt"), "--kind", "act", "--title", "x", "--about", "n0", "--dated-on", "31.12.2025"),
    ):  # fmt: skip
        watch.call(*words, code=None)


def test_there_are_enough_canaries() -> None:
    assert len(set(CANARIES)) >= 40
    assert len(CANARIES) >= 40


def test_no_canary_is_anywhere_but_in_the_vault(watch: Watch) -> None:
    assert found(watch.everything()) == []


def test_the_linter_stops_a_known_name_in_printed_text(watch: Watch) -> None:
    watch.call(
        "record", "activity", "--id", "v1", "--programme", "p1", "--kind", "talk", "--on", "2025-12-02",
        "--description", "Беседа, вела Журавлева Устинья",
    )  # fmt: skip
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(watch.bench.folder / "reports")
    result = watch.bench.call("report", "sink", "2025-Q4")
    assert result.code == 1
    assert found(iter([("report", (result.out + result.err).encode())])) == []
    assert not (watch.bench.folder / "reports").exists()


def test_the_search_can_find(watch: Watch) -> None:
    """Asked for openly, names are shown; the vault holds every one of them."""
    shown = watch.bench.run("list", "persons", "--reveal", "--format", "json").out.encode()
    names = {person["--name"] for person in PEOPLE}
    assert names <= {canary for canary, _place in found(iter([("shown", shown)]))}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", DONORS[0].encode("cp1251"))
    assert (DONORS[0], "z/x") in found(iter([("z", packed.getvalue())]))
    kept = (watch.bench.folder / "vault.sqlite").read_bytes()
    assert {person["--address"] for person in PEOPLE[1:]} <= {
        canary for canary, _place in found(iter([("vault", kept)]))
    }
