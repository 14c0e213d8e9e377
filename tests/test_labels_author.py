"""``label apply --author strip``: what names people beside the content is gone, read back by other programs; what
cannot be taken out is told; the label, the pixels and the words are as they were."""

from __future__ import annotations

import io
import subprocess
import zipfile
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import docx as worddocument
import openpyxl
import pikepdf
import pptx as powerpoint
import pypdfium2
import pytest
import test_labels_animation as animation
import test_labels_image as image
import test_labels_letters as letters
import test_labels_odt as odt
import test_labels_pdf as pdf
import test_labels_pptx as pptx
import test_labels_text as text
import test_labels_xlsx as xlsx
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps, PngImagePlugin
from test_label_command import bench as bench
from workbench import Bench

from compliance.errors import InputError
from compliance.labels import _author_picture, _spots, audio, door, email, epub, svg, work
from compliance.labels._child import Children
from tests.media import sounds
from tests.media.corpus import FILM
from tests.media.documents import BODY, docx, members, packed, para
from tests.media.films import film
from tests.media.labels import label

LABEL = label()
CANARY = "Kanareika"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Двор</dc:title><dc:creator>{who}</dc:creator>'
    "<cp:lastModifiedBy>{who}</cp:lastModifiedBy></cp:coreProperties>"
)
APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Company>{who}</Company><Manager>{who}</Manager><Pages>1</Pages></Properties>"
)
META = (
    '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:dc='
    '"http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"><office:meta>'
    "<meta:initial-creator>{who}</meta:initial-creator><dc:creator>{who}</dc:creator><dc:title>Двор</dc:title>"
    '<meta:user-defined meta:name="x">{who}</meta:user-defined></office:meta></office:document-meta>'
)


def camera(turn: int = 1) -> Image.Exif:
    """What a telephone writes: who, with what, where."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B], exif[0x010E], exif[0x0110] = turn, CANARY, CANARY, CANARY
    exif.get_ifd(0x8825)[2] = (55.0, 45.0, 1.0)
    exif.get_ifd(0x8825)[29] = CANARY
    return exif


XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>{CANARY}</a></x:xmpmeta>".encode()


def photo(turn: int = 1) -> bytes:
    made = image.picture(
        600, 400, form="JPEG", exif=camera(turn), comment=CANARY.encode(), xmp=XMP, quality=90
    )
    iptc = b"Photoshop 3.0\0" + CANARY.encode()
    return made[:2] + b"\xff\xed" + (len(iptc) + 2).to_bytes(2, "big") + iptc + made[2:] + CANARY.encode()


def png(turn: int = 1) -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", CANARY)
    said.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return image.picture(600, 400, pnginfo=said, exif=camera(turn))


def webp(turn: int = 1) -> bytes:
    out = io.BytesIO()
    image.opened(image.picture(600, 400)).save(out, "WEBP", lossless=True, exif=camera(turn), xmp=XMP)
    return out.getvalue()


def gif() -> bytes:
    return animation.film("GIF", 3, comment=CANARY.encode())


def paper() -> bytes:
    def name(document: pikepdf.Pdf) -> None:
        for key in ("/Author", "/Creator", "/Producer", "/Company"):
            document.docinfo[key] = CANARY
        document.docinfo["/Title"] = "Двор"
        with document.open_metadata(set_pikepdf_as_editor=False) as said:
            said["dc:creator"], said["dc:title"], said["pdf:Producer"] = [CANARY], "Двор", CANARY
            said["pdfuaid:part"] = "1"
        document.pages[0].obj.PieceInfo = pikepdf.Dictionary(Program=pikepdf.Dictionary(Private=CANARY))
        picture = document.make_stream(photo())
        picture.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=600, Height=400, BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB, Filter=pikepdf.Name.DCTDecode,
            Metadata=document.make_stream(XMP, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML),
        )  # fmt: skip
        document.pages[0].obj.Resources.XObject = pikepdf.Dictionary(Photo=picture)
        document.pages[0].contents_add(b"q 60 0 0 40 60 60 cm /Photo Do Q")

    return pdf.changed(pdf.PLAIN, name)


def word(**more: str) -> bytes:
    core = {"docProps/core.xml": CORE.format(who=CANARY), "docProps/app.xml": APP.format(who=CANARY)}
    plain = members(docx(para("Двор", "h"), para(BODY * 4, "b"), more=core | more))
    return packed({**plain, "word/media/photo.jpg": photo(6)})


def workbook() -> bytes:
    def fill(page: Any) -> None:
        page.parent.properties.creator = page.parent.properties.lastModifiedBy = CANARY

    return xlsx.book(fill)


def slides() -> bytes:
    def fill(deck: Any) -> None:
        deck.core_properties.author = deck.core_properties.last_modified_by = CANARY

    return pptx.saved(pptx.deck_of(fill))


def moving(form: str = "mp4") -> bytes:
    out = io.BytesIO()
    codecs = {"codec": "libvpx", "sound": "libopus"} if form == "webm" else {}
    data = film(width=320, height=180, seconds=1, rate=12, form=form, **codecs)
    with av.open(io.BytesIO(data)) as was, av.open(out, "w", format=form) as made:
        made.metadata.update({"artist": CANARY, "comment": CANARY, "title": CANARY})
        streams = {item.index: made.add_stream_from_template(item) for item in was.streams}
        for packet in was.demux():
            if packet.size:
                packet.stream = streams[packet.stream.index]
                made.mux(packet)
    return out.getvalue()


PAGE = text.page(f"<h1>{text.TITLE}</h1><p>{text.BODY}</p>").replace(
    b"<title>",
    f'<meta name="author" content="{CANARY}"><META NAME=Generator CONTENT=\'{CANARY} 9\'/><title>'.encode(),
)

FILES = {
    "a.jpg": photo(), "b.jpg": photo(6), "a.png": png(), "b.png": png(6), "a.webp": webp(), "b.webp": webp(6),
    "a.gif": gif(), "a.pdf": paper(), "a.docx": word(), "a.xlsx": workbook(), "a.pptx": slides(),
    "a.odt": odt.made_odt(odt.HEAD + odt.TALK, more={"meta.xml": META.format(who=CANARY), "Pictures/b.png": png()}),
    "a.html": PAGE, "a.mp4": moving(), "a.webm": moving("webm"), "a.mkv": moving("matroska"),
}  # fmt: skip


def everything(name: str, data: bytes) -> bytes:
    """All that is in the file, unpacked."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        return b"".join(body for key, body in members(data).items())
    if name.endswith(".pdf"):
        with pikepdf.open(io.BytesIO(data)) as document:
            out = io.BytesIO()
            document.save(
                out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
            )  # fmt: skip
        return out.getvalue() + data
    return data


def named(data: bytes) -> bool:
    return any(CANARY.encode(code) in data for code in ("utf-8", "utf-16-le", "utf-16-be"))


@pytest.mark.parametrize("name", FILES)
def test_nothing_names_anybody_and_the_label_is_right(tmp_path: Path, children: Children, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    assert named(everything(name, FILES[name]))
    wanted = FILM if path.suffix in (".mp4", ".webm", ".mkv") else LABEL
    made = door.apply_file(path, wanted, anonymous=True, by=children)
    assert path.read_bytes() == FILES[name]
    assert not named(everything(name, made.path.read_bytes()))
    assert work.carries(door.verify_file(made.path, wanted, by=children))
    assert any("taken out: " in note for note in made.notes)
    assert not any(CANARY in note for note in made.notes)
    assert any("does not put back" in note for note in made.notes)
    # What is labelled already is made nameless too.
    again = door.apply_file(made.path, wanted, anonymous=True, by=children)
    assert (again.changed, again.path) == (False, made.path)


@pytest.mark.parametrize("name", [name for name in FILES if name[2:] not in ("mp4", "webm", "mkv")])
def test_the_label_comes_off_and_the_names_stay_away(tmp_path: Path, children: Children, name: str) -> None:
    path, bare = tmp_path / name, tmp_path / f"bare{name[1:]}"
    path.write_bytes(FILES[name])
    made = door.apply_file(path, LABEL, anonymous=True, by=children)
    done = door.remove_file(made.path, LABEL, out=bare, by=children)
    assert not named(everything(name, bare.read_bytes()))
    assert any("does not come back" in note for note in done.notes)
    assert not door.verify_file(bare, LABEL, by=children).ok


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.pptx", "a.odt", "a.html"])
def test_names_are_kept_where_nobody_asked(tmp_path: Path, children: Children, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    assert named(everything(name, door.apply_file(path, LABEL, by=children).path.read_bytes()))


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(("jpg", "png", "webp", "gif"))])
def test_pixels_and_the_camera_s_turn_stay(name: str) -> None:
    data = FILES[name]
    made, kinds = _author_picture.bare(data)
    assert kinds
    assert not named(made)
    with Image.open(io.BytesIO(data)) as was, Image.open(io.BytesIO(made)) as now:
        turned = name.startswith("b.")
        assert dict(now.getexif()) == ({0x0112: 6} if turned else {})
        assert not now.getexif().get_ifd(0x8825)
        assert not {"exif", "xmp", "comment", "photoshop", "Author"} - ({"exif"} if turned else set()) & set(
            now.info
        )
        for number in range(getattr(was, "n_frames", 1)):
            was.seek(number)
            now.seek(number)
            one, two = (ImageOps.exif_transpose(item.convert("RGBA")) for item in (was, now))
            assert (one.size, one.tobytes()) == (two.size, two.tobytes())
    assert _author_picture.bare(made) == (made, ())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", [1, 6])
def test_a_picture_that_tells_no_place_keeps_what_it_says(form: str, turn: int) -> None:
    """Letters that happen to stand among its pixels, or in its XMP, take nothing else away."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = turn, CANARY
    out = io.BytesIO()
    image.opened(image.picture(60, 40)).save(out, form, exif=exif)
    assert _author_picture.placeless(out.getvalue()) == out.getvalue()
    out = io.BytesIO()
    image.opened(image.picture(60, 40)).save(out, form, exif=exif, xmp=XMP.replace(b"<a>", b"GPS"))
    made = _author_picture.placeless(out.getvalue())
    assert made is not None
    assert b"GPS" not in made
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.getexif()[0x0112], picture.getexif()[0x013B]) == (turn, CANARY)


@pytest.mark.parametrize(
    ("name", "make", "turn"),
    [("a.jpg", photo, 1), ("a.jpg", photo, 6), ("a.png", png, 1), ("a.webp", webp, 1), ("a.webp", webp, 6)],
)
def test_where_a_picture_was_taken_is_never_passed_on(
    tmp_path: Path, name: str, make: Callable[[int], bytes], turn: int
) -> None:
    """Also where everything else that it says is to be kept."""
    path = tmp_path / name
    path.write_bytes(make(turn))
    made = door.apply_file(path, LABEL)
    with Image.open(made.path) as picture:
        assert not picture.getexif().get_ifd(0x8825)
        assert CANARY in str(picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp"))
    notes = " ".join(made.notes)
    assert "left as it was: " in notes
    assert "XMP" in notes.partition("left as it was: ")[2]
    assert "the place where it was taken" in notes.partition("taken out: ")[2].partition("left as")[0]
    bare = _author_picture.placeless(make(turn).replace(b"<a>", b"GPS"))
    assert bare is not None
    assert b"GPS" not in bare


def test_a_picture_with_stray_bytes_is_labelled_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    plain = image.picture(600, 400, form="JPEG")
    path.write_bytes(plain.replace(b"\xff\xdb", b"\xff\x00\xff\xdb", 1))
    assert work.carries(door.apply_file(path, LABEL).verification)
    with pytest.raises(InputError, match="cut off"):
        door.apply_file(path, LABEL, anonymous=True, out=tmp_path / "b.jpg")


def test_other_programs_read_no_author(tmp_path: Path) -> None:
    made = worddocument.Document()
    made.core_properties.author = made.core_properties.last_modified_by = CANARY
    made.add_paragraph(BODY)
    made.save(str(tmp_path / "a.docx"))
    for name in ("a.pdf", "a.xlsx", "a.pptx"):
        (tmp_path / name).write_bytes(FILES[name])
    for name in ("a.pdf", "a.docx", "a.xlsx", "a.pptx"):
        door.apply_file(tmp_path / name, LABEL, anonymous=True)
    told = subprocess.run(
        ["pdfinfo", str(tmp_path / "a.labelled.pdf")], capture_output=True, check=True, text=True
    )
    assert "Author" not in told.stdout
    assert "Двор" in told.stdout
    said = pypdfium2.PdfDocument(tmp_path / "a.labelled.pdf").get_metadata_dict(skip_empty=True)
    assert set(said) == {"Title"}
    with pikepdf.open(tmp_path / "a.labelled.pdf") as document, document.open_metadata() as kept:
        assert kept["dc:title"] == "Двор"
        assert kept["pdfuaid:part"] == "1"
    for properties in (
        worddocument.Document(str(tmp_path / "a.labelled.docx")).core_properties,
        powerpoint.Presentation(str(tmp_path / "a.labelled.pptx")).core_properties,
    ):
        assert (properties.author, properties.last_modified_by) == ("", "")
    book = openpyxl.load_workbook(tmp_path / "a.labelled.xlsx").properties
    assert (book.creator, book.lastModifiedBy) == (None, None)


LETTER = (
    f"Received: from {CANARY}\r\n by x\r\nFrom: a@example.org\r\nX-Mailer: {CANARY}\r\nSubject: x\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    f"<html><head><meta name='author' content='{CANARY}'></head><body><h1>Двор</h1><p>{BODY}</p></body></html>\r\n"
).encode()  # fmt: skip
DRAWING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="i" xmlns:sodipodi="s" viewBox="0 0 400 300"'
    f' sodipodi:docname="{CANARY}"><!-- {CANARY} --><metadata><a>{CANARY}</a></metadata>'
    f"<style><!-- text {{ fill: #000 }} --></style>"
    f'<image href="data:image/jpeg;base64,{b64encode(photo()).decode()}" x="0" y="200" width="60" height="40"/>'
    f'<text x="20" y="60" font-size="12">Двор</text></svg>'
).encode()


def _book() -> bytes:
    listing = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f'<dc:title>Двор</dc:title><dc:creator id="c">{CANARY}</dc:creator>'
        f'<meta refines="#c" property="file-as">{CANARY}</meta><meta name="generator" content="{CANARY}"/></metadata>'
        '<manifest><item id="one" href="text/one.xhtml"/></manifest><spine><itemref idref="one"/></spine></package>'
    )
    more: dict[str, str | bytes] = {"OPS/book.opf": listing, "OPS/a.jpg": photo()}
    return letters.book(f"<h1>Двор</h1><p>{BODY * 4}</p>", more=more)


def _sound(name: str) -> bytes:
    tags = (("title", "Двор"), ("artist", CANARY))
    kinds = {
        "mp3": {"form": "mp3", "codec": "libmp3lame", "bit_rate": 64_000, "cover": True},
        "opus": {"form": "ogg", "codec": "libopus", "rate": 48_000},
        "wav": {"form": "wav", "codec": "pcm_s16le"},
        "flac": {"form": "flac", "codec": "flac", "cover": True},
        "m4a": {"form": "mp4", "codec": "aac", "cover": True},
    }
    return sounds.written(sounds.tone(1), tags=tags, **kinds[name])  # type: ignore[arg-type]


def test_an_empty_element_ends_where_its_tag_does() -> None:
    root = _spots.spots(b"<a><b/></a>")
    (inner,) = root.children
    assert (inner.start, inner.end, root.close, root.end) == (3, 7, 7, 11)


@pytest.mark.parametrize("name", ["mp3", "opus", "wav", "flac", "m4a"])
def test_a_sound_names_nobody_and_sounds_the_same(name: str) -> None:
    data = _sound(name)
    assert CANARY.encode() in data
    made = audio.anonymous(data + (b"TAG" + CANARY.encode().ljust(125) if name == "mp3" else b""))
    assert CANARY.encode() not in made.data
    assert "artist" in made.notes[0]
    assert sounds.wave(made.data) == sounds.wave(data)
    assert audio.anonymous(made.data).data == made.data


@pytest.mark.parametrize(
    ("medium", "data", "kinds"),
    [
        (email, LETTER, "Received, X-Mailer, HTML"),
        (svg, DRAWING, "metadata, data of programs, comments, IPTC, EXIF, XMP"),
        (epub, _book(), "OPS/book.opf; OPS/a.jpg (IPTC"),
    ],
)
def test_letters_drawings_and_books_name_nobody_and_say_the_same(
    medium: Any, data: bytes, kinds: str
) -> None:
    made = medium.anonymous(data)
    everything_in = b"".join(members(made.data).values()) if medium is epub else made.data
    assert CANARY.encode() not in everything_in
    assert "Двор".encode() in everything_in
    assert f"taken out: {kinds}" in made.notes[0]
    assert medium.recognises(made.data)
    assert medium.detect(medium.stamp(made.data, LABEL).data, LABEL).criteria[0].verdict == "met"
    assert medium.anonymous(made.data).data == made.data


COMMENTS = (
    '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    f'<w:comment w:id="0" w:author="{CANARY}"/></w:comments>'
)
CHANGE = f'<w:p><w:ins w:id="1" w:author="{CANARY}"><w:r><w:t>Новое</w:t></w:r></w:ins></w:p>'


def _annotated(document: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, T=CANARY, Rect=[9, 9, 20, 20]
    )
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])
    document.attachments["note.txt"] = pikepdf.AttachedFileSpec(document, b"note", filename="note.txt")


LEFT = {
    "a.docx": (word(**{"word/comments.xml": COMMENTS}), ("who wrote the comments",)),
    "b.docx": (docx(para("Двор", "h"), CHANGE, para(BODY * 4, "b")), ("who made the tracked changes",)),
    "c.docx": (
        word(**{"word/_rels/settings.xml.rels": '<Relationships><Relationship Target="file:///C:/Users/x/a.dotx"/></Relationships>'}),
        ("links to files on a disk",),
    ),
    "d.docx": (word(**{"word/media/x.png": "no picture"}), ("pictures within could not be read",)),
    "a.xlsx": (xlsx.told(xlsx.in_a_comment), ("who wrote the comments",)),
    "a.pdf": (pdf.changed(pdf.PLAIN, _annotated), ("who wrote the comments", "what attached files say")),
    "a.txt": (text.encoded("utf-8", "\n"), ("NOT looked for",)),
    "a.html": (text.page(f"<h1>{text.TITLE}</h1><p>{text.BODY}</p>"), ("nothing that names an author was found",)),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_what_stays_is_told(tmp_path: Path, name: str) -> None:
    data, said = LEFT[name]
    path = tmp_path / name
    path.write_bytes(data)
    notes = door.apply_file(path, LABEL, anonymous=True).notes
    assert all(any(words in note for note in notes) for words in said), notes
    assert not any(CANARY in note for note in notes)


def test_by_command(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "письмо.docx"
    path.write_bytes(word())
    assert "names its author" in bench.run("label", "apply", str(path)).err
    (tmp_path / "письмо.labelled.docx").unlink()
    told = bench.run("label", "apply", "--author", "strip", str(path)).err
    assert "taken out: docProps/core.xml; docProps/app.xml; word/media/photo.jpg (" in told
    assert not named(everything("a.docx", (tmp_path / "письмо.labelled.docx").read_bytes()))
    assert "does not come back" in bench.run("label", "remove", str(tmp_path / "письмо.labelled.docx"), "--out", str(tmp_path / "x.docx")).err  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_damaged_pictures_end_in_a_word(data: st.DataObject) -> None:
    source = bytearray(data.draw(st.sampled_from([photo(6), png(6), webp(6), gif()])))
    for _change in range(data.draw(st.integers(1, 6))):
        source[data.draw(st.integers(0, 400))] = data.draw(st.integers(0, 255))
    cut = bytes(source[: data.draw(st.integers(20, len(source)))])
    with suppress(InputError):
        _author_picture.bare(cut)
