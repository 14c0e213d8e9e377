"""``payers``: names taken apart, asked once, proposed by from then on; a later answer leaves the past alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intakebooks import books_of, make, vault_of
from test_import_command import OWN, load

from compliance import cli
from compliance.intake.history import sorted_lines
from compliance.intake.payers import Nested, taken_apart

NESTED = "/1/STICHTING VOORBEELD ZEEWIND /2/KADE 12/3 /3/NL/ROTTERDAM"


@pytest.mark.parametrize(
    ("text", "purpose", "told"),
    [
        (NESTED, "", Nested("STICHTING VOORBEELD ZEEWIND", "KADE 12/3", "NL")),
        ("1/EXAMPLE COMMONS INC. 2/1 MAIN ST 3/US", "", Nested("EXAMPLE COMMONS INC.", "1 MAIN ST", "US")),
        ("/1/A NAME/2/A STREET/2/A HOUSE/3/DE/KOELN", "", Nested("A NAME", "A STREET A HOUSE", "DE")),
        ("/1/PERSON NAME/4/19700102/5/XX TOWN/3/FR", "", Nested("PERSON NAME")),
        ("/1/ONLY NAME", "", Nested("ONLY NAME")),
        ("MUSTER GMBH//HAUPTSTR. 1//KOELN", "", Nested("MUSTER GMBH", "HAUPTSTR. 1, KOELN")),
        ("PAY AGENT LTD ON BEHALF OF EXAMPLE COMMONS INC", "",
         Nested("PAY AGENT LTD", behalf="EXAMPLE COMMONS INC")),
        ("ООО Платёжный агент", "Взнос по поручению Пример-Фонда, договор 5",
         Nested("ООО Платёжный агент", behalf="Пример-Фонда")),
        ("Muster Buchladen GmbH", "Rechnung 5", Nested("Muster Buchladen GmbH")),
    ],
    ids=["nested", "no first slash", "no spaces", "birth is not read", "only name", "double slash", "behalf", "russian",
         "plain"],
)  # fmt: skip
def test_names_taken_apart(text: str, purpose: str, told: Nested) -> None:
    found = taken_apart(text, purpose)
    if "4/" in text:
        assert "19700102" not in f"{found}"
        assert found.name == told.name
    else:
        assert found == told


@given(st.text(alphabet="/12345678 AB\u00e9Ж\n.,", max_size=60))
def test_any_text_is_taken_apart(text: str) -> None:
    assert isinstance(taken_apart(text, text), Nested)


def abroad(
    *payments: tuple[str, str, str],
    first: str = "01.10.2025",
    last: str = "31.10.2025",
    opening: int = 2_184_350_40,
) -> bytes:
    """Money in, (day, amount, payer): no tax number, no bank code."""
    minor = [int(amount.replace(".", "")) for _day, amount, _who in payments]

    def rub(value: int) -> str:
        return f"{value // 100}.{value % 100:02}"

    rows = [
        "1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", f"ДатаНачала={first}", f"ДатаКонца={last}",
        f"РасчСчет={OWN}", "СекцияРасчСчет", f"ДатаНачала={first}", f"ДатаКонца={last}", f"РасчСчет={OWN}",
        f"НачальныйОстаток={rub(opening)}", f"КонечныйОстаток={rub(opening + sum(minor))}", "КонецРасчСчет",
    ]  # fmt: skip
    for number, ((day, amount, who), _minor) in enumerate(zip(payments, minor, strict=True), start=1):
        rows += [
            "СекцияДокумент=Платежное поручение", f"Номер={number}", f"Дата={day}", f"Сумма={amount}",
            f"ДатаПоступило={day}", f"ПолучательСчет={OWN}", "ПлательщикСчет=30101810000000000099",
            f"Плательщик1={who}", "НазначениеПлатежа=Grant", "КонецДокумента",
        ]  # fmt: skip
    return "\r\n".join([*rows, "КонецФайла", ""]).encode("cp1251")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make(tmp_path / "books")
    assert load(made, abroad(("06.10.2025", "900.00", NESTED), ("09.10.2025", "50.00", "JOHN EXAMPLE"))) == 0
    return made


def rows(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert cli.run(["-C", str(folder), *words, "--format", "json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]
    return found


def run(folder: Path, *words: str) -> int:
    return cli.run(["-C", str(folder), *words])


def test_the_unresolved_with_what_is_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {row["name"]: row for row in rows(folder, capsys, "payers")}
    assert set(found) == {"STICHTING VOORBEELD ZEEWIND", "JOHN EXAMPLE"}
    first = found["STICHTING VOORBEELD ZEEWIND"]
    assert (first["country"], first["address"], first["totals"]) == ("NL", "KADE 12/3", {"RUB": 900_00})
    assert first["lacks"] == ["bic", "nested", "tax_id"]


def test_asked_once_and_proposed_at_the_next_import(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "payers", "say", "zeewind", "--source", "zeewind") == 0
    assert [row["name"] for row in rows(folder, capsys, "payers")] == ["JOHN EXAMPLE"]
    assert run(folder, "queue", "apply", "--yes") == 0
    # Another address, another spelling: the same payer.
    again = NESTED.replace("KADE 12/3", "LAAN 7").title()
    data = abroad(("03.11.2025", "70.00", again), first="01.11.2025", last="30.11.2025", opening=2_185_300_40)
    assert load(folder, data, name="nov.txt") == 0
    proposed = {row["amount_minor"]: row["proposal"] for row in rows(folder, capsys, "queue")}
    assert proposed[70_00] == {"kind": "income", "fund": "f1", "source": "zeewind"}
    assert [row["name"] for row in rows(folder, capsys, "payers")] == ["JOHN EXAMPLE"]


def test_another_answer_later_leaves_the_past(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = abroad(
        ("03.11.2025", "70.00", NESTED), first="01.11.2025", last="30.11.2025", opening=2_185_300_40
    )
    assert load(folder, data, name="nov.txt") == 0
    assert run(folder, "payers", "say", "zeewind", "--source", "zeewind") == 0
    assert (
        run(folder, "payers", "say", "zeewind", "--source", "commons", "--fund", "f2") == 2
    )  # from which day?
    assert "--since" in capsys.readouterr().err
    for day in ("2025-10-06", "2025-09-01"):
        assert (
            run(folder, "payers", "say", "zeewind", "--source", "commons", "--fund", "f2", "--since", day)
            == 2
        )
    assert (
        run(
            folder, "payers", "say", "zeewind", "--source", "commons", "--fund", "f2", "--since", "2025-11-01"
        )
        == 0
    )
    proposed = {row["amount_minor"]: row["proposal"] for row in rows(folder, capsys, "queue")}
    assert (proposed[900_00]["source"], proposed[70_00]["source"]) == ("zeewind", "commons")
    found = rows(folder, capsys, "queue", "rules")
    assert [(row["since"], row.get("until")) for row in found] == [
        ("2025-10-06", "2025-10-31"),
        ("2025-11-01", None),
    ]
    # The rules as printed can be loaded again.
    (folder / "rules.json").write_text(json.dumps(found), encoding="utf-8")
    assert run(folder, "queue", "rule", "load", str(folder / "rules.json")) == 0
    assert rows(folder, capsys, "queue", "rules") == found


def test_what_was_sorted_stays_sorted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "payers", "say", "zeewind", "--source", "zeewind") == 0
    assert run(folder, "queue", "apply", "--yes") == 0
    assert (
        run(
            folder, "payers", "say", "zeewind", "--source", "commons", "--fund", "f2", "--since", "2025-12-01"
        )
        == 0
    )
    with books_of(folder) as books:
        assert [part.source for item in sorted_lines(books) for part in item.parts] == ["zeewind"]


def test_a_new_intermediary(folder: Path) -> None:
    words = [
        "--kind",
        "foreign_organisation",
        "--country",
        "nl",
        "--id",
        "agent",
        "--on-behalf-of",
        "zeewind",
    ]
    assert run(folder, "payers", "say", "stichting", *words) == 0
    with books_of(folder) as books:
        made = books.sources["agent"]
    assert (made.kind, made.country, made.acts_for, made.name) == (
        "foreign_organisation", "NL", "zeewind", "STICHTING VOORBEELD ZEEWIND"
    )  # fmt: skip


def test_a_longer_name_is_another_payer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was said of JOHN EXAMPLE is not proposed for JOHN EXAMPLESON, nor what one line of his was remembered as."""
    payments = (
        ("06.11.2025", "10.00", "JOHN EXAMPLESON"),
        ("07.11.2025", "20.00", "/1/John Example/3/GB/TOWN"),
    )
    assert load(folder, abroad(*payments, first="01.11.2025", last="30.11.2025", opening=2_185_300_40)) == 0
    assert run(folder, "payers", "say", "john example", "--source", "commons", "--fund", "f2") == 0
    proposed = {row["amount_minor"] for row in rows(folder, capsys, "queue") if row["proposed"]}
    assert proposed == {50_00, 20_00}
    [rule] = rows(folder, capsys, "queue", "rules")
    assert run(folder, "queue", "rule", "drop", rule["id"]) == 0
    with books_of(folder) as books:
        line = next(line.identity[:12] for line in books.lines() if line.amount_minor == 50_00)
    assert (
        run(folder, "assign", line, "--kind", "income", "--source", "commons", "--fund", "f2", "--remember")
        == 0
    )
    assert {row["amount_minor"] for row in rows(folder, capsys, "queue") if row["proposed"]} == {20_00}


def test_an_agent_that_pays_for_several_is_asked_about_each(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whose money it is decides its class: what was said of one principal is not proposed for another."""
    agent = "PAY AGENT LTD ON BEHALF OF {}"
    payments = (("06.11.2025", "10.00", agent.format("COMMONS INC")), ("07.11.2025", "20.00", agent.format("OTHERS INC")),
                ("08.11.2025", "30.00", "PAY AGENT LTD"))  # fmt: skip
    more = abroad(*payments, first="01.11.2025", last="30.11.2025", opening=2_185_300_40)
    assert load(folder, more) == 0
    asked = {
        row["behalf"]: row["totals"]
        for row in rows(folder, capsys, "payers")
        if row["name"] == "PAY AGENT LTD"
    }
    assert asked == {"COMMONS INC": {"RUB": 10_00}, "OTHERS INC": {"RUB": 20_00}, "": {"RUB": 30_00}}
    with books_of(folder) as books:
        line = next(line.identity[:12] for line in books.lines() if line.amount_minor == 10_00)
    said = ("--kind", "foreign_organisation", "--country", "GB", "--id", "agent", "--on-behalf-of", "commons")
    assert run(folder, "payers", "say", line, *said) == 0
    with books_of(folder) as books:
        own = next(line.identity[:12] for line in books.lines() if line.amount_minor == 30_00)
    # What the agent gives of its own says nothing of what it passes on.
    assert (
        run(folder, "assign", own, "--kind", "income", "--source", "commons", "--fund", "f2", "--remember")
        == 0
    )
    proposed = [row["amount_minor"] for row in rows(folder, capsys, "queue") if row["proposed"]]
    assert proposed == [10_00]
    assert run(folder, "queue", "apply", "--yes") == 0
    assert not [row for row in rows(folder, capsys, "queue", "suggest") if "agent" in json.dumps(row)]


@pytest.mark.parametrize(
    ("text", "behalf"),
    [
        ("Взнос по поручению Пример-Фонда по договору 5 от 12.10.2025", "Пример-Фонда"),
        ("payment on behalf of Example Commons Inc invoice 17", "Example Commons Inc"),
        ("от имени ООО Пример № 7", "ООО Пример"),
        ("по поручению ООО Пример 12.10.2025", "ООО Пример"),
    ],
)
def test_the_number_of_a_paper_is_no_part_of_the_principal(text: str, behalf: str) -> None:
    assert taken_apart("Agent", text).behalf == behalf


def test_a_person_is_known_to_the_vault_only(folder: Path) -> None:
    words = ["--kind", "foreign_person", "--country", "GB", "--fund", "f3b"]
    assert run(folder, "payers", "say", "john", *words) == 0
    with books_of(folder) as books, vault_of(folder) as vault:
        (made,) = (item for item in books.sources.values() if item.kind == "foreign_person")
        assert (made.entity, made.name) == ("donor-1", None)
        assert vault.identity("donor-1") == {"name": "JOHN EXAMPLE"}
        assert vault.verify_identity("donor-1", made.commitment or "")
    assert b"JOHN" not in (folder / "ledger.sqlite").read_bytes()


def test_who_is_of_no_known_country_needs_none(folder: Path) -> None:
    assert run(folder, "payers", "say", "john", "--kind", "unknown_citizenship", "--fund", "f3b") == 0
    with books_of(folder) as books:
        assert "unknown_citizenship" in {item.kind for item in books.sources.values()}


@pytest.mark.parametrize(
    "words",
    [
        ["nobody", "--source", "zeewind"], ["zeewind", "--source", "nothing"], ["e", "--source", "zeewind"],
        ["zeewind", "--kind", "martian", "--country", "NL"], ["zeewind", "--kind", "foreign_organisation"],
        ["zeewind", "--kind", "foreign_organisation", "--country", "Holland"],
        ["zeewind", "--source", "zeewind", "--kind", "foreign_person"], ["zeewind"],
        ["zeewind", "--source", "zeewind", "--since", "soon"],
        ["zeewind", "--kind", "foreign_organisation", "--country", "NL", "--id", "commons"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_slips_change_nothing(folder: Path, words: list[str]) -> None:
    before = (folder / "ledger.sqlite").read_bytes(), (folder / "vault.sqlite").read_bytes()
    assert run(folder, "payers", "say", *words) == 2
    assert ((folder / "ledger.sqlite").read_bytes(), (folder / "vault.sqlite").read_bytes()) == before
