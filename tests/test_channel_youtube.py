"""YouTube in Google Takeout: descriptions are measured, films where they lie there, nothing else is opened."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_channel_vk import listening
from test_labels_video import begun, card
from test_times import CONFIG
from workbench import Bench, empty

from compliance.channels import _takeout, reading
from compliance.errors import ComplianceError
from compliance.storage import Server
from tests.media.films import film

CHANNEL = "UCaBcDeFgHiJkLmNoPqRsTuV"


@pytest.fixture(scope="module")
def made(new_server: Callable[[], Server | None], tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return empty(tmp_path_factory.mktemp("youtube") / "books", CONFIG, server=new_server())


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return made.copy(tmp_path / "books")


@pytest.fixture(scope="module")
def words(made: Bench) -> str:
    return made.run("label", "text", "--medium", "post", "--on", "2025-12-01").out.splitlines()[0]


ENGLISH: dict[str, Any] = {
    "folder": "YouTube and YouTube Music", "metadata": "video metadata", "list": "videos", "texts": "video texts",
    "videos": "videos", "history": "history/watch-history.json",
    "heading": [
        "Video ID", "Approx Duration (ms)", "Video Audio Language", "Video Category", "Video Description (Original)",
        "Channel ID", "Tag 1", "Video Title (Original)", "Privacy", "Video State", "Video Create Timestamp",
        "Video Publish Timestamp",
    ],
    "texts heading": [
        "Video ID", "Video Text Create Timestamp", "Video Text Update Timestamp", "Video Title Text Segments 1",
        "Video Description Text Segments 1",
    ],
    "public": "Public", "unlisted": "Unlisted", "private": "Private",
}  # fmt: skip
RUSSIAN: dict[str, Any] = {
    "folder": "YouTube и YouTube Music", "metadata": "метаданные видео", "list": "видео", "texts": "тексты видео",
    "videos": "видео", "history": "история/история просмотров.json",
    "heading": [
        "Идентификатор видео", "Примерная длительность (мс)", "Язык аудиодорожки видео", "Категория видео",
        "Описание видео (оригинал)", "Идентификатор канала", "Тег 1", "Название видео (оригинал)", "Конфиденциальность",
        "Состояние видео", "Временная метка создания видео", "Временная метка публикации видео",
    ],
    "texts heading": [
        "Идентификатор видео", "Временная метка создания текста видео", "Временная метка обновления текста видео",
        "Сегмент текста названия видео 1", "Сегмент текста описания видео 1",
    ],
    "public": "Открытый доступ", "unlisted": "Доступ по ссылке", "private": "Ограниченный доступ",
}  # fmt: skip
GERMAN: dict[str, Any] = ENGLISH | {
    "folder": "YouTube und YouTube Music", "metadata": "Video-Metadaten", "list": "Videos",
    "heading": [
        "Video-ID", "Ungefähre Dauer (ms)", "Audiosprache des Videos", "Videokategorie", "Videobeschreibung (Original)",
        "Kanal-ID", "Tag: 1", "Videotitel (Original)", "Datenschutz", "Videostatus", "Zeitstempel bei Videoerstellung",
        "Zeitstempel bei Videoveröffentlichung",
    ],
    "public": "Öffentlich", "unlisted": "Nicht gelistet", "private": "Privat",
}  # fmt: skip


def row(
    number: str, day: str, text: str, title: str = "A film", seen: str = "public", made: str = ""
) -> dict[str, str]:
    return {"id": number, "day": day, "text": text, "title": title, "seen": seen, "made": made or day}


def number(at: int) -> str:
    return f"_Video-{at:04}"


def table(heading: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([heading, *rows])
    return out.getvalue().encode()


def stamp(day: str) -> str:
    return f"{day}T02:55:54+00:00"


def takeout(
    folder: Path, *rows: dict[str, str], as_: dict[str, Any] = ENGLISH, edited: dict[str, str] | None = None, parts: int = 1
) -> Path:  # fmt: skip
    """``Takeout`` with a list in so many parts, and beside it what nobody asked for."""
    top = folder / "Takeout" / as_["folder"]
    made = [
        [item["id"], "1000", "ru", "News", item["text"], CHANNEL, "", item["title"], as_[item["seen"]], "Processed",
         stamp(item["made"]), stamp(item["day"]) if item["day"] else ""]
        for item in rows
    ]  # fmt: skip
    files: dict[str, bytes] = {}
    for part in range(parts):
        name = f"{as_['list']}{f'({part})' if part else ''}.csv"
        files[f"{as_['metadata']}/{name}"] = table(as_["heading"], made[part::parts])
    if edited:
        texts = [[item, stamp("2025-01-01"), stamp(day), "A film", "..."] for item, day in edited.items()]
        files[f"{as_['metadata']}/{as_['texts']}.csv"] = table(as_["texts heading"], texts)
    files[as_["history"]] = (
        b'[{"title": "Watched SECRET", "titleUrl": "https://www.youtube.com/watch?v=xxxxxxxxxxx"}]'
    )
    files["subscriptions/subscriptions.csv"] = b"Channel Id,Channel Url,Channel Title\nUCx,http://x,SECRET\n"
    files["comments/comments.csv"] = b"Comment ID,Channel ID,Comment text\n1,UCx,SECRET\n"
    for name, data in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "Takeout" / "Mail").mkdir(exist_ok=True)
    (folder / "Takeout" / "Mail" / "all.mbox").write_bytes(b"From SECRET\n\n")
    return folder / "Takeout"


def zipped(root: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(root.rglob("*")):
            if file.is_file():
                packed.write(file, str(file.relative_to(root.parent)))
    return path


def checked(bench: Bench, path: Path, *more: str) -> dict[str, dict[str, Any]]:
    result = bench.call("channel", "check", str(path), *more, "--format", "json")
    assert result.code in (0, 1), result.err
    return {item["id"]: item for item in result.rows}


def several(words: str) -> list[dict[str, str]]:
    return [
        row(number(1), "2024-06-01", "From before the listing"),
        row(number(2), "2025-12-01", f"{words}\n\nNews, with a comma\nand \"quotes\""),
        row(number(3), "2025-12-02", "No label"),
        row(number(4), "2025-12-03", f"News\n\nMany words of it.\n\n{words}"),
        row(number(5), "2025-12-04", "", title="Nothing said"),
        row(number(6), "2025-12-05", "For those with the address", seen="unlisted"),
        row(number(7), "2025-12-06", "For ourselves", seen="private"),
        row(number(8), "", "Not dated", made="2025-12-07"),
    ]  # fmt: skip


STATES = {
    number(1): "not_needed", number(2): "right", number(3): "missing", number(4): "wrong", number(5): "unreadable",
    number(6): "missing", number(7): "private", number(8): "missing",
}  # fmt: skip


@pytest.mark.parametrize("as_", [ENGLISH, RUSSIAN, GERMAN], ids=["English", "Russian", "German"])
@pytest.mark.parametrize("form", ["folder", "folder above", "service", "metadata", "list", "zip", "parts"])
def test_descriptions_by_the_law_of_each_day(
    bench: Bench, words: str, tmp_path: Path, as_: dict[str, Any], form: str
) -> None:
    root = takeout(tmp_path, *several(words), as_=as_, parts=3 if form == "parts" else 1)
    metadata = root / as_["folder"] / as_["metadata"]
    path = {
        "folder above": tmp_path, "service": root / as_["folder"], "metadata": metadata,
        "list": metadata / f"{as_['list']}.csv",
    }.get(form, root)  # fmt: skip
    if form == "zip":
        path = zipped(root, tmp_path / "takeout-001.zip")
        shutil.rmtree(root)
    found = checked(bench, path)
    assert {item: found[item]["state"] for item in found} == STATES
    assert {item["channel"] for item in found.values()} == {f"youtube-{CHANNEL.lower()}"}
    assert [item for item in found if found[item]["seen"] == "unlisted"] == [number(6)]
    assert found[number(2)]["address"] == f"https://www.youtube.com/watch?v={number(2)}"
    assert (found[number(2)]["title"], found[number(2)]["not_measured"]) == ("A film", 1)
    assert found[number(8)]["published_on"] == "2025-12-07"


def test_what_is_not_public_is_told_apart(bench: Bench, words: str, tmp_path: Path) -> None:
    path = takeout(tmp_path / "a", *several(words))
    said = bench.call("channel", "check", str(path)).err
    assert "not public: 1" in said
    assert "1 is seen by those who have its address" in said
    assert "6 have films, recordings or files in them that were not measured" in said
    said = bench.run("channel", "register", str(path), "--as", "films", "--yes").err
    assert "1 is not public and not registered" in said
    rows = {item["id"]: item for item in bench.rows("list", "placements")}
    assert sorted(rows) == sorted(f"films-{item}" for item, state in STATES.items() if state != "private")
    hidden = [item | {"seen": "private"} if item["id"] == number(3) else item for item in several(words)]
    said = bench.run(
        "channel", "register", str(takeout(tmp_path / "b", *hidden)), "--as", "films", "--yes"
    ).err
    assert f"films-{number(3)} is no longer public" in said
    assert "2 are not public" in said


def test_films_with_one_description_are_several_materials(bench: Bench, words: str, tmp_path: Path) -> None:
    same = f"{words}\n\nSubscribe!"
    path = takeout(
        tmp_path,
        row(number(1), "2025-12-01", same, title="One"),
        row(number(2), "2025-12-02", same, title="Two"),
    )
    for recorded in ("recorded 2 placements", "nothing new"):
        assert recorded in bench.run("channel", "register", str(path), "--as", "films", "--yes").err
    assert {(item["title"], item["medium"]) for item in bench.rows("list", "materials")} == {
        ("One", "video"),
        ("Two", "video"),
    }
    assert {item["material"] for item in bench.rows("list", "placements")} == {
        f"films-{number(1)}",
        f"films-{number(2)}",
    }


@pytest.mark.parametrize("as_", [ENGLISH, RUSSIAN], ids=["English", "Russian"])
def test_a_description_that_was_edited_later(
    bench: Bench, words: str, tmp_path: Path, as_: dict[str, Any]
) -> None:
    path = takeout(
        tmp_path, row(number(1), "2025-12-01", f"{words}\n\nNews"), row(number(2), "2025-12-02", f"{words}\n\nNews"),
        as_=as_, edited={number(1): "2025-12-09", number(2): "2025-12-02"},
    )  # fmt: skip
    found = checked(bench, path)
    assert (found[number(1)]["edited_on"], found[number(2)]["edited_on"]) == ("2025-12-09", None)
    assert "1 was changed on a later day" in bench.call("channel", "check", str(path)).err


def test_of_several_rows_of_a_video_the_latest_counts(bench: Bench, words: str, tmp_path: Path) -> None:
    path = takeout(
        tmp_path,
        row(number(1), "2025-12-01", "An early one", made="2025-12-01"),
        row(number(1), "2025-12-01", f"{words}\n\nNews", made="2025-12-08"),
        row(number(1), "2025-12-01", "Another early one", made="2025-12-02"),
    )
    assert checked(bench, path)[number(1)]["state"] == "right"


def test_nothing_but_the_videos_is_opened(bench: Bench, words: str, tmp_path: Path) -> None:
    root = takeout(tmp_path, *several(words))
    with listening() as heard:
        assert list(reading.open_export(root).posts())
    assert [name for name in heard if name.endswith("videos.csv")]
    for secret in ("history", "subscriptions", "comments", "Mail"):
        assert not [name for name in heard if secret in name]


@pytest.mark.parametrize("new_server", ["sqlite"], indirect=True)  # where the books lie changes no measuring
def test_a_film_in_the_export_decides(bench: Bench, words: str, tmp_path: Path) -> None:
    """Cut and changed names as Takeout makes them; where two videos could be meant, neither is measured."""
    long = "Очень длинное название нашего фильма о соседях, которое не поместится в имя файла"
    root = takeout(
        tmp_path,
        row(number(1), "2025-12-01", f"{words}\n\nNews", title="Films: what's new?"),
        row(number(2), "2025-12-02", "No label in words", title=long),
        row(number(3), "2025-12-03", f"{words}\n\nNews", title="Twins"),
        row(number(4), "2025-12-04", f"{words}\n\nNews", title="Twins"),
        row(number(5), "2025-12-05", f"{words}\n\nNews", title="Broken"),
        row(number(6), "2025-12-06", "Nothing", title="Not there"),
        row(number(7), "2025-12-07", f"{words}\n\nNews", title="Short card"),
    )
    folder = root / ENGLISH["folder"] / "videos"
    folder.mkdir()
    plain = tmp_path / "plain.mp4"
    plain.write_bytes(film(seconds=1))
    bench.run("label", "apply", str(plain), "--on", "2025-12-01")
    (folder / "Short card.mp4").write_bytes(begun(card(text=words), seconds=2.0))
    shutil.copy(plain, folder / "Films what_s new.mp4")
    shutil.copy(tmp_path / "plain.labelled.mp4", folder / f"{long[:43].replace(':', '')}.mp4")
    shutil.copy(plain, folder / "Twins.mp4")
    (folder / "Broken.mp4").write_bytes(b"\0\0\0\x18ftypisom" + b"x" * 40)
    found = checked(bench, root)
    assert {item: (found[item]["state"], found[item]["in_picture"], found[item]["not_measured"]) for item in found} == {
        number(1): ("right", False, 1), number(2): ("right", True, 0), number(3): ("right", False, 1),
        number(4): ("right", False, 1), number(5): ("right", False, 1), number(6): ("missing", False, 1),
        number(7): ("wrong", False, 0),
    }  # fmt: skip
    packed = checked(bench, zipped(root, tmp_path / "takeout.zip"))
    assert {item["not_measured"] for item in packed.values()} == {1}


def resource(at: int, day: str, text: str, seen: str = "public") -> dict[str, Any]:
    return {
        "contentDetails": {"duration": "PT2M"}, "etag": "x", "id": number(at), "kind": "youtube#video",
        "snippet": {"channelId": CHANNEL, "title": "A film", "description": text, "publishedAt": f"{day}T10:00:00.000Z"},
        "status": {"privacyStatus": seen, "uploadStatus": "processed"},
    }  # fmt: skip


def test_an_old_export_with_a_json_for_each_video(bench: Bench, words: str, tmp_path: Path) -> None:
    top = tmp_path / "Takeout" / "YouTube"
    (top / "videos").mkdir(parents=True)
    (top / "history").mkdir()
    (top / "history" / "watch-history.json").write_text('[{"snippet": "SECRET"}]')
    texts = {1: f"{words}\n\nNews", 2: "No label"}
    for at, text in texts.items():
        item = resource(at, f"2025-12-0{at}", text)
        (top / "videos" / f"A film({at}).json").write_text(
            json.dumps([item] if at == 1 else item, ensure_ascii=False), encoding="utf-8"
        )
    (top / "videos" / "hidden.json").write_text(json.dumps(resource(3, "2025-12-03", "Ours", "private")))
    (top / "videos" / "else.json").write_text('{"snippet": 7}')
    found = checked(bench, tmp_path / "Takeout")
    assert {item: found[item]["state"] for item in found} == {
        number(1): "right", number(2): "missing", number(3): "private",
    }  # fmt: skip
    (top / "videos" / "cut.json").write_text(json.dumps(resource(4, "2025-12-04", "x"))[:-9])
    assert "damaged" in bench.fail(3, "channel", "check", str(tmp_path / "Takeout"))


def test_a_brand_account_s_list(bench: Bench, words: str, tmp_path: Path) -> None:
    path = tmp_path / "Takeout" / "YouTube and YouTube Music" / "videos" / "Video Metadata.csv"
    path.parent.mkdir(parents=True)
    heading = "Video Id,Channel Id,Title,Status,Visibility,Time Created,Time Published,Duration,Description,Category".split(",")  # fmt: skip
    times = ["2025-12-01 00:00:00 UTC", "2025-12-02 00:00:00 UTC"]
    path.write_bytes(
        table(
            heading, [[number(1), CHANNEL, "A film", "processed", "Public", *times, "42", "No label", "News"]]
        )
    )
    (found,) = checked(bench, tmp_path / "Takeout").values()
    assert (found["state"], found["published_on"]) == ("missing", "2025-12-02")


def list_of(root: Path) -> Path:
    return root / str(ENGLISH["folder"]) / "video metadata" / "videos.csv"


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def _windows(path: Path) -> None:
    path.write_bytes(path.read_bytes().decode().replace("No label", "Без плашки").encode("windows-1251"))


def _open_quote(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b'x,"')


def _huge_cell(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x," + b"y" * 200_000 + b"\n")


def _strange_number(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(number(3).encode(), b"../../etc/p"))


def _unknown_words(path: Path) -> None:
    path.write_bytes(
        path.read_bytes().replace(b"Video Title (Original)", b"Nimi").replace(b"Privacy", b"Nakyvyys")
    )


def _stray_return(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Video ID,", b"Vid\reo ID,"))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_cut, "damaged or not complete"), (_windows, "damaged"), (_open_quote, "damaged"), (_huge_cell, "damaged"),
        (_strange_number, "damaged"), (_unknown_words, "no list of videos"), (_empty, "no list of videos"),
        (_stray_return, "no list of videos"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_wrong_with_a_takeout(
    bench: Bench, words: str, tmp_path: Path, harm: Callable[[Path], None], said: str, packed: bool
) -> None:
    root = takeout(tmp_path, *several(words))
    harm(list_of(root))
    path = zipped(root, tmp_path / "takeout.zip") if packed else root
    assert said in bench.fail(3, "channel", "check", str(path))
    assert said in bench.fail(3, "channel", "register", str(path), "--yes")
    assert bench.rows("list", "placements") == []


def test_a_bomb_is_not_unpacked(
    bench: Bench, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tracemalloc

    from compliance.channels import youtube

    monkeypatch.setattr(youtube, "_CSV_CAP", 8 * 1024 * 1024)  # the real one takes a minute to run into
    root = takeout(tmp_path, *several(words))
    path = zipped(root, tmp_path / "takeout.zip")
    line = ",".join(
        [number(9), "1", "", "", "x" * 900, CHANNEL, "", "t", "Public", "", stamp("2025-12-01"), ""]
    ).encode()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            f"Takeout/{ENGLISH['folder']}/video metadata/videos(1).csv",
            table(ENGLISH["heading"], []) + (line + b"\n") * 40_000,
        )
    tracemalloc.start()
    try:
        with pytest.raises(ComplianceError, match="larger than 8 MiB"):
            list(reading.open_export(path).posts())
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert "larger than 8 MiB" in bench.fail(3, "channel", "check", str(path))


def test_one_endless_line_and_too_many_videos(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory holds a piece of the line, not the line."""
    import tracemalloc

    from compliance.channels import youtube

    path = list_of(takeout(tmp_path / "a", *several(words)))
    with path.open("ab") as stream:
        for _n in range(40):
            stream.write(b"x" * 1024 * 1024)
    tracemalloc.start()
    try:
        with pytest.raises(ComplianceError, match="damaged"):
            list(reading.open_export(tmp_path / "a" / "Takeout").posts())
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()
    monkeypatch.setattr(youtube, "_MOST_VIDEOS", 5)
    with pytest.raises(ComplianceError, match="damaged"):
        list(reading.open_export(takeout(tmp_path / "b", *several(words))).posts())


def test_what_columns_are_called() -> None:
    for as_ in (ENGLISH, RUSSIAN, GERMAN):
        found = _takeout.columns(as_["heading"])
        assert found.kind == "videos"
        roles = {"id": 0, "text": 4, "channel": 5, "title": 7, "seen": 8, "created": 10, "published": 11}
        assert found.at == roles
    assert (
        _takeout.columns(RUSSIAN["texts heading"]).kind
        == _takeout.columns(ENGLISH["texts heading"]).kind
        == "texts"
    )
    for other in (
        "Channel Id,Channel Url,Channel Title",
        "Video ID,Playlist Video Creation Timestamp",
        "",
        "a,b",
    ):
        assert _takeout.columns(other.split(",")).kind == ""
    assert [_takeout.seen(word) for word in ("Public", "", "Frei", "UNLISTED", "Private")] == [
        "public", "public", "public", "unlisted", "private",
    ]  # fmt: skip


@given(st.integers(0, 900), st.binary(min_size=1, max_size=40), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_list_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, put: bytes, packed: bool
) -> None:
    root = takeout(tmp_path_factory.mktemp("any"), *several("LABEL"))
    path = list_of(root)
    if packed:
        path = zipped(root, root.parent / "takeout.zip")
        root = path
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + put + whole[at + len(put) :])
    with contextlib.suppress(ComplianceError):
        assert len(list(reading.open_export(root).posts())) <= 10
