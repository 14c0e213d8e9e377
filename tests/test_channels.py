"""Exports of channels: what each post carries by the law of its day, and the register filled from it."""

from __future__ import annotations

import contextlib
import json
import mailbox
import shutil
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from test_times import CONFIG
from workbench import Bench, empty

from compliance.channels import reading, telegram
from compliance.errors import ComplianceError
from compliance.storage import Server

FAKE = str.maketrans("АЕО", "AEO")


@pytest.fixture(scope="module")
def made(new_server: Callable[[], Server | None], tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return empty(tmp_path_factory.mktemp("channels") / "books", CONFIG, server=new_server())


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return made.copy(tmp_path / "books")


@pytest.fixture(scope="module")
def words(made: Bench) -> str:
    return made.run("label", "text", "--medium", "post", "--on", "2025-12-01").out.splitlines()[0]


def message(number: int, day: str, text: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "type": "message", "date": f"{day}T10:00:00", "date_unixtime": str(1_764_583_200 + number),
        "from": "News", "from_id": "channel77", "text": text, "text_entities": [], **more,
    }  # fmt: skip


def export(folder: Path, *messages: dict[str, Any], **head: Any) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "result.json"
    body = {"name": "News", "type": "public_channel", "id": 77, **head, "messages": list(messages)}
    path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return path


def states(bench: Bench, path: Path, *more: str) -> dict[str, str]:
    result = bench.call("channel", "check", str(path), *more, "--format", "json")
    assert result.code in (0, 1), result.err
    return {row["id"]: row["state"] for row in result.rows}


def test_each_post_by_the_law_of_its_day(bench: Bench, words: str, tmp_path: Path) -> None:
    path = export(
        tmp_path / "out",
        {"id": 1, "type": "service", "date": "2024-01-01T00:00:00", "action": "create_channel", "text": ""},
        message(2, "2024-06-01", "From before the listing."),
        message(3, "2025-12-01", f"{words}\n\nFirst news"),
        message(4, "2025-12-02", "No label"),
        message(5, "2025-12-03", [{"type": "bold", "text": words}, "\n\nBold, and a ", {"type": "link", "text": "x.org"}]),
        message(6, "2025-12-04", [{"type": "spoiler", "text": words}, "\n\nHidden"]),
        message(7, "2025-12-05", f"News\n\nMany words of it.\n\n{words}"),
        message(8, "2025-12-06", f"{words.translate(FAKE)}\n\nForged"),
        message(9, "2025-12-07", "", poll={"question": words, "answers": [{"text": "Yes"}]}),
        message(10, "2025-12-07", [{"type": "strikethrough", "text": words}, "\n\nStruck through"]),
        message(11, "2025-12-07", [{"type": "blockquote", "text": words, "collapsed": True}, "\n\nFolded"]),
        message(12, "2025-12-07", [{"type": "blockquote", "text": words, "collapsed": False}, "\n\nQuoted"]),
    )  # fmt: skip
    assert states(bench, path) == {
        "2": "not_needed", "3": "right", "4": "missing", "5": "right", "6": "missing", "7": "wrong", "8": "wrong",
        "9": "right", "10": "wrong", "11": "wrong", "12": "right",
    }  # fmt: skip
    assert states(bench, path.parent, "--since", "2025-12-05") == {
        "7": "wrong", "8": "wrong", "9": "right", "10": "wrong", "11": "wrong", "12": "right",
    }  # fmt: skip
    said = bench.call("channel", "check", str(path))
    assert said.code == 1
    assert "https://t.me/c/77/4" in said.out
    assert "https://t.me/c/77/3" not in said.out
    assert "right: 4; no label: 2; not right: 4; none needed: 1" in said.err


def test_all_right_ends_0_and_shows_nothing(bench: Bench, words: str, tmp_path: Path) -> None:
    said = bench.run(
        "channel", "check", str(export(tmp_path / "out", message(3, "2025-12-01", f"{words}\n\nNews")))
    )
    assert said.out == ""


def test_in_a_group_the_words_of_its_members_are_theirs(bench: Bench, words: str, tmp_path: Path) -> None:
    sent = [message(1, "2025-12-01", f"{words}\n\nNews"), message(2, "2025-12-02", "Thanks", from_id="user5")]
    group = export(tmp_path / "group", *sent, type="public_supergroup")
    assert states(bench, group) == {"1": "right"}
    assert "messages of members 1" in bench.call("channel", "check", str(group)).err
    assert states(bench, export(tmp_path / "channel", *sent)) == {"1": "right", "2": "missing"}


def test_an_edit_is_told_and_an_album_is_one_post(bench: Bench, words: str, tmp_path: Path) -> None:
    album = {"date_unixtime": "5", "date": "2025-12-02T10:00:00"}
    path = export(
        tmp_path / "out",
        message(1, "2025-12-01", f"{words}\n\nNews", edited="2025-12-09T08:00:00"),
        message(2, "2025-12-02", f"{words}\n\nAlbum", file="(File not included.)", media_type="video_file")
        | album,
        message(3, "2025-12-02", "", photo="photos/none.jpg") | album,
        message(4, "2025-12-02", "", photo="../../etc/passwd.jpg"),
    )
    rows = {row["id"]: row for row in bench.call("channel", "check", str(path), "--format", "json").rows}
    assert list(rows) == ["1", "2", "4"]
    assert (rows["1"]["edited_on"], rows["2"]["not_measured"], rows["4"]["state"]) == (
        "2025-12-09",
        2,
        "unreadable",
    )
    said = bench.call("channel", "check", str(path)).err
    assert "1 was changed on a later day" in said
    assert "2 have films, recordings or files" in said


def test_a_picture_may_carry_what_the_words_lack(bench: Bench, tmp_path: Path) -> None:
    picture = labelled_picture(bench, tmp_path)
    (tmp_path / "out" / "photos").mkdir(parents=True)
    shutil.copy(picture, tmp_path / "out" / "photos" / "one.png")
    path = export(
        tmp_path / "out",
        message(1, "2025-12-01", "", photo="photos/one.png"),
        message(2, "2025-12-02", "Words without it", photo="photos/one.png"),
    )
    rows = bench.call("channel", "check", str(path), "--format", "json").rows
    assert [(row["state"], row["in_picture"]) for row in rows] == [("right", True)] * 2
    bench.run("channel", "register", str(path), "--yes")
    assert "registered already: 2" in bench.run("channel", "register", str(path), "--yes").err
    seen = tmp_path / "seen.jpg"
    with Image.open(picture) as opened:
        opened.convert("RGB").resize((640, 440)).save(seen, quality=70)
    assert {row["placement"] for row in bench.rows("label", "prove", str(seen))} == {
        "telegram-77-1",
        "telegram-77-2",
    }


def labelled_picture(bench: Bench, folder: Path) -> Path:
    path = folder / "poster.png"
    Image.new("RGB", (1200, 800), "white").save(path)
    bench.run("label", "apply", str(path), "--on", "2025-12-01")
    return folder / "poster.labelled.png"


def test_the_register_is_filled_once(bench: Bench, words: str, tmp_path: Path) -> None:
    news = [message(n, f"2025-12-0{n}", f"{words}\n\nNews number {n}") for n in (1, 2, 3)]
    path = export(tmp_path / "out", *news, message(4, "2025-12-04", "No label"))
    said = bench.run("channel", "register", str(path), "--yes")
    assert "recorded 4 placements" in said.err
    rows = {row["id"]: row for row in bench.rows("list", "placements")}
    assert sorted(rows) == [f"telegram-77-{n}" for n in (1, 2, 3, 4)]
    assert (rows["telegram-77-4"]["label_verdict"], rows["telegram-77-1"]["label_verdict"]) == (
        "not_met",
        "not_measurable",
    )
    assert rows["telegram-77-1"]["address"] == "https://t.me/c/77/1"
    titles = {row["title"] for row in bench.rows("list", "materials")}
    assert titles == {"News number 1", "News number 2", "News number 3", "No label"}
    assert "registered already: 4" in bench.run("channel", "register", str(path), "--yes").err

    mended = message(4, "2025-12-04", f"{words}\n\nNow with it", edited="2025-12-08T09:00:00")
    again = export(tmp_path / "out", news[0], news[2], mended, message(5, "2025-12-09", f"{words}\n\nNew"))
    said = bench.run("channel", "register", str(again), "--yes")
    assert "new: 1; changed: 1; registered already: 2" in said.err
    assert "telegram-77-2 stands no more in the export" in said.err
    after = {row["id"]: row for row in bench.rows("list", "placements")}["telegram-77-4"]
    assert (after["label_verdict"], after["edited_on"]) == ("not_measurable", "2025-12-08")


def test_channels_are_listed_with_the_day_they_were_looked_at(
    bench: Bench, words: str, tmp_path: Path
) -> None:
    """The organisation's, a branch's, one that was typed by hand; looked at, also where nothing was new."""
    news = message(1, "2025-12-01", f"{words}\n\nNews"), message(2, "2025-12-05", "No label")
    main = export(tmp_path / "main", *news)
    branch = export(
        tmp_path / "branch", message(1, "2025-11-30", f"{words}\n\nElsewhere"), id=88, name="Branch"
    )
    bench.run("channel", "register", str(main), "--yes")
    bench.run("channel", "register", str(branch), "--as", "branch-omsk", "--yes")
    bench.run("record", "material", "--id", "m", "--title", "News", "--medium", "post", "--on", "2025-12-01")
    bench.run(
        "record",
        "placement",
        "m",
        "--channel",
        "site",
        "--published-on",
        "2025-12-03",
        "--address",
        "https://x.example/1",
    )

    def listed() -> dict[str, tuple[Any, ...]]:
        rows = bench.rows("list", "channels")
        return {row["channel"]: tuple(row[key] for key in list(row) if key != "channel") for row in rows}

    first = bench.rows("list", "events")[-1]["recorded_at"][:10]
    assert listed() == {
        "branch-omsk": (1, "2025-11-30", "2025-11-30", 0, first),
        "site": (1, "2025-12-03", "2025-12-03", 0, None),
        "telegram-77": (2, "2025-12-01", "2025-12-05", 1, first),
    }
    before = bench.rows("list", "events")
    said = bench.run("channel", "register", str(main), "--since", "2025-12-02", "--yes").err
    assert "nothing new; noted that the channel was looked at" in said
    (event,) = [row for row in bench.rows("list", "events") if row not in before]
    assert (event["kind"], event["count"], json.loads(event["note"])) == (
        "channel register", 0, {"channel": "telegram-77", "since": "2025-12-02"},
    )  # fmt: skip
    bench.run("books", "audit")
    shown = bench.run("list", "channels").out
    assert "branch-omsk" in shown
    assert "Looked at" in shown


def test_who_registers_is_asked_also_where_nothing_is_new(bench: Bench, words: str, tmp_path: Path) -> None:
    path = str(export(tmp_path / "out", message(1, "2025-12-01", f"{words}\n\nNews")))
    bench.run("channel", "register", path, "--yes")
    before = bench.rows("list", "events")
    assert "--yes" in bench.fail(2, "channel", "register", path)
    assert bench.rows("list", "events") == before


def test_the_same_words_elsewhere_are_the_same_material(bench: Bench, words: str, tmp_path: Path) -> None:
    text = f"{words}\n\nNews"
    bench.run("channel", "register", str(export(tmp_path / "one", message(1, "2025-12-01", text))), "--yes")
    other = export(tmp_path / "two", message(9, "2025-12-01", text), id=88, name="Branch")
    bench.run("channel", "register", str(other), "--as", "branch", "--yes")
    rows = {row["id"]: row["material"] for row in bench.rows("list", "placements")}
    assert rows == {"telegram-77-1": "telegram-77-1", "branch-9": "telegram-77-1"}


def test_letters_keep_their_places_whatever_the_order(bench: Bench, words: str, tmp_path: Path) -> None:
    """Two exports of one mailbox, the second in another order, with a letter twice and a draft: nothing is mixed up."""

    def written(name: str, numbers: tuple[int, ...]) -> Path:
        box = mailbox.mbox(tmp_path / name)
        for number in numbers:
            letter = EmailMessage()
            letter["Date"], letter["Message-ID"] = (
                f"Tue, 0{number} Dec 2025 10:00:00 +0300",
                f"<{number}@ours.example>",
            )
            letter.set_content(
                f"{words}\n\nDear colleagues, a long letter {number}." if number != 2 else "Without it"
            )
            if number > 3:
                letter["X-Gmail-Labels"] = ("Drafts,Important", "Черновики")[number % 2]
            box.add(letter)
        box.close()
        return tmp_path / name

    bench.run("channel", "register", str(written("a.mbox", (1, 2, 3))), "--yes")
    before = {
        row["id"]: (row["published_on"], row["label_verdict"]) for row in bench.rows("list", "placements")
    }
    said = bench.run("channel", "register", str(written("b.mbox", (4, 3, 2, 2, 1, 5))), "--yes")
    assert "new: 0; changed: 0; registered already: 3" in said.err
    assert {
        row["id"]: (row["published_on"], row["label_verdict"]) for row in bench.rows("list", "placements")
    } == before
    assert len(before) == 3
    assert "at most 48" in bench.fail(
        2, "channel", "register", str(tmp_path / "a.mbox"), "--as", "a" * 49, "--yes"
    )


@given(st.integers(5, 400), st.binary(min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_mailbox_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, put: bytes
) -> None:
    letter = b"From a@b Tue Dec  2 10:00:00 2025\nX-Gmail-Labels: =?utf-8?b?A?=\nFrom: =?utf-8?q?x?= <a@b.c>\nDate: Tue, 02 Dec 2025 10:00:00 +0300\n\nHello\n\n"
    path = tmp_path_factory.mktemp("mail") / "x.mbox"
    whole = letter * 3
    path.write_bytes(whole[:at] + put + whole[at + len(put) :])
    with contextlib.suppress(ComplianceError):
        assert list(reading.open_export(path).posts())


def test_a_label_without_known_words_is_not_called_needless(tmp_path: Path) -> None:
    bench = empty(tmp_path / "books", CONFIG.replace("foreign_agent: {since", "affiliated_person: {since"))
    path = export(tmp_path / "out", message(1, "2025-12-01", "News"))
    result = bench.call("channel", "check", str(path), "--format", "json")
    assert (result.code, [row["state"] for row in result.rows]) == (1, ["no_wording"])


def test_a_placement_typed_by_hand_is_found_by_its_address(bench: Bench, words: str, tmp_path: Path) -> None:
    bench.run("record", "material", "--id", "m", "--title", "News", "--medium", "post", "--on", "2025-12-01")
    bench.run(
        "record", "placement", "m", "--channel", "telegram", "--published-on", "2025-12-01", "--address", "https://t.me/c/77/1"
    )  # fmt: skip
    path = export(tmp_path / "out", message(1, "2025-12-01", f"{words}\n\nNews"))
    bench.run("channel", "register", str(path), "--yes")
    (row,) = bench.rows("list", "placements")
    assert (row["material"], row["label_verdict"]) == ("m", "not_measurable")


WXR = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Our site</title><link>https://www.example.org</link>{items}</channel></rss>
"""


def item(
    number: int,
    day: str,
    text: str,
    *,
    title: str = "An article",
    changed: str = "",
    status: str = "publish",
    of: str = "post",
) -> str:
    return (
        f"<item><title>{title}</title><link>https://www.example.org/?p={number}</link>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded><excerpt:encoded><![CDATA[no]]></excerpt:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_date>{day} 10:00:00</wp:post_date>"
        f"<wp:post_modified>{changed or day} 11:00:00</wp:post_modified>"
        f"<wp:status>{status}</wp:status><wp:post_type>{of}</wp:post_type></item>"
    )  # fmt: skip


def test_wordpress(bench: Bench, words: str, tmp_path: Path) -> None:
    big = f'<p style="font-size:40px;color:#000;background:#fff">{escape(words)}</p>'
    path = tmp_path / "site.xml"
    items = [
        item(1, "2024-05-01", "<p>From before the listing</p>"),
        item(2, "2025-12-01", f"{big}<p>Text of the article, long enough.</p>", changed="2025-12-03"),
        item(3, "2025-12-02", "Two paragraphs\n\nwithout a label"),
        item(4, "2025-12-03", f"<p>Text of the article, long enough.</p><p>{escape(words)}</p>"),
        item(5, "2025-12-04", f'<p style="display:none">{escape(words)}</p><p>Text of the article.</p>'),
        item(6, "2025-12-05", "A draft", status="draft"),
        item(7, "2025-12-05", "A picture", of="attachment"),
        item(8, "2025-12-06", f'<p style="font-size:9px">{escape(words)}</p><p>Text of the article.</p>'),
        item(9, "2025-12-06", "Something new", of="news"),
        item(10, "2025-12-06", "", of="nav_menu_item"),
    ]
    path.write_text(WXR.format(items="".join(items)), encoding="utf-8")
    assert states(bench, path) == {
        "1": "not_needed",
        "2": "right",
        "3": "missing",
        "4": "wrong",
        "5": "wrong",
        "8": "wrong",
    }
    columns = (
        "[vc_row][vc_column width=&quot;1/1&quot;][vc_column_text]{}[/vc_column_text][/vc_column][/vc_row]"
    )
    built = tmp_path / "built.xml"
    article = f"{big}<p>Text of the article, long enough.</p>"
    items_built = [
        item(1, "2025-12-01", columns.format(article)),
        item(2, "2025-12-01", columns.format(article).replace("[vc_row]", '[vc_row disable_element="yes"]')),
        item(3, "2025-12-01", f"[hidden]{article}[/hidden]"),
    ]
    built.write_text(WXR.format(items="".join(items_built)), encoding="utf-8")
    assert states(bench, built) == {"1": "right", "2": "wrong", "3": "wrong"}
    told = bench.call("channel", "check", str(path))
    assert "entries of other kinds (news 1)" in told.err
    assert "size of the letters: 3" in told.err  # 4, 5 and 8
    assert "visibility: 1" in told.err
    assert "theme" in told.err
    only_small = tmp_path / "small.xml"
    only_small.write_text(WXR.format(items=items[7]), encoding="utf-8")
    told = bench.call("channel", "check", str(only_small))
    assert "size of the letters: 1" in told.err
    assert "first in it" not in told.err
    bench.run("channel", "register", str(path), "--yes")
    rows = {row["id"]: row for row in bench.rows("list", "placements")}
    assert rows["wordpress-example-org-2"]["edited_on"] == "2025-12-03"
    assert rows["wordpress-example-org-2"]["address"] == "https://www.example.org/?p=2"


@pytest.mark.parametrize("new_server", ["sqlite"], indirect=True)  # where the books lie changes no measuring
def test_a_post_that_outlasts_its_measuring_is_the_only_one_not_read(
    bench: Bench, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All posts are measured by one process; each ends as if it had one of its own."""
    from compliance.labels import door, html

    monkeypatch.setattr(html, "ISOLATED", 1)
    big = f'<p style="font-size:40px;color:#000;background:#fff">{escape(words)}</p><p>Text.</p>'
    texts = [big, "<p>No label</p>", "<p>x" * 600_000, big, "<p>No label</p>"]
    path = tmp_path / "site.xml"
    items = [item(n, f"2025-12-0{n}", text) for n, text in enumerate(texts, 1)]
    path.write_text(WXR.format(items="".join(items)), encoding="utf-8")
    together = states(bench, path)
    assert together == {"1": "right", "2": "missing", "3": "unreadable", "4": "right", "5": "missing"}
    monkeypatch.setattr(door, "many", contextlib.nullcontext)
    assert states(bench, path) == together


def test_a_mailbox_tells_nobody_s_name(bench: Bench, words: str, tmp_path: Path) -> None:
    path = tmp_path / "Sent.mbox"
    box = mailbox.mbox(path)
    for number, (sender, text) in enumerate(
        (("we@ours.example", f"{words}\n\nDear colleagues, a long letter."), ("we@ours.example", "Without it"), ("other@city.example", "Theirs")), 1
    ):  # fmt: skip
        letter = EmailMessage()
        letter["From"], letter["To"] = f"Ivan Ivanov <{sender}>", "Maria Petrova <office@city.example>"
        letter["Date"], letter["Subject"] = f"Tue, 0{number} Dec 2025 10:00:00 +0300", "Secret subject"
        letter["Message-ID"] = f"<{number}@ours.example>"
        letter.set_content(text)
        box.add(letter)
    box.close()
    result = bench.call("channel", "check", str(path), "--own", "@ours.example", "--format", "json")
    assert [row["state"] for row in result.rows] == ["right", "missing"]
    assert "--own" not in result.err
    assert "letters of 2 senders" in bench.call("channel", "check", str(path)).err
    bench.run("channel", "register", str(path), "--own", "we@ours.example", "--yes")
    kept = json.dumps(
        [*bench.rows("list", "placements"), *bench.rows("list", "materials")], ensure_ascii=False
    )
    for secret in ("Ivan", "Petrova", "office@", "Secret", "Dear"):
        assert secret not in result.out + kept


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("result.json", '{"about": "x", "chats": {"list": [{"name": "Mother", "type": "personal_chat", "messages": []}]}}', "not the export of a channel"),
        ("result.json", '{"name": "M", "type": "personal_chat", "id": 5, "messages": []}', "not the export of a channel"),
        ("result.json", '{"name": "M", "type": "public_channel", "id": 5, "messages": [{"id": 1, "type": "message", "da', "damaged"),
        ("result.json", '{"name": "M", "type": "public_channel", "id": 5, "messages": [{"id": 1, "type": "message", "date": "x", "text": "a"}]}', "message 1"),
        ("result.json", '{"name": "M", "type": "public_channel", "id": 5, "messages": [7]}', "message 1"),
        ("notes.json", "{}", "no export that is known here"),
        ("site.xml", WXR.format(items="<item><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"), "without its number or day"),
        ("site.xml", WXR.format(items="<item>")[:-9], "damaged"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_export(bench: Bench, tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert said in bench.fail(3, "channel", "check", str(path))
    assert said in bench.fail(3, "channel", "register", str(path), "--yes")
    assert bench.rows("list", "placements") == []


def test_xml_reads_no_other_file(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    text = WXR.format(items=item(1, "2025-12-01", "x").replace("<title>An", "<title>&s;An"))
    bad = text.replace(
        "<rss", f'<!DOCTYPE rss [<!ENTITY s SYSTEM "{(tmp_path / "secret").as_uri()}">]><rss', 1
    )
    path = tmp_path / "site.xml"
    path.write_text(bad, encoding="utf-8")
    result = bench.call("channel", "check", str(path), "--format", "json")
    assert result.code in (1, 3)
    assert "SECRET" not in result.out + result.err


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "id",
    "type",
    "date",
    "date_unixtime",
    "edited",
    "from_id",
    "text",
    "photo",
    "file",
    "poll",
    "forwarded_from",
)


@given(
    st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6), max_size=4),
    JSON,
    st.integers(0, 400),
)
@settings(max_examples=150, deadline=None)
def test_any_messages_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, messages: list[dict[str, Any]], name: object, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    good = message(1, "2025-12-01", "News")
    path = export(folder, *(good | item for item in messages), name=name)
    if cut < 200:
        path.write_bytes(path.read_bytes()[:-cut] if cut else path.read_bytes())
    try:
        posts = list(reading.open_export(path).posts())
    except ComplianceError:
        return
    assert len(posts) <= len(messages)


@pytest.mark.parametrize(
    ("channel", "letters", "code"),
    [("telegram-caption", 854, 0), ("telegram-caption", 855, 1), ("x", 500, 1), ("telegram", 500, 0)],
)
def test_text_and_label_fit_a_channel(
    bench: Bench, words: str, tmp_path: Path, channel: str, letters: int, code: int
) -> None:
    """Telegram counts an emoji as two; the label, two line ends and the text together are counted."""
    assert len(words) == 166
    path = tmp_path / "post.txt"
    path.write_text("\N{BIRD}\N{BIRD}" + "a" * (letters - 2), encoding="utf-8")
    result = bench.call("label", "apply", str(path), "--on", "2025-12-01", "--for", channel)
    assert result.code == code, result.err
    assert ("too long" in result.err) is bool(code)
    assert "166 of them the label" in result.err
    assert (tmp_path / "post.labelled.txt").exists()


def test_a_post_is_found_again_by_its_words(bench: Bench, words: str, tmp_path: Path) -> None:
    text = f"{words}\n\nNews"
    path = tmp_path / "post.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig") + b"\r\n")
    said = bench.fail(1, "label", "prove", str(path))
    assert "not in the register" in said
    bench.run("channel", "register", str(export(tmp_path / "one", message(1, "2025-12-01", text))), "--yes")
    edited = message(1, "2025-12-01", "News without it", edited="2025-12-20T10:00:00")
    bench.run("channel", "register", str(export(tmp_path / "one", edited)), "--yes")
    rows = bench.call("label", "prove", str(path), "--format", "json").rows
    assert [(row["placement"], row["version"], row["same"], row["verdict"]) for row in rows] == [
        ("telegram-77-1", 1, "words", "not_measurable"),
        ("telegram-77-1", 2, "words", "not_met"),
    ]
    assert rows[0]["published_on"] == "2025-12-01"
    assert bench.run("books", "audit", "--anchor", rows[0]["code"])
    copied = (
        text.replace(" ", "\N{NO-BREAK SPACE}", 2)
        .replace("\n\n", " \n \n\n")
        .replace("е", "е\N{SOFT HYPHEN}", 1)
    )
    path.write_text(copied, encoding="utf-8")
    assert [row["same"] for row in bench.call("label", "prove", str(path), "--format", "json").rows] == [
        "words"
    ] * 2
    path.write_text("News without it", encoding="utf-8")
    assert [row["version"] for row in bench.call("label", "prove", str(path), "--format", "json").rows] == [2]
    path.write_text("Other" + " " * 150_000 + "news", encoding="utf-8")  # took minutes
    assert bench.call("label", "prove", str(path)).code == 1


def test_a_file_is_found_again_byte_for_byte(bench: Bench, tmp_path: Path) -> None:
    picture = labelled_picture(bench, tmp_path)
    bench.run(
        "record", "material", "--id", "m", "--title", "Poster", "--medium", "poster", "--on", "2025-12-01"
    )
    bench.run(
        "record",
        "placement",
        "m",
        "--channel",
        "site",
        "--published-on",
        "2025-12-01",
        "--file",
        str(picture),
    )
    (row,) = bench.call("label", "prove", str(picture), "--format", "json").rows
    assert (row["same"], row["title"], row["channel"]) == ("file", "Poster", "site")
    picture.write_bytes(picture.read_bytes() + b"\0")
    (row,) = bench.call("label", "prove", str(picture), "--format", "json").rows
    assert (row["same"], row["apart"]) == ("look", 0)


def test_for_is_about_texts_and_known_channels(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "post.html"
    path.write_text("<p>x</p>", encoding="utf-8")
    assert "plain texts" in bench.fail(2, "label", "apply", str(path), "--for", "telegram")
    assert "telegram-caption" in bench.fail(2, "label", "apply", str(path), "--for", "myspace")


def test_the_channels_are_told_apart() -> None:
    assert {channel.NAME for channel in reading.channels()} == {
        "telegram",
        "vk",
        "youtube",
        "wordpress",
        "mailbox",
    }
    assert telegram.kind()


def test_a_name_that_is_not_typed_in_puts_no_other_label_first(tmp_path: Path) -> None:
    config = CONFIG.replace(', genitive: "ANO Example"', "")
    assert config != CONFIG
    bench = empty(tmp_path / "books", config)
    path = tmp_path / "post.txt"
    path.write_text("18+\n\nNews", encoding="utf-8")
    assert "name.genitive" in bench.fail(1, "label", "verify", str(path), "--on", "2025-12-01")


def test_a_label_in_force_beside_is_no_earlier_wording(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "post.txt"
    path.write_text("18+\n\nNews", encoding="utf-8")
    result = bench.call("label", "verify", str(path), "--on", "2025-12-01", "--format", "json")
    assert result.rows[0]["criteria"][0]["reason"] == "no_label"
