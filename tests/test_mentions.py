"""Listed names in texts: a written set measured, lists taken in, files read."""

from __future__ import annotations

import io
import shutil
import time
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench import PLAIN, Bench, empty

from compliance.mentions import names

NAMES = (
    "Небывалый-Примерный Пётр Сергеевич",
    "Канарейкина Дарья Петровна",
    "Выдуманов Илья Ильич",
    "Шмидт Анна Карловна",
    "Кузнец Олег Иванович",
    "Автономная некоммерческая организация «Примерный центр»",
    "Общественное движение «Незабудка» (Forget-me-not)",
    "Stichting Voorbeeld Zeewind",
    "РОМАШКИН СЕРГЕЙ ОЛЕГОВИЧ*, 01.02.1980 г.р., г. Примерный (Чхартивили Григорий Шалвович)",
    "Фонд сохранения дворов (ФСД, США)",
    "Газета «Деревня. Лето»",
)


@pytest.fixture(scope="module")
def finder() -> names.Finder:
    return names.Finder(("list", name) for name in NAMES)


def test_initials_in_a_list_in_capitals() -> None:
    found = names.Finder([("l", "ПРИМЕРНОВ И.О.")]).find("Пришёл И.О. Примернов, и Примернов И. О. ушёл.")
    assert [item.how for item in found] == ["initials"] * 2


def test_many_halves_in_a_long_text_are_found_at_once(finder: names.Finder) -> None:
    started = time.monotonic()
    assert len(finder.find("Пётр Примерный пришёл. " * 40_000)) == 40_000
    assert time.monotonic() - started < 15  # it took minutes


def written() -> list[tuple[str, set[str], bool]]:
    """(sentence, who is named, whether it is known to go wrong)."""
    text = (Path(__file__).parent / "mentions.txt").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    found = []
    for part in lines.splitlines():
        if found and "|" not in found[-1]:
            found[-1] += f"\n{part}"
        elif part:
            found.append(part)
    made = []
    for part in found:
        said, _bar, who = part.rpartition("|")
        numbers = {NAMES[int(word) - 1] for word in who.split() if word != "-"}
        made.append((said.removeprefix("? ").strip(), numbers, part.startswith("? ")))
    return made


def test_the_written_set(finder: names.Finder) -> None:
    """All mentions but the known misses are found; nobody else is."""
    misses, alarms, known = [], [], 0
    for said, wanted, hard in written():
        found = {item.entry.name for item in finder.find(said)}
        alarms += [(said, name) for name in found - wanted]
        if hard:
            known += bool(wanted - found)
            assert wanted - found, f"no longer missed, take the mark away: {said}"
        else:
            misses += [(said, name) for name in wanted - found]
    assert (misses, alarms, known) == ([], [], 4)
    assert len(written()) >= 45


def test_we_are_no_mention_of_our_own() -> None:
    """The label names us on every page; somebody who is called nearly alike is found all the same."""
    listed = [("l", NAMES[5]), ("l", "АНО «Примерный центр развития»"), ("l", NAMES[1])]
    finder = names.Finder(listed, own=[NAMES[5], NAMES[1]])
    text = "ИНОСТРАННЫМ АГЕНТОМ АНО «Примерный центр». Дарьей Канарейкиной. В «Примерном центре развития»."
    assert [item.entry.name for item in finder.find(text)] == [listed[1][1]]


@pytest.mark.parametrize(
    ("said", "how", "shown"),
    [
        ("Ждали Петра Примерного.", "half", "Петра Примерного"),
        ("П. С. Небывалый", "half", "П. С. Небывалый"),
        ("Придёт Пётр С. Небывалый-Примерный.", "name", "Пётр С. Небывалый-Примерный"),
        ("Вечер Ильи Ильича Выдуманова", "name", "Ильи Ильича Выдуманова"),
        ("Придёт Выдуманов И. и другие", "initials", "Выдуманов И"),
        ("ФСД помог", "body", "ФСД"),
    ],
)
def test_how_sure_it_is_and_where_it_stands(finder: names.Finder, said: str, how: str, shown: str) -> None:
    (found,) = finder.find(said)
    assert (found.how, said[found.start : found.end]) == (how, shown)


def test_a_list_may_hold_initials() -> None:
    finder = names.Finder([("l", "Выдуманов И. И.")])
    assert [
        len(finder.find(said)) for said in ("И. И. Выдуманов", "Выдуманов и другие", "Илья Выдуманов")
    ] == [1, 0, 0]


def test_surnames_alone_only_when_asked() -> None:
    assert [
        item.how for item in names.Finder([("l", NAMES[2])], surnames=True).find("Выдуманов опоздал")
    ] == ["surname"]


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=40), max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_text_and_any_list(text: str, listed: list[str]) -> None:
    for item in names.Finder(("l", name) for name in listed).find(text):
        assert 0 <= item.start < item.end <= len(text)


@given(
    st.sampled_from(NAMES),
    st.text(alphabet="абв ,.\n", max_size=20),
    st.text(alphabet="абв ,.\n", max_size=20),
)
@settings(max_examples=100, deadline=None)
def test_a_name_as_it_is_listed_is_always_found(name: str, before: str, after: str) -> None:
    finder = names.Finder([("l", name)])
    assert finder.find(f"{before} {name} {after}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = empty(tmp_path_factory.mktemp("mentions") / "books", PLAIN)
    (bench.folder / "list.xlsx").write_bytes(table(NAMES))
    bench.run("mentions", "import", str(bench.folder / "list.xlsx"), *LIST, "--dated", "2026-01-10")
    return bench


LIST = ("--list", "listed", "--column", "Полное наименование / ФИО")


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))


def table(listed: tuple[str, ...]) -> bytes:
    """As an office publishes it: a title, a row of headings, numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["РЕЕСТР (выдуманный)"])
    sheet.append(["№", "Полное  наименование / ФИО", "Дата включения"])
    for number, name in enumerate(listed, 1):
        sheet.append([number, name, "01.12.2025"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_files_of_many_kinds(bench: Bench, tmp_path: Path) -> None:
    plain = "Поговорили с Дарьей Канарейкиной о весне."
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "a.txt").write_text(plain, encoding="cp1251")
    (folder / "b.html").write_text(
        f"<meta charset=utf-8><p>{plain}</p><script>Илья Выдуманов</script>", encoding="utf-8"
    )
    (folder / "c.srt").write_text(f"1\n00:00:01,000 --> 00:00:02,000\n{plain}\n", encoding="utf-8")
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "Илья Выдуманов <a@example.org>", "Весна"
    letter.set_content(plain)
    letter.add_alternative(f"<p>{plain}</p>", subtype="html")
    (folder / "d.eml").write_bytes(letter.as_bytes())
    (folder / "poster.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "e.txt").write_text("О весне.", encoding="utf-8")
    result = bench.call("mentions", "check", str(folder), "--format", "json")
    assert result.code == 1, result.err
    assert "poster.png: the words in a picture are not read" in result.err
    assert [(Path(row["path"]).name, row["name"]) for row in result.rows] == [
        (name, NAMES[1]) for name in ("a.txt", "b.html", "c.srt", "d.eml", "d.eml")
    ]
    said = bench.call("mentions", "check", str(folder / "a.txt"))
    assert "Дарьей Канарейкиной" in said.out
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    broken = bench.call("mentions", "check", str(folder / "e.txt"), str(folder / "broken.pdf"))
    assert (broken.code, "no proof" in broken.err) == (3, False)
    nothing = bench.run("mentions", "check", str(folder / "e.txt"))
    assert "no proof" in nothing.err


def test_a_newer_list_shows_what_was_added(bench: Bench) -> None:
    path = bench.folder / "list.xlsx"
    path.write_bytes(table((*NAMES[1:], "Новиков Новый Новович")))
    said = bench.run("mentions", "import", str(path), *LIST, "--dated", "2026-01-12")
    assert "added: 1; no longer there: 1" in said.err
    assert "+ Новиков Новый Новович" in said.err
    assert [(row["dated"], row["names"]) for row in bench.rows("mentions", "lists")] == [
        ("2026-01-12", len(NAMES))
    ]
    assert "is newer" in bench.fail(1, "mentions", "import", str(path), *LIST, "--dated", "2026-01-11")


def test_slips(bench: Bench, tmp_path: Path) -> None:
    path = str(bench.folder / "list.xlsx")
    wrong = ("--list", "listed", "--column", "Имя")
    said = bench.fail(3, "mentions", "import", path, *wrong, "--dated", "2026-01-12")
    assert "Полное  наименование / ФИО" in said
    assert "small letters" in bench.fail(
        2, "mentions", "import", path, "--list", "../x", *LIST[2:], "--dated", "2026-01-12"
    )
    assert "still to come" in bench.fail(2, "mentions", "import", path, *LIST, "--dated", "2026-03-01")
    kept = bench.folder / "lists" / "listed.json"
    kept.write_text("{}")
    assert "no list that was taken in" in bench.fail(3, "mentions", "lists")
    kept.unlink()
    (tmp_path / "a.txt").write_text("x")
    assert "no list to look for" in bench.fail(2, "mentions", "check", str(tmp_path / "a.txt"))


def test_an_old_list_is_told(bench: Bench, tmp_path: Path) -> None:
    path = bench.folder / "list.xlsx"
    bench.run("mentions", "import", str(path), "--list", "other", *LIST[2:], "--dated", "2025-12-12")
    (tmp_path / "a.txt").write_text("x")
    assert "31 days old" in bench.run("mentions", "check", str(tmp_path / "a.txt")).err
