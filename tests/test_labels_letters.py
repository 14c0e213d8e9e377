"""E-mail, e-books and subtitles: stamped is detected, removed is the original, forgeries and hostile files told."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.errors import InputError
from compliance.labels import email, epub, subtitles, text
from compliance.labels.model import Label
from tests.media.documents import BODY, members, packed
from tests.media.faces import face, font
from tests.media.labels import FORMER, TEXT, label, not_met

LABEL = label()
FORGED_WORDS = {
    "look-alike": TEXT.replace("А", "A", 1),
    "invisible letter": TEXT.replace("Т", "Т\N{ZERO WIDTH SPACE}", 1),
    "shortened": TEXT[: len(TEXT) // 2],
    "an earlier law's": FORMER,
    "small letters": TEXT.lower(),
}


# ---- e-mail


def letter(
    body: str = "", page: str = "", charset: str = "utf-8", cte: str = "8bit", attach: bool = False
) -> bytes:
    made = EmailMessage(policy=policy.SMTP)
    made["From"], made["To"], made["Subject"] = (
        "press@sloboda.example",
        "all@sloboda.example",
        "Встреча соседей",
    )
    if body:
        made.set_content(body, charset=charset, cte=cte)
    if page:
        if body:
            made.add_alternative(page, subtype="html", cte=cte)
        else:
            made.set_content(page, subtype="html", cte=cte)
    if attach:
        made.add_attachment(TEXT.encode(), maintype="text", subtype="plain", filename="x.txt")
        made.add_attachment(bytes(range(256)), maintype="image", subtype="png", filename="x.png")
    return made.as_bytes()


PAGE = f"<html><body><h1>Встреча</h1>\n<p style='font-size:14px'>{BODY * 3}</p></body></html>\n"
LETTERS = {
    "plain": letter(BODY + "\n"),
    "plain, quoted-printable": letter(BODY + "\n", cte="quoted-printable"),
    "plain, base64": letter(BODY * 9 + "\n", cte="base64"),
    "plain, windows-1251": letter(BODY + "\n", charset="cp1251"),
    "HTML": letter(page=PAGE, cte="quoted-printable"),
    "both": letter(BODY + "\n", PAGE),
    "both, with attachments": letter(BODY + "\n", PAGE, attach=True),
    "bare line ends": letter(BODY + "\n", PAGE, attach=True).replace(b"\r\n", b"\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", LETTERS)
def test_a_stamped_letter_is_detected_and_comes_back(name: str) -> None:
    data = LETTERS[name]
    made = email.stamp(data, LABEL).data
    assert not_met(email.detect(made, LABEL)) == set()
    assert not_met(email.detect(data, LABEL)) == {"wording"}
    before, after = (message_from_bytes(item, policy=policy.default) for item in (data, made))
    assert before.keys() == after.keys()
    for one, two in zip(before.iter_attachments(), after.iter_attachments(), strict=True):
        assert one.get_content() == two.get_content()
    bare = email.remove(made, LABEL)
    assert bare is not None
    assert bare.data == data
    assert email.remove(data, LABEL) is None


def test_a_letter_without_room_for_the_label_gets_another_encoding() -> None:
    data = letter("Dear neighbours\n\nCome.\n", charset="us-ascii", cte="7bit")
    stamped = email.stamp(data, LABEL)
    assert any("another encoding" in note for note in stamped.notes)
    assert not_met(email.detect(stamped.data, LABEL)) == set()
    bare = email.remove(stamped.data, LABEL)
    assert bare is not None
    words = message_from_bytes(bare.data, policy=policy.default).get_content()
    assert words == message_from_bytes(data, policy=policy.default).get_content()


_RIGHT_PAGE = f"<h1>Встреча</h1><div style='font-size:32px'>{TEXT}</div><p style='font-size:14px'>{BODY}"
RIGHT_LETTER = letter(f"{TEXT}\n\n{BODY}", _RIGHT_PAGE)
FORGED_LETTERS = {
    "only one version": (letter(f"{TEXT}\n\n{BODY}", PAGE), "wording"),
    "only an attachment": (letter(BODY, attach=True), "wording"),
    "hidden in the page": (
        letter(f"{TEXT}\n\n{BODY}", f"<div style='display:none'>{TEXT}</div>{PAGE}"), "visible"),
    **{f"{name}, in the text": (letter(f"{words}\n\n{BODY}", _RIGHT_PAGE), "wording")
       for name, words in FORGED_WORDS.items()},
    **{f"{name}, in the page": (letter(f"{TEXT}\n\n{BODY}", _RIGHT_PAGE.replace(TEXT, words)), "wording")
       for name, words in FORGED_WORDS.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED_LETTERS)
def test_forged_letters_are_rejected(name: str) -> None:
    data, kind = FORGED_LETTERS[name]
    assert kind in not_met(email.detect(data, LABEL))
    assert not_met(email.detect(RIGHT_LETTER, LABEL)) == set()


def test_signed_letters_are_not_touched() -> None:
    data = b'Content-Type: multipart/signed; boundary="b"\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n'
    with pytest.raises(InputError, match="signed"):
        email.stamp(data, LABEL)


HOSTILE_LETTERS = {
    "lying encoding": b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe\xfa",
    "unknown encoding": b"Content-Type: text/plain; charset=x-none\r\n\r\nabc",
    "bad base64": b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nab\xd0c",
    "no boundary": b"Content-Type: multipart/mixed\r\n\r\nabc",
    "no end": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n',
    "nested": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(900)
    ),
    "only a header": b"Subject: x",
    "broken header": b"Content-Type: text/plain; charset=\x22=?utf-8?q?=00?=\r\n\r\nabc",
    "nothing said": b"Subject: x\r\n\r\n\xf0\xf1",
}


@pytest.mark.parametrize("name", HOSTILE_LETTERS)
@pytest.mark.parametrize("act", [email.detect, email.stamp, email.remove])
def test_hostile_letters_end_in_a_word(name: str, act: object) -> None:
    try:
        act(HOSTILE_LETTERS[name], LABEL)  # type: ignore[operator]
    except InputError as told:
        assert told.what  # noqa: PT017


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200), st.integers(0, 900), st.sampled_from(list(LETTERS)))
def test_damaged_letters_end_in_a_word(noise: bytes, at: int, name: str) -> None:
    data = LETTERS[name]
    test_hostile = data[:at] + noise + data[at + len(noise) :]
    for act in (email.detect, email.stamp, email.remove):
        try:
            act(test_hostile, LABEL)
        except InputError:
            continue


# ---- e-books


def book(
    chapter: str,
    style: str = "",
    cover: bool = False,
    more: dict[str, str | bytes] | None = None,
    second: str = "",
) -> bytes:
    items = ["cover"] * cover + ["one"] + ["two"] * bool(second)
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
            "OPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
            + "".join(f'<item id="{item}" href="text/{item}.xhtml"/>' for item in items)
            + "</manifest><spine>" + "".join(f'<itemref idref="{item}"/>' for item in items) + "</spine></package>",
            "OPS/text/cover.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><body><img src="a.png"/></body></html>',
            "OPS/text/one.xhtml": '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml">'
            f'<head><title>x</title><link rel="stylesheet" href="../b.css"/></head><body>{chapter}</body></html>',
            "OPS/b.css": style,
            "OPS/a.png": bytes(range(256)) * 9,
        }
        | ({"OPS/text/two.xhtml": f"<html><body>{second}</body></html>"} if second else {})
        | (more or {})
    )  # fmt: skip


CHAPTER = f"<h1>Двор</h1><p>{BODY * 4}</p>"
BOOKS = {
    "a chapter": book(CHAPTER),
    "styled": book(CHAPTER, "p { font-size: 20px; color: #222 } h1 { font-size: 12px }"),
    "cover first": book(CHAPTER, cover=True),
    "no heading": book(f"<p>{BODY * 4}</p>"),
    "dark": book(CHAPTER, "body { background: #000; color: #fff }"),
}


@pytest.mark.parametrize("name", BOOKS)
def test_a_stamped_book_is_detected_and_comes_back(name: str) -> None:
    data = BOOKS[name]
    made = epub.stamp(data, LABEL).data
    found = epub.detect(made, LABEL)
    assert found.ok, found.criteria
    before, after = members(data), members(made)
    assert {part for part in before if before[part] != after[part]} == {"OPS/text/one.xhtml"}
    assert made[:60] == data[:60]  # the type stays first and unpacked where it was
    assert epub.stamp(made, LABEL).data == made
    bare = epub.remove(made, LABEL)
    assert bare is not None
    assert members(bare.data) == before
    assert epub.remove(data, LABEL) is None


def told(words: str = TEXT, style: str = "font-size:32px", sheet: str = "") -> bytes:
    return book(f"<h1>Двор</h1><div class='l' style='{style}'>{words}</div><p>{BODY * 4}</p>", sheet)


FORGED_BOOKS = {
    "hidden by the book's sheet": (told(sheet=".l { display: none }"), "visible"),
    "white": (told(style="font-size:32px;color:#fff"), "contrast"),
    "small": (told(style="font-size:20px"), "font_ratio"),
    "made small by the sheet": (told(style="", sheet=".l { font-size: 60% }"), "font_ratio"),
    "in a later chapter": (book(CHAPTER, more={"OPS/text/two.xhtml": TEXT}), "wording"),
    "letters that draw nothing": (
        book(
            f"<h1>Двор</h1><div style='font:32px Own'>{TEXT}</div><p>{BODY * 4}</p>",
            face("f/own.ttf"),
            more={"OPS/f/own.ttf": font(blank=True)},
        ),
        "visible",
    ),
    "at the end": (book(f"{CHAPTER}<div style='font-size:32px'>{TEXT}</div>"), "position"),
    **{name: (told(words), "wording") for name, words in FORGED_WORDS.items()},
}


@pytest.mark.parametrize("name", FORGED_BOOKS)
def test_forged_books_are_rejected(name: str) -> None:
    data, kind = FORGED_BOOKS[name]
    assert kind in not_met(epub.detect(data, LABEL))
    assert epub.detect(told(), LABEL).ok


HOSTILE_BOOKS = {
    "nothing in it": packed({"mimetype": "application/epub+zip"}),
    "protected": book(CHAPTER, more={"META-INF/encryption.xml": "<e/>"}),
    "no chapter": packed({"META-INF/container.xml": '<c><rootfile full-path="../../etc/passwd"/></c>'}),
    "no text": book("<img src='a'/>"),
    "entities": packed({"META-INF/container.xml": '<!DOCTYPE c [<!ENTITY a "b">]><c>&a;</c>'}),
    "cut": BOOKS["a chapter"][:-40],
}


@pytest.mark.parametrize("name", HOSTILE_BOOKS)
@pytest.mark.parametrize("act", [epub.detect, epub.stamp, epub.remove])
def test_hostile_books_are_refused(name: str, act: object) -> None:
    with pytest.raises(InputError):
        act(HOSTILE_BOOKS[name], LABEL)  # type: ignore[operator]


# ---- subtitles

SRT = "1\n00:00:20,000 --> 00:00:23,000\n<i>Добрый день</i>\n\n2\n00:00:24,000 --> 00:00:26,500\nСоседи!\n"
VTT = "WEBVTT - Двор\nKind: captions\n\nNOTE о нас\n\n00:20.000 --> 00:23.000 align:left\nДобрый день\n"
FILMS = {
    "srt": SRT,
    "srt, Windows": "\N{BOM}" + SRT.replace("\n", "\r\n"),
    "srt, spoken at once": SRT.replace("00:00:20", "00:00:00"),
    "vtt": VTT,
    "vtt, two empty lines": VTT.replace("\n\nNOTE", "\n\n\nNOTE"),
    "empty lines first": "\n\n" + SRT,
}


@pytest.mark.parametrize("name", FILMS)
def test_stamped_subtitles_are_detected_and_come_back(name: str) -> None:
    data = FILMS[name].encode()
    made = subtitles.stamp(data, LABEL).data
    found = subtitles.detect(made, LABEL)
    assert not_met(found) == set()
    assert found.detection is not None
    assert found.detection.place == "second 0"
    bare = subtitles.remove(made, LABEL)
    assert bare is not None
    assert bare.data == data
    assert subtitles.remove(data, LABEL) is None


def cue(words: str = TEXT, until: str = "00:00:16,000", start: str = "00:00:00,000") -> bytes:
    return f"0\n{start} --> {until}\n{words}\n\n{SRT}".encode()


FORGED_FILMS = {
    "too short": (cue(until="00:00:02,000"), "visible"),
    "no time at all": (cue(until="00:00:00,000"), "visible"),
    "after the talk": (cue(start="00:01:00,000", until="00:02:00,000"), "position"),
    "in a note": (f"WEBVTT\n\nNOTE {TEXT}\n\n00:01.000 --> 00:02.000\nДвор\n".encode(), "wording"),
    "pushed out of the picture": (
        f"WEBVTT\n\n00:00.000 --> 00:20.000 line:400%\n{TEXT}\n\n00:21.000 --> 00:22.000\nДвор\n".encode(), "visible"),
    **{name: (cue(words), "wording") for name, words in FORGED_WORDS.items()},
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "words", "seen"),
    [
        ("", f"{{\\alpha&HFF&}}{TEXT}", False),
        ("", f"{{\\an8\\fs1}}{TEXT}", False),
        ("", f'<font color="#000001" size=1>{TEXT}</font>', False),
        ("WEBVTT\n\nSTYLE\n::cue { opacity: 0 }\n\n", TEXT, False),
        ("WEBVTT\n\n", f"<c.black.bg_black>{TEXT}</c>", False),
        ("WEBVTT\n\nNOTE by hand\n\n", f"<b>{TEXT}</b>", True),
        ("", f"{{\\an8}}<i>{TEXT}</i>", True),
    ],
)
def test_marks_that_may_hide_the_label_are_to_be_looked_at(before: str, words: str, seen: bool) -> None:
    point = "." if before else ","
    data = f"{before}00:00:00{point}000 --> 00:00:20{point}000\n{words}\n\n00:00:20{point}000 --> 00:00:22{point}000\nПривет всем\n"
    visible = subtitles.detect(data.encode(), LABEL).criterion("visible")
    assert visible is not None
    assert visible.verdict == ("met" if seen else "not_measurable")


@pytest.mark.parametrize("name", FORGED_FILMS)
def test_forged_subtitles_are_rejected(name: str) -> None:
    data, kind = FORGED_FILMS[name]
    assert kind in not_met(subtitles.detect(data, LABEL))
    assert not_met(subtitles.detect(cue(), LABEL)) == set()


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["", "WEBVTT", SRT, VTT]))
def test_any_text_ends_in_a_word(noise: str, before: str) -> None:
    data = (before + noise).encode("utf-8", "replace")
    if not text.recognises(data):
        return
    for act in (subtitles.detect, subtitles.stamp, subtitles.remove):
        try:
            act(data, LABEL)
        except InputError:
            continue


def test_a_rule_s_seconds_are_kept() -> None:
    from compliance.labels.model import Requirement

    wanted: Label = label(requirements=(Requirement("seconds", 30),))
    assert b"--> 00:00:30,000" in subtitles.stamp(SRT.encode(), wanted).data
