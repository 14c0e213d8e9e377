"""VK's archive of an account: its wall is measured and registered, its talks are not looked at."""

from __future__ import annotations

import contextlib
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_times import CONFIG
from workbench import Bench, empty

from compliance.channels import _tree, reading, vk
from compliance.errors import ComplianceError
from compliance.storage import Server

OPENED: list[str] = []
"""Every file and folder that this process opens, while a test listens."""
_LISTENING = [False]


def _hear(event: str, given: tuple[object, ...]) -> None:
    if _LISTENING[0] and event in ("open", "os.listdir", "os.scandir"):
        OPENED.append(str(given[0]))


sys.addaudithook(_hear)


@contextlib.contextmanager
def listening() -> Iterator[list[str]]:
    OPENED.clear()
    _LISTENING[0] = True
    try:
        yield OPENED
    finally:
        _LISTENING[0] = False


@pytest.fixture(scope="module")
def made(new_server: Callable[[], Server | None], tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return empty(tmp_path_factory.mktemp("vk") / "books", CONFIG, server=new_server())


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return made.copy(tmp_path / "books")


@pytest.fixture(scope="module")
def words(made: Bench) -> str:
    return made.run("label", "text", "--medium", "post", "--on", "2025-12-01").out.splitlines()[0]


HEAD = """<!DOCTYPE html>
<html>
<head>
  <title>VK</title>
  <meta charset="windows-1251">
  <link rel="stylesheet" type="text/css" href="../style.css">
</head>
<body>
  <div class="wrap"><div class="page_content clear_fix"><div class="page_block">
<h2 class="page_block_h2"><div class="page_block_header_inner _header_inner">Стена</div></h2>
<div class="wrap_page_content">
"""
FOOT = "</div></div></div></div>\n</body>\n</html>\n"


def attachment(kind: str, address: str = "") -> str:
    link = f"<a class='attachment__link' href='{address}'>{address}</a>" if address else ""
    return f'<div class="attachment">\n  <div class="attachment__description">{kind}</div>\n  {link}\n</div>'


def post(
    number: int, day: str, text: str, *attached: str, owner: int = 501, who: str = "Вы", answer: str = "", more: str = ""
) -> str:  # fmt: skip
    link = f"https://vk.com/wall{owner}_{number}{answer}"
    body = "<br>".join(escape(line, quote=False) for line in text.split("\n")) if "<" not in text else text
    return f"""<div class="item">
  <div class='item__main'><div>{body}<div class="kludges">{"".join(attached)}</div></div></div>
  <div class='item__main'><a class="post__link" href="{link}">{link}</a></div>
  <div class='item__tertiary'><span>{who} {day}{more}</span></div>
</div>"""


def archive(folder: Path, *pages: str, encoding: str = "windows-1251", talks: bool = True) -> Path:
    """``Archive`` with a wall and, beside it, a talk that names somebody."""
    root = folder / "Archive"
    files = {f"wall/wall{n}.html": HEAD + page + FOOT for n, page in enumerate(pages)}
    files["index.html"] = HEAD + '<a class="menu__page-link" href="wall/wall0.html">Стена</a>' + FOOT
    files["wall/7/comments0.html"] = (
        HEAD + post(8, "2 дек 2025 в 10:00:00", "Чужой ответ", answer="?reply=8") + FOOT
    )
    if talks:
        files["messages/index-messages.html"] = HEAD + "<div>Тайная Собеседница</div>" + FOOT
        files["messages/900/messages0.html"] = (
            HEAD + '<div class="message" data-id="1"><div>Тайное слово</div></div>' + FOOT
        )
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding, errors="xmlcharrefreplace"))
    return root


def zipped(root: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(root.rglob("*")):
            if file.is_file():
                packed.write(file, str(file.relative_to(root.parent)))
    return path


def states(bench: Bench, path: Path, *more: str) -> dict[str, str]:
    result = bench.call("channel", "check", str(path), *more, "--format", "json")
    assert result.code in (0, 1), result.err
    return {row["id"]: row["state"] for row in result.rows}


def wall(words: str) -> list[str]:
    photo = attachment("Фотография", "https://sun9-1.userapi.com/x.jpg")
    return [
        post(1, "1 июн 2024 в 9:05:11", "До включения в реестр")
        + post(2, "1 дек 2025 в 14:05:11", f"{words}\n\nНовости с эмодзи \N{BIRD}", photo)
        + post(3, "2 дек 2025 в 0:00:00", "Без плашки")
        + post(4, "3 дек 2025 в 10:00:00", f"Новости\n\nМного слов.\n\n{words}"),
        post(5, "4 дек 2025 в 10:00:00", "", attachment("Запись на стене", "https://vk.com/wall-7_7"))
        + post(6, "5 дек 2025 в 10:00:00", "Чужое", who='<a href="https://vk.com/id900">Сосед</a>')
        + post(7, "6 дек 2025 в 10:00:00", f"{words}\n\nСсылка", attachment("Ссылка", "https://x.example"))
        + post(8, "6 дек 2025 в 11:00:00", "Ответ под записью", answer="?reply=9")
        + post(9, "7 дек 2025 в 10:00:00", "Спрятано", more=" (Запись архивирована)")
        + post(10, "8 дек 2025 в 10:00:00", "От себя", who='<a href="https://vk.com/id501">Мы</a>'),
    ]


EXPECTED = {
    "1": "not_needed", "2": "right", "3": "missing", "4": "wrong", "5": "unreadable", "7": "right", "9": "private",
    "10": "missing",
}  # fmt: skip


@pytest.mark.parametrize("form", ["folder", "folder above", "zip", "wall folder", "index page", "UTF-8"])
def test_the_wall_by_the_law_of_each_day(bench: Bench, words: str, tmp_path: Path, form: str) -> None:
    root = archive(tmp_path, *wall(words), encoding="utf-8" if form == "UTF-8" else "windows-1251")
    path = {
        "folder above": tmp_path, "wall folder": root / "wall", "index page": root / "index.html",
    }.get(form, root)  # fmt: skip
    if form == "zip":
        path = zipped(root, tmp_path / "Archive.zip")
        shutil.rmtree(root)
    result = bench.call("channel", "check", str(path), "--format", "json")
    rows = {row["id"]: row for row in result.rows}
    assert {number: row["state"] for number, row in rows.items()} == EXPECTED
    assert {row["channel"] for row in rows.values()} == {"vk-id501"}
    assert (rows["2"]["published_on"], rows["2"]["not_measured"], rows["7"]["not_measured"]) == (
        "2025-12-01", 1, 0,
    )  # fmt: skip
    assert rows["2"]["title"] == "Новости с эмодзи \N{BIRD}"
    assert rows["3"]["address"] == "https://vk.com/wall501_3"
    assert "not public: 1" in result.err


def test_an_english_archive_and_a_community(bench: Bench, words: str, tmp_path: Path) -> None:
    root = archive(
        tmp_path,
        post(1, "1 Dec 2025 at 7:08 pm", f"{words}\n\nNews", owner=-33, who="You")
        + post(2, "at 7:15:40 pm on 3 Dec 2025", "No label", owner=-33, who="You,")
        + post(3, "some day", "When?", owner=-33, who="You"),
    )
    assert states(bench, root) == {"1": "right", "2": "missing", "3": "undated"}
    result = bench.call("channel", "check", str(root), "--format", "json")
    assert {row["channel"] for row in result.rows} == {"vk-club33"}


def test_the_register_is_filled_once_and_what_was_edited_is_noted(
    bench: Bench, words: str, tmp_path: Path
) -> None:
    bench.run("channel", "register", str(archive(tmp_path / "a", *wall(words))), "--yes")
    rows = {row["id"]: row for row in bench.rows("list", "placements")}
    assert sorted(rows) == sorted(f"vk-id501-{n}" for n, state in EXPECTED.items() if state != "private")
    assert rows["vk-id501-3"]["label_verdict"] == "not_met"
    again = bench.run("channel", "register", str(archive(tmp_path / "b", *wall(words))), "--yes").err
    assert "registered already: 7" in again
    assert "nothing new" in again
    later = [page.replace("Без плашки", f"{words}<br><br>Уже с ней") for page in wall(words)]
    later[0] = later[0].replace("1 дек 2025 в 14:05:11", "1 дек 2025 в 14:05:11 (Запись архивирована)")
    said = bench.run("channel", "register", str(archive(tmp_path / "c", *later)), "--yes").err
    assert "changed: 1" in said
    assert "vk-id501-2 is no longer public" in said
    after = {row["id"]: row for row in bench.rows("list", "placements")}
    assert after["vk-id501-3"]["label_verdict"] == "not_measurable"


def test_talks_are_not_looked_at(bench: Bench, words: str, tmp_path: Path) -> None:
    root = archive(tmp_path, *wall(words))
    for path in (root, tmp_path):
        with listening() as heard:
            assert [item.id for item in reading.open_export(path).posts()]
        assert any("wall0.html" in name for name in heard)
        assert not [name for name in heard if "messages" in name], path
    result = bench.call("channel", "check", str(root), "--format", "json")
    bench.run("channel", "register", str(root), "--yes")
    kept = (
        result.out + result.err + str(bench.rows("list", "placements")) + str(bench.rows("list", "materials"))
    )
    assert "Тайн" not in kept
    assert "Сосед" not in kept


@pytest.mark.parametrize(
    "given", ["", "messages", "messages/index-messages.html", "messages/900/messages0.html"]
)
def test_an_archive_of_talks_is_refused_unread(bench: Bench, tmp_path: Path, given: str) -> None:
    root = archive(tmp_path)
    shutil.rmtree(root / "wall")
    with listening() as heard, pytest.raises(ComplianceError, match="not the export of a channel"):
        reading.open_export(root / given)
    looked = [name for name in heard if name.endswith(("index-messages.html", "messages0.html"))]
    assert looked == (
        [str(root / given)] if given.endswith(".html") else []
    )  # that it is a file; no byte is read
    said = bench.fail(3, "channel", "check", str(root / given))
    assert "nothing of them was read" in said
    assert "vk.com/data_protection" in said
    assert "Тайн" not in said


def test_talks_packed_in_a_zip_are_not_unpacked(words: str, tmp_path: Path) -> None:
    """Their members are broken: reading a single one would fail."""
    path = zipped(archive(tmp_path, *wall(words)), tmp_path / "Archive.zip")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        for item in packed.infolist():
            if "messages" in item.filename:
                data[item.header_offset : item.header_offset + 4] = b"XXXX"
    path.write_bytes(data)
    assert len(list(reading.open_export(path).posts())) == len(EXPECTED)


HOSTILE = [
    '<span style="display:none">{label}</span> Новости',
    "<script>document.write('{label}')</script>Новости",
    "<!-- {label} -->Новости",
    "<div hidden>{label}</div>Новости",
    "<style>x{{content:'{label}'}}</style>Новости",
    '<div class="item__tertiary">{label}</div>Новости',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_that_nobody_sees_is_none(bench: Bench, words: str, tmp_path: Path, text: str) -> None:
    root = archive(tmp_path, post(1, "1 дек 2025 в 10:00:00", text.format(label=words) + "<i></i>"))
    assert states(bench, root)["1"] in ("missing", "wrong")


def test_words_of_html_stay_words(tmp_path: Path) -> None:
    root = archive(tmp_path, post(1, "1 дек 2025 в 10:00:00", "a &lt;b&gt; <b>жирно</b>\n и   так<br>вторая"))
    (found,) = reading.open_export(root).posts()
    assert found.data.decode() == "a <b> жирно и так\nвторая"


def _cut(root: Path) -> None:
    path = root / "wall" / "wall0.html"
    path.write_bytes(path.read_bytes()[:-400])


def _utf16(root: Path) -> None:
    path = root / "wall" / "wall0.html"
    path.write_bytes(path.read_bytes().decode("windows-1251").encode("utf-16"))


def _huge(root: Path) -> None:
    with (root / "wall" / "wall0.html").open("ab") as stream:
        stream.truncate(17 * 1024 * 1024)


def _nameless(root: Path) -> None:
    path = root / "wall" / "wall0.html"
    path.write_bytes(path.read_bytes().replace(b"wall501_3", b"wallet"))


def _without_posts(root: Path) -> None:
    (root / "wall" / "wall0.html").write_text(HEAD + FOOT, encoding="windows-1251")


def test_a_link_to_itself_hides_nothing(words: str, tmp_path: Path) -> None:
    root = archive(tmp_path, *wall(words))
    for folder in (root, root / "wall"):
        (folder / "a").symlink_to(folder / "a")
    assert len(list(reading.open_export(root).posts())) == len(EXPECTED)


def _elsewhere(root: Path) -> None:
    outside = root.parent / "elsewhere"
    shutil.move(root / "wall" / "wall0.html", outside)
    (root / "wall" / "wall0.html").symlink_to(outside)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_cut, "damaged or not complete"), (_utf16, "known here"), (_huge, "larger than 16 MiB"), (_nameless, "damaged"),
        (_without_posts, "no posts on this wall"), (_elsewhere, "known here"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_wrong_with_an_archive(
    bench: Bench, words: str, tmp_path: Path, harm: Callable[[Path], None], said: str, packed: bool
) -> None:
    root = archive(tmp_path, wall(words)[0])
    harm(root)
    if packed and harm is _elsewhere:
        return
    path = zipped(root, tmp_path / "Archive.zip") if packed else root
    assert said in bench.fail(3, "channel", "check", str(path))
    assert said in bench.fail(3, "channel", "register", str(path), "--yes")
    assert bench.rows("list", "placements") == []


def test_a_damaged_zip_says_so(bench: Bench, words: str, tmp_path: Path) -> None:
    path = zipped(archive(tmp_path, *wall(words)), tmp_path / "Archive.zip")
    whole = path.read_bytes()
    for data in (whole[:-60], whole[: len(whole) // 2], b"PK\x03\x04", whole[:-22] + b"\0" * 22):
        path.write_bytes(data)
        assert "damaged" in bench.fail(3, "channel", "check", str(path))
    path.write_bytes(b"")
    assert "known here" in bench.fail(3, "channel", "check", str(path))


def test_a_zip_bomb_and_names_that_lead_elsewhere(bench: Bench, words: str, tmp_path: Path) -> None:
    path = tmp_path / "Archive.zip"
    page = (HEAD + wall(words)[0] + FOOT).encode("windows-1251", errors="xmlcharrefreplace")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../wall/wall0.html", page)
        packed.writestr("/wall/wall1.html", page)
        packed.writestr("a\\..\\wall\\wall2.html", page)
    assert "known here" in bench.fail(3, "channel", "check", str(path))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("wall/wall0.html", page + b" " * 300_000_000)
    assert path.stat().st_size < 400_000
    assert "larger than 16 MiB" in bench.fail(3, "channel", "check", str(path))


def test_a_zip_that_lists_too_much_is_not_listed(
    bench: Bench, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(archive(tmp_path, *wall(words)), tmp_path / "Archive.zip")
    monkeypatch.setattr(_tree, "_MOST_DIRECTORY", 100)
    assert "far too many files" in bench.fail(3, "channel", "check", str(path))


def test_a_page_that_outlasts_its_reading_is_refused(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vk, "_SECONDS", 1)
    root = archive(tmp_path, post(1, "1 дек 2025 в 10:00:00", "<div class='item'>x" * 200_000))
    said = bench.fail(3, "channel", "check", str(root))
    assert "wall0.html" in said


@given(st.integers(0, 1200), st.binary(min_size=1, max_size=40))
@settings(max_examples=10, deadline=None)
def test_any_page_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, at: int, put: bytes) -> None:
    root = archive(tmp_path_factory.mktemp("any"), post(1, "1 дек 2025 в 10:00:00", "Новости"))
    path = root / "wall" / "wall0.html"
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + put + whole[at + len(put) :])
    with contextlib.suppress(ComplianceError):
        assert len(list(reading.open_export(root).posts())) <= 1
