"""PDF: stamped pages of every shape are detected as seen; forgeries and hostile files are found."""

from __future__ import annotations

import io
import subprocess
import zlib
from dataclasses import replace

import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from compliance.errors import InputError
from compliance.labels import _pdf_read, pdf
from compliance.practice.paper import A4, FACE
from tests.media.labels import FORMER, TEXT, label, not_met
from tests.media.pages import Shape, joined, layout, page, parts, saved

LABEL = label()
PLAIN = page(Shape())


def changed(data: bytes, change: object) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)  # type: ignore[operator]
        return saved(document)


def drawn_after(data: bytes, operators: bytes) -> bytes:
    """``operators`` on top of the first page."""

    def add(document: pikepdf.Pdf) -> None:
        document.pages[0].contents_add(b"q\n", prepend=True)
        document.pages[0].contents_add(b"\nQ q " + operators + b" Q\n")

    return changed(data, add)


def right(**changes: object) -> bytes:
    return page(Shape(), layout(TEXT, **changes))  # type: ignore[arg-type]


# ---- stamp and detect


shapes = st.builds(
    Shape,
    turn=st.sampled_from([0, 90, 180, 270]),
    unit=st.sampled_from([0.5, 1.0, 2.5]),
    shift=st.tuples(st.integers(-500, 500), st.integers(-500, 500)),
    crop=st.none() | st.tuples(*[st.integers(0, 45)] * 4),
    size=st.sampled_from([A4, (842, 595), (700, 1000)]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shapes, st.sampled_from([9, 12, 16.3]), st.sampled_from([6, 300]))
def test_stamped_pages_of_every_shape_are_detected(shape: Shape, body: float, gap: float) -> None:
    data = page(shape, layout(size=shape.size, body=body, inset=60, gap=gap))
    made = pdf.stamp(data, LABEL)
    found = pdf.detect(made.data, LABEL)
    assert found.ok, [item.message for item in found.criteria]
    assert pdf.stamp(data, LABEL).data == made.data
    assert pdf.stamp(made.data, LABEL).data == made.data


MIXED = joined(
    *(page(Shape(turn, unit, crop=crop, size=size), layout(size=size, inset=60))
      for turn, unit, crop, size in (
          (0, 1, None, A4), (90, 1, (10, 10, 10, 10), A4), (180, 2.5, None, (842, 595)), (270, 0.5, None, (500, 700)),
          (0, 1, None, A4)))
)  # fmt: skip


def test_every_page_of_a_mixed_document() -> None:
    made = pdf.stamp(MIXED, LABEL, every_page=True).data
    assert [pdf.detect(part, LABEL).verdict for part in parts(made)] == ["met"] * 5
    with pikepdf.open(io.BytesIO(made)) as result:
        first, last = result.pages[0], result.pages[4]
        name = next(key for key in first.Resources.XObject.keys() if key.startswith("/ComplianceLabel"))  # noqa: SIM118
        assert first.Resources.XObject[name].objgen == last.Resources.XObject[name].objgen
    assert pdf.stamp(made, LABEL, every_page=True).data == made


def test_only_the_first_page_by_default() -> None:
    made = pdf.stamp(joined(PLAIN, PLAIN), LABEL).data
    assert [not_met(pdf.detect(part, LABEL)) for part in parts(made)] == [set(), {"wording"}]


def test_a_free_band_under_the_heading_is_used() -> None:
    data = page(Shape(), layout(gap=450, inset=60))
    made = pdf.stamp(data, LABEL)
    assert made.notes == ()
    found = pdf.detect(made.data, LABEL)
    assert found.detection is not None
    assert found.detection.heading == "Встреча соседей"
    assert pdfium.PdfDocument(made.data)[0].get_size() == A4


def test_without_room_the_page_is_extended_and_that_is_said() -> None:
    made = pdf.stamp(PLAIN, LABEL)
    assert "extended at the top" in made.notes[0]
    width, height = pdfium.PdfDocument(made.data)[0].get_size()
    assert width == A4[0]
    assert height > A4[1] + 100


def test_a_new_label_replaces_ours() -> None:
    other = label(TEXT.replace("Тридевятая", "Тридесятая"))
    made = pdf.stamp(pdf.stamp(PLAIN, LABEL).data, other).data
    assert pdf.detect(made, other).ok
    assert not_met(pdf.detect(made, LABEL)) == {"wording"}
    assert (
        pdfium.PdfDocument(made)[0].get_size()
        == pdfium.PdfDocument(pdf.stamp(PLAIN, other).data)[0].get_size()
    )


def test_another_program_reads_the_same_words() -> None:
    made = pdf.stamp(PLAIN, label(TEXT + " ₸ and ₽")).data
    done = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True)
    assert TEXT + " ₸ and ₽" in " ".join(done.stdout.decode().split())


def fill(document: pikepdf.Pdf) -> None:
    """An attachment, a bookmark, a script, tags, a title."""
    document.attachments["note.txt"] = pikepdf.AttachedFileSpec(document, b"note", filename="note.txt")
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Дом", 0))
    document.Root.Names.JavaScript = pikepdf.Dictionary(
        Names=[b"a", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=b"app.alert(1)")]
    )
    document.Root.StructTreeRoot = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot)
    )
    document.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
    document.docinfo["/Title"] = "Дом"


def test_what_else_is_in_the_file_survives() -> None:
    made = pdf.stamp(changed(PLAIN, fill), LABEL).data
    with pikepdf.open(io.BytesIO(made)) as result:
        assert result.attachments["note.txt"].get_file().read_bytes() == b"note"
        with result.open_outline() as outline:
            assert outline.root[0].title == "Дом"
        assert "/JavaScript" in result.Root.Names
        assert "/StructTreeRoot" in result.Root
        assert result.docinfo["/Title"] == "Дом"
    assert pdf.detect(made, LABEL).ok


def share(document: pikepdf.Pdf) -> None:
    for one in document.pages:
        document.Root.Pages.Resources = one.obj.Resources
        document.Root.Pages.MediaBox = one.obj.MediaBox
        del one.obj["/Resources"], one.obj["/MediaBox"]


def test_inherited_and_shared_resources_are_not_disturbed() -> None:
    data = changed(PLAIN, share)
    made = pdf.stamp(data, LABEL).data
    assert pdf.detect(made, LABEL).ok
    twice = joined(data, data)
    assert [not_met(pdf.detect(part, LABEL)) for part in parts(pdf.stamp(twice, LABEL).data)] == [
        set(),
        {"wording"},
    ]


NARROW = page(Shape(size=(420, 595)), layout(size=(420, 595), body=20, inset=40))


def test_large_text_on_a_narrow_page() -> None:
    assert pdf.detect(pdf.stamp(NARROW, LABEL).data, LABEL).ok  # letters condensed, not smaller
    tiny = page(Shape(size=(420, 595)), layout(size=(420, 595), body=60, inset=10))
    with pytest.raises(InputError, match="too narrow"):
        pdf.stamp(tiny, LABEL)


PIXELS = drawn_after(page(Shape(), []), b"0.5 g 100 100 200 200 re f")


def test_a_page_of_pixels_only() -> None:
    made = pdf.stamp(PIXELS, LABEL)
    assert "no text whose size" in made.notes[-1]
    ratio = pdf.detect(made.data, LABEL).criterion("font_ratio")
    assert ratio is not None
    assert ratio.verdict == "not_measurable"


def test_a_label_in_the_wrong_letters_is_refused() -> None:
    with pytest.raises(InputError, match=r"U\+7A0E"):
        pdf.stamp(PLAIN, label(TEXT + " 税"))


# ---- forgeries: each is wrong in one way, and found by the right criterion


def form_of(document: pikepdf.Pdf, data: bytes) -> pikepdf.Object:
    """The first page of ``data`` as a drawing within ``document``. Of a page of its own it would draw itself."""
    with pikepdf.open(io.BytesIO(data)) as other:
        form = other.pages[0].as_form_xobject()
        form.write(form.read_bytes())
        return document.copy_foreign(form)


def layered(document: pikepdf.Pdf, shown: bool = False) -> None:
    """The page's drawing in a layer."""
    group = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="x"))
    on, off = ([group], []) if shown else ([], [group])
    document.Root.OCProperties = pikepdf.Dictionary(
        OCGs=[group], D=pikepdf.Dictionary(Order=[], OFF=off, ON=on)
    )
    one = document.pages[0]
    one.obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(A=form_of(document, saved(document))),
        Properties=pikepdf.Dictionary(G=group),
    )
    one.obj.Contents = document.make_stream(b"/OC /G BDC /A Do EMC")


def _cover(operators: bytes) -> bytes:
    return drawn_after(right(), operators)


def _hidden_run(mode: bytes) -> bytes:
    """The label drawn in text mode ``mode`` on an else right page."""
    runs = layout(TEXT)
    with pikepdf.open(io.BytesIO(page(Shape(), runs))) as document:
        content = b"".join(item.read_bytes() for item in document.pages[0].obj.Contents)
        lines = [b"q " + x + b" Q" if b"/F1 34 Tf" in x else x for x in content.split(b"\n")]
        content = b"\n".join(lines).replace(b"/F1 34 Tf", b"/F1 34 Tf " + mode)
        document.pages[0].obj.Contents = document.make_stream(content)
        return saved(document)


def _clipped() -> bytes:
    """A clip that leaves the lower third of each letter of the label's first line."""
    with pikepdf.open(io.BytesIO(right())) as document:
        content = b"".join(item.read_bytes() for item in document.pages[0].obj.Contents)
        lines = content.split(b"\n")
        at = next(number for number, line in enumerate(lines) if b"/F1 34 Tf" in line)
        y = float(lines[at].split(b" Td")[0].split()[-1])
        lines[at] = f"q 0 {y:g} 600 8 re W n ".encode() + lines[at] + b" Q"
        document.pages[0].obj.Contents = document.make_stream(b"\n".join(lines))
        return saved(document)


TOP = A4[1]
FORGERIES = {
    "26 pt on 16 pt": (right(points=26), {"font_ratio"}),
    "white on white": (right(grey=1), {"contrast"}),
    "pale grey": (right(grey=0.75), {"contrast"}),
    "at the end": (right(last=True), {"position"}),
    "wording of 2020": (page(Shape(), layout(FORMER)), {"wording"}),
    "look-alike Latin": (page(Shape(), layout(TEXT.replace("О", "O"))), {"wording"}),
    "shortened": (page(Shape(), layout(TEXT.split(" ЛИБО")[0])), {"wording"}),
    "missing": (PLAIN, {"wording"}),
    "tiny": (right(points=1, gap=20), {"visible", "font_ratio"}),
    "crop cuts it": (changed(right(), lambda d: d.pages[0].obj.__setitem__("/CropBox", pikepdf.Array([0, 0, 300, TOP]))), {"visible"}),
    "off the page": (page(Shape(), [*layout(), *FACE.column(TEXT, -2000, TOP + 900, 34, 500)]), {"visible"}),
    "covered by a rectangle": (_cover(f"1 g 0 0 600 {TOP} re f".encode()), {"visible"}),
    "half covered": (_cover(f"0.9 g 0 400 300 {TOP} re f".encode()), {"visible"}),
    "covered by a picture": (_cover(f"600 0 0 {TOP} 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xf0 EI".encode("latin-1")), {"visible"}),
    "no ink": (_hidden_run(b"3 Tr"), {"visible"}),
    "clip only": (_hidden_run(b"7 Tr"), {"visible"}),
    "clipped": (_clipped(), {"visible"}),
    "hidden layer": (changed(right(), layered), {"visible"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries(name: str) -> None:
    data, wrong = FORGERIES[name]
    found = pdf.detect(data, LABEL)
    assert not_met(found) == wrong, [(item.kind, item.message) for item in found.criteria]
    assert not found.ok


def test_the_right_poster_is_right() -> None:
    found = pdf.detect(right(), LABEL)
    assert found.ok
    assert found.detection is not None
    assert (found.detection.page, found.detection.label_size, found.detection.body_size) == (1, 34, 16)
    assert found.detection.box is not None
    assert found.detection.box[0] >= 40


def test_a_layer_that_is_shown_hides_nothing() -> None:
    assert pdf.detect(changed(right(), lambda document: layered(document, shown=True)), LABEL).ok


def _over(operators: bytes) -> bytes:
    def add(document: pikepdf.Pdf) -> None:
        document.pages[0].contents_add(b"q " + operators + b" Q\n", prepend=True)

    return changed(right(), add)


def test_laid_over_a_picture_or_text() -> None:
    stripes = b" ".join(f"{0.6 + 0.4 * (n % 2)} g {n * 7} 0 7 {TOP} re f".encode() for n in range(90))
    assert not_met(pdf.detect(_over(stripes), LABEL)) >= {"overlay"}
    assert pdf.detect(_over(f"0.9 g 0 0 600 {TOP} re f".encode()), LABEL).ok  # an even ground is no picture
    both = page(
        Shape(), [*layout(TEXT), *FACE.column("Ещё один текст прямо под плашкой " * 9, 40, 760, 16, 500, 0.6)]
    )
    assert "overlay" in not_met(pdf.detect(both, LABEL))


@pytest.mark.parametrize(("grey", "points"), [(1.0, 4.0), (0.0, 4.0)])
def test_invisible_small_text_does_not_make_the_body_small(grey: float, points: float) -> None:
    """White small print, or small print under a white rectangle, is no text of the material."""
    small = FACE.column("мелкий текст " * 150, 40, 130, points, 500, grey)
    runs = [*layout(TEXT, points=26), *small]
    data = page(Shape(), runs)
    if not grey:
        data = drawn_after(data, b"1 g 0 0 600 131 re f")
    assert not_met(pdf.detect(data, LABEL)) == {"font_ratio"}


def test_a_wrong_label_beside_a_right_one_does_no_harm() -> None:
    runs = [*layout(TEXT), *FACE.column(TEXT, 40, 200, 9, 500)]
    assert pdf.detect(page(Shape(), runs), LABEL).ok


def test_sideways_and_shuffled_text_is_put_in_order() -> None:
    """Lines in any order in the file: what counts is what stands on the page."""
    runs = layout(TEXT)
    assert pdf.detect(page(Shape(), list(reversed(runs))), LABEL).ok
    sideways = changed(right(), lambda d: d.pages[0].obj.__setitem__("/Rotate", 90))
    assert not_met(pdf.detect(sideways, LABEL)) <= {"position"}


def test_an_annotation_over_the_label_covers_it() -> None:
    def add(document: pikepdf.Pdf) -> None:
        box = pikepdf.Array([0, 0, *A4])
        look = document.make_stream(
            f"0.2 g 0 0 {A4[0]} {A4[1]} re f".encode(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=box,
        )
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=box, F=4, AP=pikepdf.Dictionary(N=look)
        )
        document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])

    assert not_met(pdf.detect(changed(right(), add), LABEL)) == {"visible"}


def test_the_remedy_for_a_small_label() -> None:
    ratio = pdf.detect(right(points=26), LABEL).criterion("font_ratio")
    assert ratio is not None
    assert ratio.message == "Label 26 pt, text 16 pt, needs at least 32 pt"
    assert "compliance label apply" in ratio.remedy


@pytest.mark.parametrize("turn", [90, 270])
def test_a_page_read_sideways_has_no_spaces_beside_narrow_marks(turn: int) -> None:
    """Set wide enough, the ink of ``"`` and ``»`` is far apart though nothing stands between them."""
    data = page(Shape(), layout('Слово "да"» и "нет"» здесь', points=34))

    def turned(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Rotate = turn
        document.pages[0].contents_add(b"3.5 Tc\n", prepend=True)  # a tenth of the size between letters

    sheet = pdf._read(changed(data, turned)).sheets[0]
    words = "".join(char for char, _index in _pdf_read.visual_order(sheet))
    assert 'Слово "да"» и "нет"» здесь' in " ".join(words.split())


# ---- refused


def _signed(document: pikepdf.Pdf) -> None:
    field = document.make_indirect(
        pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=b"s", V=pikepdf.Dictionary(Type=pikepdf.Name.Sig))
    )
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)


def _encrypted(password: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(PLAIN)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="o", user=password, R=6))
    return out.getvalue()


def _pages(count: int) -> bytes:
    """A page tree of ``count`` pages, one written object used again and again."""
    document = pikepdf.new()
    document.add_blank_page(page_size=A4)
    one = document.pages[0].obj
    document.Root.Pages.Kids = pikepdf.Array([one] * count)
    document.Root.Pages.Count = count
    return saved(document)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed(PLAIN, _signed), "signed"),
        (_encrypted("u"), "encrypted"),
        (_encrypted(""), "encrypted"),
        (PLAIN[: len(PLAIN) // 3], "damaged"),
        (b"%PDF-1.7\n", "damaged"),
        (b"%PDF-1.7\n" + bytes(5000), "damaged"),
        (_pages(200_000), "more than"),
    ],
)
def test_refused_with_the_way_out(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        pdf.stamp(data, LABEL)
    assert caught.value.remedy


def test_a_signed_file_can_still_be_verified() -> None:
    assert pdf.detect(changed(right(), _signed), LABEL).ok


def test_what_is_wrong_in_a_signed_file_is_not_mended_by_stamping() -> None:
    ratio = pdf.detect(changed(right(points=26), _signed), LABEL).criterion("font_ratio")
    assert ratio is not None
    assert "before signing" in ratio.remedy


def _on_bars(above: float, below: float) -> bytes:
    """The label white on black bars, one a line, that reach so far above the capitals and below the line."""
    runs = layout(TEXT, grey=1)
    bars = "".join(
        f"q 0 g 36 {run.y - below:g} 523 {run.size * 0.7 + above + below:g} re f Q\n"
        for run in runs
        if run.grey
    )

    def add(document: pikepdf.Pdf) -> None:
        document.pages[0].contents_add(bars.encode(), prepend=True)

    return changed(page(Shape(), runs), add)


@pytest.mark.parametrize(("above", "below"), [(8, 9), (3, 6)])
def test_white_on_a_black_bar_is_laid_over_nothing(above: float, below: float) -> None:
    found = pdf.detect(_on_bars(above, below), LABEL).criterion("overlay")
    assert found is not None
    assert found.verdict == "met"


@pytest.mark.parametrize("hyphen", ["-", "\N{SOFT HYPHEN}"])
def test_a_word_parted_at_a_line_end_is_the_same_word(hyphen: str) -> None:
    lines = layout(TEXT)
    at = next(number for number, run in enumerate(lines) if "ПРОИЗВЕДЕН" in run.text)
    head, tail = lines[at].text.split("ПРОИЗВЕДЕН")
    step = 39
    lower = [replace(run, y=run.y - step) for run in lines[at + 1 :]]
    first = replace(lines[at], text=f"{head}ПРОИЗ{hyphen}")
    second = replace(lines[at], text=f"ВЕДЕН{tail}", y=lines[at].y - step)
    assert pdf.detect(page(Shape(), [*lines[:at], first, second, *lower]), LABEL).ok
    apart = replace(lines[at], text=f"{head}ПРОИЗ-ВЕДЕН{tail}")
    assert not_met(pdf.detect(page(Shape(), [*lines[:at], apart, *lines[at + 1 :]]), LABEL)) == {"wording"}


def test_the_picture_frames_the_label_in_red_and_the_text_in_blue() -> None:
    found = pdf.detect(right(), LABEL)
    drawn = Image.open(io.BytesIO(pdf.picture(right(), found))).convert("RGB")
    colours = {colour for _count, colour in drawn.getcolors(1_000_000) or []}
    assert {(200, 0, 0), (0, 70, 200)} <= colours
    bare = page(Shape(), layout())
    without = Image.open(io.BytesIO(pdf.picture(bare, pdf.detect(bare, LABEL)))).convert("RGB")
    assert (0, 70, 200) not in {colour for _count, colour in without.getcolors(1_000_000) or []}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_files_give_a_verdict_or_a_refusal(data: st.DataObject) -> None:
    source = bytearray(PLAIN)
    for _change in range(data.draw(st.integers(1, 8))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    try:
        pdf.detect(bytes(source), LABEL)
        pdf.stamp(bytes(source), LABEL)
    except InputError:
        pass


def bomb(kind: str) -> bytes:
    """Small files that would take hours or all memory."""
    document = pikepdf.new()
    document.add_blank_page(page_size=A4)
    one = document.pages[0]
    if kind == "forms":
        form = document.make_stream(
            b"0 g BT /F 12 Tf (x) Tj ET 0 0 9 9 re f",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 600, 900],
        )
        for _level in range(12):
            form = document.make_stream(
                b"/X Do " * 12, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 600, 900],
                Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form)),
            )  # fmt: skip
        one.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
        one.obj.Contents = document.make_stream(b"/X Do")
    elif kind == "flate":
        squeezed = zlib.compressobj(9)
        content = (
            b"".join(squeezed.compress(b"0 0 9 9 re f " * 80_000) for _part in range(200)) + squeezed.flush()
        )
        stream = pikepdf.Stream(document, content)
        stream.write(content, filter=pikepdf.Name.FlateDecode)
        one.obj.Contents = stream
    else:
        stream = pikepdf.Stream(document, bytes(10))
        stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        stream.Width, stream.Height, stream.BitsPerComponent = 60_000, 60_000, 8
        stream.ColorSpace = pikepdf.Name.DeviceRGB
        one.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=stream))
        one.obj.Contents = document.make_stream(b"q 600 0 0 800 0 0 cm /X Do Q BT ET")
    return saved(document)


def _drawn(body_pt: int, label_pt: int, transform: str = "none", footer: str = "") -> bytes:
    """A page of another program (WeasyPrint), the label above its text."""
    from compliance.fonts import weasyprint

    text = "Приходите в среду в гостиную центра: поговорим о дворе, о лавочках и о том, как помочь друг другу зимой. "
    page_ = (
        f"<style>@page {{size: A4; margin: 10mm}} p {{margin: 0 0 8pt}}</style>"
        f'<p style="font-size:{label_pt}pt"><span style="display:inline-block;transform:{transform}">{TEXT}</span></p>'
        f'<p style="font-size:{body_pt}pt">{text}</p><p style="font-size:6pt">{footer}</p>'
    )
    return bytes(weasyprint().HTML(string=page_).write_pdf())


def test_small_print_is_not_the_text_the_label_is_measured_against() -> None:
    assert not_met(pdf.detect(_drawn(22, 16, footer="Центр работает ежедневно. " * 40), label())) == {
        "font_ratio"
    }
    assert not_met(pdf.detect(_drawn(12, 24, footer="Центр работает ежедневно. " * 40), label())) == set()


@pytest.mark.parametrize(("transform", "kind"), [("scaleX(-1)", "visible"), ("scaleX(0.3)", "font_ratio")])
def test_mirrored_and_squeezed_letters(transform: str, kind: str) -> None:
    assert kind in not_met(pdf.detect(_drawn(12, 24, transform), label()))
