"""All the awkward files and all the forgeries of the tests, in one place: what is put through the door of `label`.

Each medium's own test module makes its files and says of each what is awkward; here they are gathered, with
those that no other test needs. Everything is made by code and invented; films are short and small.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pikepdf
import test_labels_animation as animation
import test_labels_docx as docx
import test_labels_image as image
import test_labels_letters as letters
import test_labels_odt as odt
import test_labels_pdf as pdf
import test_labels_pptx as pptx
import test_labels_svg as svg
import test_labels_text as text
import test_labels_video as video
import test_labels_xlsx as xlsx
from PIL import Image, ImageCms

from compliance.labels.model import Label, Requirement
from tests.media import sounds
from tests.media.documents import BODY
from tests.media.films import film
from tests.media.labels import TEXT, label
from tests.media.pages import Shape, layout, page

Sound = Callable[[], "array[float]"]
LABEL = label()
FILM = Label(
    "test.label",
    TEXT,
    (Requirement("position", "start"), Requirement("screen_position", "centre"), Requirement("seconds", 1.0)),
    language="ru",
)
"""For films: one second, so that they are short; the real rule asks fifteen."""
_WORDS = "Материал произведён и распространён пробным центром соседских инициатив, внесённым в реестр."
SOUND = Label(
    "test.label",
    _WORDS,
    (Requirement("position", "start"), Requirement("spoken", "clearly")),
    language="ru",
    spoken=sounds.said(_WORDS),
)
"""For sound: as short as it can be and still be told from other speech of the same voice."""
_TALK = f"{text.TITLE}\n\n{text.BODY}"


@dataclass(frozen=True, slots=True)
class Sample:
    """One file: of which format, what is awkward or forged about it, its bytes; ``wrong``: the criteria of which
    a forgery fails at least one (none said: it must only never be right); ``rule``: the label where it is not
    the usual one; ``soak``: what another one like it shows too."""

    ending: str
    what: str
    make: Callable[[], bytes]
    wrong: frozenset[str] = frozenset()
    rule: Label | None = None
    soak: bool = False

    def __str__(self) -> str:
        return f"{self.ending}-{self.what}"

    @property
    def label(self) -> Label:
        return self.rule or (FILM if self.ending in FILMS else SOUND if self.ending in SOUNDS else LABEL)


FILMS = ("mp4", "mov", "mkv", "webm")
SOUNDS = ("wav", "mp3", "ogg", "flac", "m4a")


def _of(ending: str, files: dict[str, bytes]) -> Iterator[Sample]:
    for what, data in files.items():
        yield Sample(ending, what, lambda data=data: data)  # type: ignore[misc]


# ---- texts


def _texts() -> dict[str, bytes]:
    return {
        **{
            f"{encoding}, line ends of {len(newline)}": text.encoded(encoding, newline)
            for encoding in text.ENCODINGS
            for newline in ("\n", "\r\n")
        },
        "no heading": text.BODY.encode(),
        "one line, no end": text.TITLE.encode(),
        "empty lines first": f"\n\n \n{_TALK}".encode(),
        "right to left": "لقاء الجيران\n\nمرحبا بالجيران\n".encode(),
        "tabs and other marks": f"\t{text.TITLE}\t\n\n\N{PARTY POPPER}\t{text.BODY}".encode(),
        "lines of an old Macintosh": _TALK.replace("\n", "\r").encode(),
        "a part of the label quoted": f"{_TALK}\nСегодня требуют писать «{TEXT[:60]}...».\n".encode(),
        "one endless line": (text.BODY.replace("\n", " ") * 300).encode(),
    }


def _markdown() -> dict[str, bytes]:
    fronts = ("no front", "YAML front", "TOML front", "front of Windows")
    heads = ("one mark", "underlined", "marks around", "no heading")
    return {
        **{
            f"{one}, {two}": (front + heading + text.BODY).encode()
            for one, front in zip(fronts, text.FRONTS, strict=True)
            for two, heading in zip(heads, text.HEADINGS, strict=True)
        },
        "a table first": f"| a | b |\n|---|---|\n| 1 | 2 |\n\n{text.BODY}".encode(),
        "code first": f"```\n# no heading\n```\n\n{text.BODY}".encode(),
        "a comment first": f"<!-- draft -->\n\n# {text.TITLE}\n\n{text.BODY}".encode(),
        "a list first": f"- one\n- two\n\n{text.BODY}".encode(),
        "a quotation first": f"> слова\n\n{text.BODY}".encode(),
        "a picture first": f"![двор](yard.png)\n\n{text.BODY}".encode(),
        "right to left": "# لقاء الجيران\n\nمرحبا بالجيران\n".encode(),
    }


def _pages() -> dict[str, bytes]:
    title, talk = f"<h1>{text.TITLE}</h1>", f"<p>{text.BODY}</p>"
    return {
        "a heading and text": text.page(title + talk),
        "a heading of lower rank": text.page(f"<h3>{text.TITLE}</h3>{talk}"),
        "no heading": text.page(talk),
        "no body": f"<!DOCTYPE html>{title}{talk}".encode(),
        "tags in capitals": text.page(title + talk).replace(b"<h1>", b"<H1>").replace(b"</h1>", b"</H1>"),
        "a byte order mark": b"\xef\xbb\xbf" + text.page(title + talk),
        "windows-1251": text.page(title + talk).decode().replace("utf-8", "windows-1251").encode("cp1251"),
        "koi8-r": text.page(title + talk).decode().replace("utf-8", "koi8-r").encode("koi8-r"),
        "lines of Windows": text.page(title + talk).replace(b"\n", b"\r\n"),
        "dark": text.page(title + talk, "<style>body{background:#111;color:#eee;font-size:18px}</style>"),
        "small letters": text.page(title + talk, "<style>p{font-size:.7em}</style>"),
        "an article behind a menu": text.page(f"<nav>Меню Меню</nav><article>{title}{talk}</article>"),
        "a heading in a comment": text.page(f"<!-- <h1>no</h1> -->{title}{talk}"),
        "a heading within a header": text.page(f"<header>{title}</header><main>{talk}</main>"),
        "styles against every block": text.page(title + talk, "<style>div{display:none;font-size:1px}</style>"),
        "right to left": text.page("<div dir=rtl><h1>لقاء</h1><p>مرحبا بالجيران مرحبا</p></div>"),
        "a table": text.page(f"<table><tr><td>{title}</td></tr><tr><td>{talk}</td></tr></table>"),
        "XHTML": b'<?xml version="1.0" encoding="utf-8"?>\n' + text.page(title + talk.replace("<p>", "<p class='a>b'>")),
    }  # fmt: skip


# ---- pages of paper


def _form(document: pikepdf.Pdf) -> None:
    """The page drawn by a form, as printing programs do."""
    one = document.pages[0]
    form = pdf.form_of(document, pdf.PLAIN)
    one.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=form))
    one.obj.Contents = document.make_stream(b"/A Do")


def _field(document: pikepdf.Pdf) -> None:
    """A line to be filled in."""
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="name", F=4,
        Rect=pikepdf.Array([60, 60, 260, 80]),
    )  # fmt: skip
    found = document.make_indirect(field)
    document.pages[0].obj.Annots = pikepdf.Array([found])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[found])


def _packed(**how: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf.PLAIN)) as document:
        document.save(out, deterministic_id=True, **how)
    return out.getvalue()


def _unbalanced(document: pikepdf.Pdf) -> None:
    """Leaves the page's drawing state changed, as careless programs do."""
    document.pages[0].contents_add(b"0.9 g 2 0 0 2 30 40 cm\n")


def _by_weasyprint(direction: str = "ltr", words: str = BODY) -> bytes:
    from compliance.fonts import weasyprint

    made = (
        "<html lang=ru><style>@page{size:A4;margin:20mm;@top-center{content:'АНО «Слобода»'}"
        f"@page:first{{margin-top:40mm}}}}</style><body dir={direction}><h1>{words[:20]}</h1><p>{words * 6}</p>"
    )
    return bytes(weasyprint().HTML(string=made).write_pdf(pdf_variant="pdf/ua-1"))


def _papers() -> Iterator[Sample]:
    for turn in (0, 90, 180, 270):
        yield Sample("pdf", f"turned by {turn}", lambda turn=turn: page(Shape(turn)))  # type: ignore[misc]
        shape = Shape(turn, 2.5, (-300, 200), (10, 20, 30, 40))
        yield Sample(
            "pdf", f"turned by {turn}, cropped, shifted, in other units", lambda shape=shape: page(shape)
        )  # type: ignore[misc]
    files: dict[str, Callable[[], bytes]] = {
        "half units": lambda: page(Shape(unit=0.5)),
        "cropped": lambda: page(Shape(crop=(20, 30, 40, 50))),
        "lying": lambda: page(Shape(size=(842, 595))),
        "large sheet": lambda: page(Shape(size=(1684, 2384))),
        "large text on a narrow page": lambda: pdf.NARROW,
        "small text": lambda: page(Shape(), layout(body=7, inset=60)),
        "room under the heading": lambda: page(Shape(), layout(gap=450, inset=60)),
        "pages of many sizes": lambda: pdf.MIXED,
        "attachment, bookmark, script and tags": lambda: pdf.changed(pdf.PLAIN, pdf.fill),
        "inherited resources": lambda: pdf.changed(pdf.PLAIN, pdf.share),
        "drawn by a form": lambda: pdf.changed(pdf.PLAIN, _form),
        "a layer": lambda: pdf.changed(pdf.PLAIN, lambda document: pdf.layered(document, shown=True)),
        "a field to fill in": lambda: pdf.changed(pdf.PLAIN, _field),
        "a drawing state left open": lambda: pdf.changed(pdf.PLAIN, _unbalanced),
        "for quick viewing": lambda: _packed(linearize=True),
        "objects in streams": lambda: _packed(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "tagged, with a header, by another program": _by_weasyprint,
        "pixels only": lambda: pdf.PIXELS,
    }
    for what, make in files.items():
        yield Sample("pdf", what, make)


# ---- pictures and films


def _turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return image.picture(600, 400, form="JPEG", exif=exif, quality=80)


def _pictures() -> Iterator[Sample]:
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"):
        yield Sample("png", f"mode {mode}", lambda mode=mode: image.picture(mode=mode))  # type: ignore[misc]
    for number in range(2, 9):
        yield Sample("jpg", f"held in way {number}", lambda number=number: _turned(number))  # type: ignore[misc]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    files: dict[tuple[str, str], Callable[[], bytes]] = {
        ("png", "a profile of colours"): lambda: image.picture(icc_profile=profile),
        ("png", "narrow and tall"): lambda: image.picture(330, 1500),
        ("png", "wide and low"): lambda: image.picture(1800, 20),
        ("jpg", "plain"): lambda: image.picture(form="JPEG"),
        ("jpg", "grey"): lambda: image.picture(mode="L", form="JPEG"),
        ("jpg", "CMYK"): lambda: image.picture(mode="CMYK", form="JPEG"),
        ("jpg", "step by step"): lambda: image.picture(form="JPEG", progressive=True),
        ("jpeg", "hard packed"): lambda: image.picture(form="JPEG", quality=20),
    }
    for (ending, what), make in files.items():
        yield Sample(ending, what, make)
    for what, data in animation.FILMS.items():
        yield Sample(what.split(",")[0], what, lambda data=data: data)  # type: ignore[misc]


_ENDINGS = {"mov": "mov", "matroska": "mkv", "webm": "webm"}


@cache
def _small(what: str) -> bytes:
    """A film of `test_labels_video`, smaller and shorter."""
    said = video.AWKWARD[what]
    wide, high = said.get("width", 640), said.get("height", 360)
    scale = 320 / max(wide, high)
    size = {"width": round(wide * scale / 2) * 2, "height": round(high * scale / 2) * 2}
    return film(**{"rate": 12, **said, **size, "seconds": 1})


def _films() -> Iterator[Sample]:
    for what, said in video.AWKWARD.items():
        if what != "large":  # small, it is the plain one
            yield Sample(_ENDINGS.get(said.get("form", ""), "mp4"), what, lambda what=what: _small(what))  # type: ignore[misc]


# ---- sound: clips of three seconds

_VOICE: Sound = lambda: sounds.wave(sounds.said("Приходите в среду во двор, будет чай."))  # noqa: E731
_MUSIC: Sound = lambda: sounds.music(3, 0.3)  # noqa: E731
_OWN: Sound = lambda: sounds.wave(SOUND.spoken)  # noqa: E731
_TELEPHONE = {"rate": 8_000, "layout": "mono"}
_MP3 = {"form": "mp3", "codec": "libmp3lame"}
_OPUS = {"form": "ogg", "codec": "libopus", "rate": 48_000}
_SOUNDS: dict[str, tuple[Sound, dict[str, Any]]] = {
    "wav, of 24 bits and mono": (_MUSIC, {"codec": "pcm_s24le", "rate": 48_000, "layout": "mono"}),
    "wav, of a telephone": (_VOICE, _TELEPHONE),
    "wav, of 8 bits": (_VOICE, {"codec": "pcm_u8", "rate": 11_025, "layout": "mono"}),
    "wav, of fractions": (_MUSIC, {"codec": "pcm_f32le"}),
    "wav, very quiet": (lambda: sounds.louder(_VOICE(), 0.01), {}),
    "wav, silent": (lambda: sounds.silence(3), {}),
    "wav, very short": (lambda: sounds.tone(0.1), {}),
    "wav, very loud": (lambda: sounds.louder(_MUSIC(), 2.7), {}),
    "mp3, at a rate that varies": (_MUSIC, {**_MP3, "varying": True}),
    "mp3, of a telephone": (_VOICE, {**_MP3, **_TELEPHONE, "bit_rate": 16_000}),
    "mp3, very quiet": (lambda: sounds.louder(_VOICE(), 0.01), {**_MP3, "layout": "mono"}),
    "ogg, Opus": (_MUSIC, _OPUS),
    "ogg, Opus and mono": (_VOICE, {**_OPUS, "layout": "mono", "bit_rate": 16_000}),
    "ogg, Vorbis": (_MUSIC, {"form": "ogg", "codec": "vorbis"}),
    "flac, of 24 bits": (_MUSIC, {"form": "flac", "codec": "flac", "rate": 96_000, "layout": "mono"}),
    "m4a, AAC": (_VOICE, {"form": "mp4", "codec": "aac"}),
}
_ALSO = (
    "wav, of fractions", "wav, very loud", "wav, of 8 bits", "mp3, very quiet", "ogg, Vorbis", "ogg, Opus and mono", "m4a, AAC",
)  # fmt: skip
_FORGED_SOUNDS: dict[str, tuple[Sound, set[str]]] = {
    "too quiet": (lambda: sounds.louder(_OWN(), 0.2) + _VOICE(), {"visible", "spoken"}),
    "too fast": (lambda: sounds.wave(SOUND.spoken, ("atempo", "1.5")) + _VOICE(), {"visible", "spoken"}),
    "a little too fast": (lambda: sounds.wave(SOUND.spoken, ("atempo", "1.1")) + _VOICE(), {"visible", "spoken"}),
    "its end cut off": (lambda: _OWN()[: -sounds.RATE] + _VOICE(), set()),
    "behind the material": (lambda: _VOICE() + _OWN(), {"position"}),
    "other words": (lambda: sounds.wave(sounds.said("Материал произведён другим обществом.")) + _VOICE(), set()),
    "under music": (lambda: sounds.over(_OWN() + _VOICE(), sounds.music(3, 0.2)), set()),
    "backwards": (lambda: _OWN()[::-1] + _VOICE(), {"wording"}),
}  # fmt: skip


def _heard() -> Iterator[Sample]:
    for what, (make, how) in _SOUNDS.items():
        data = lambda make=make, how=how: sounds.written(make(), **how)  # noqa: E731
        yield Sample(what.split(",")[0], what, data, soak=what in _ALSO)  # type: ignore[arg-type]


def _unheard() -> Iterator[Sample]:
    for what, (make, wrong) in _FORGED_SOUNDS.items():
        yield Sample("wav", what, lambda make=make: sounds.written(make(), layout="mono"), frozenset(wrong))  # type: ignore[misc]


# ---- the corpus


def awkward() -> list[Sample]:
    """Every file that carries no label and is to be given one."""
    subtitles = {what: data.encode() for what, data in letters.FILMS.items()}
    return [
        *_of("txt", _texts()),
        *_of("md", _markdown()),
        *_of("html", _pages()),
        *_of("eml", letters.LETTERS),
        *_papers(),
        *_of("docx", docx.AWKWARD | {"tracked changes": docx.made_docx(docx.TITLE, _TRACKED, docx.TALK)}),
        *_of("odt", odt.AWKWARD),
        *_of("pptx", pptx.AWKWARD),
        *_of("xlsx", xlsx.AWKWARD),
        *_pictures(),
        *_of("svg", svg.DRAWINGS),
        *_of("epub", letters.BOOKS),
        *(
            Sample("vtt" if "vtt" in what else "srt", what, lambda data=data: data)
            for what, data in subtitles.items()
        ),  # type: ignore[misc]
        *_films(),
        *_heard(),
    ]


def _judged(
    ending: str, files: list[tuple[str, set[str]]] | list[tuple[bytes, set[str]]]
) -> Iterator[Sample]:
    for number, (given, wrong) in enumerate(files):
        data = given.encode() if isinstance(given, str) else given
        yield Sample(ending, f"{number}: {' '.join(sorted(wrong))}", lambda data=data: data, frozenset(wrong))  # type: ignore[misc]


_TRACKED = (
    '<w:p><w:ins w:id="1" w:author="A"><w:r><w:t>Новое </w:t></w:r></w:ins>'
    '<w:del w:id="2" w:author="A"><w:r><w:delText>Старое</w:delText></w:r></w:del></w:p>'
)


def _forged(ending: str, files: dict[str, tuple[bytes, Any]]) -> Iterator[Sample]:
    for what, (data, wrong) in files.items():
        kinds = frozenset((wrong,)) if isinstance(wrong, str) else frozenset(wrong)
        yield Sample(ending, what, lambda data=data: data, kinds)  # type: ignore[misc]


def _by_hand() -> list[Sample]:
    return [
        *_judged("txt", text.FORGED_TEXTS),
        *_judged("md", text.FORGED_MARKDOWN),
        *_judged("html", text.FORGED_PAGES),
    ]


def forged() -> list[Sample]:
    """Every file that looks as if it carried the label, or once did."""
    return [
        *(item for item in _by_hand() if item.wrong),
        *_forged("eml", letters.FORGED_LETTERS),
        *_forged("pdf", pdf.FORGERIES),
        *_forged("docx", docx.FORGED),
        *_forged("odt", odt.FORGED),
        *_forged("pptx", pptx.FORGED),
        *_forged("xlsx", xlsx.FORGED),
        *_forged("svg", svg.FORGED),
        *_forged("epub", letters.FORGED_BOOKS),
        *_forged("srt", {key: item for key, item in letters.FORGED_FILMS.items() if b"WEBVTT" not in item[0]}),
        *_forged("vtt", {key: item for key, item in letters.FORGED_FILMS.items() if b"WEBVTT" in item[0]}),
        *(Sample(form.lower(), f"a frame {how}", lambda form=form, how=how: animation.with_a_bad_frame(form, how))  # type: ignore[misc]
          for form in ("GIF", "WEBP") for how in animation.BAD_FRAMES),
        *_unheard(),
        *(Sample("mp4", what, make, rule=video.LABEL) for what, make in video.NEVER_RIGHT.items() if what != "no label"),
    ]  # fmt: skip


def right() -> list[Sample]:
    """Files that people labelled rightly with programs of their own: no false alarm."""
    files = {
        "eml": letters.RIGHT_LETTER, "pdf": pdf.right(), "docx": docx.forged(), "odt": odt.told(), "pptx": pptx.told(),
        "xlsx": xlsx.told(), "svg": svg.told(), "epub": letters.told(), "srt": letters.cue(),
    }  # fmt: skip
    return [
        *(item for item in _by_hand() if not item.wrong),
        *(sample for ending, data in files.items() for sample in _of(ending, {"by hand": data})),
        Sample(
            "wav", "by hand", lambda: sounds.written(_OWN() + sounds.silence(0.5) + _VOICE(), layout="mono")
        ),
        *_of(
            "pptx",
            {"under the title": pptx.told(pptx.under_the_title), "master": pptx.told(pptx.on_the_master)},
        ),
    ]
