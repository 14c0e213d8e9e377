"""December's publications as files: originals without a label, right ones, and forgeries.

The words of the label are an argument, as are the words of 2020: law is in the rules, not here.
Each forgery is wrong in one way and otherwise like the right file beside it.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compliance.practice.paper import A4, FACE, Run, pdf, typeface

_TITLE = "Встреча соседей"
_BODY = (
    "Приходите в среду в гостиную центра на улице Примерной.",
    "Поговорим о дворе, о лавочках и о том, как помочь друг другу зимой.",
    "Вход свободный, чай и пирог за нами.",
)
_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТХаеорсх", "ABEKMHOPCTXaeopcx")
HEADING_POINTS, LABEL_POINTS, SMALL_POINTS, BODY_POINTS = 40, 34, 26, 16
_MARGIN = 40


@dataclass(frozen=True, slots=True)
class Publication:
    """``group``: original (no label yet), right, forged. ``met`` is what an honest check must say.

    ``why`` names what is wrong, or what looks odd and is right; empty for plain right ones.
    """

    name: str
    medium: str
    group: str
    met: bool
    why: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Words:
    label: str
    label_2020: str


def publications(label: str, label_2020: str) -> tuple[Publication, ...]:
    """Every file; names are unique. ``label`` is the composed text in force, on one line."""
    words = Words(label, label_2020)
    made = (*_texts(words), *_pages(words), *_posters(words), *_images(words))
    assert len({item.name for item in made}) == len(made)
    return made


def write_publications(folder: Path, label: str, label_2020: str) -> dict[str, Path]:
    """Writes each file into ``folder/GROUP`` and returns name -> path; an existing file is refused."""
    from compliance.files import write_whole

    paths = {}
    for item in publications(label, label_2020):
        paths[item.name] = folder / item.group / item.name
        paths[item.name].parent.mkdir(parents=True, exist_ok=True)
        write_whole(paths[item.name], item.data)
    return paths


def _texts(words: Words) -> Iterator[Publication]:
    """Plain text and Markdown: heading, label, body."""
    body = "\n".join(_BODY)
    alike, wrapped = words.label.translate(_LOOK_ALIKE), _broken(words.label)
    forged = (
        ("end", f"{_TITLE}\n\n{body}\n\n{words.label}\n", "label at the end"),
        ("2020", f"{_TITLE}\n\n{words.label_2020}\n\n{body}\n", "wording of 2020"),
        ("lookalike", f"{_TITLE}\n\n{alike}\n\n{body}\n", "look-alike Latin letters"),
    )
    for number in range(1, 30):
        text = f"{_TITLE} {number} декабря\n\n{words.label}\n\n{body}\n"
        yield _text(f"post-{number:02}.txt", "post", "right", text)
    for medium, ending, mark in (("post", "txt", ""), ("text", "md", "# ")):
        stem = "post" if ending == "txt" else "article"
        yield _text(f"{stem}.{ending}", medium, "original", f"{mark}{_TITLE}\n\n{body}\n", "no label yet")
        for key, text, why in forged:
            yield _text(f"{stem}-{key}.{ending}", medium, "forged", mark + text, why)
    right = f"# {_TITLE}\n\n{words.label}\n\n{body}\n"
    yield _text("article-right.md", "text", "right", right)
    across = f"# {_TITLE}\n\n{wrapped}\n\n{body}\n"
    yield _text("article-wrapped.md", "text", "right", across, "label across a line break")
    plain = f"{_TITLE}\n\n{body}\n"
    yield _text("post-branch.txt", "post", "forged", plain, "branch account without label")
    other = f"{_TITLE}\n\n{words.label}\n\n{body}\nПридёт и Пётр Небывалый-Примерный.\n"
    yield _text("post-mention.txt", "post", "right", other, "names another listed person")
    yield _text("post-old.txt", "post", "original", plain, "from before the listing")
    letter = "Уважаемые коллеги!\n\nПросим поставить лавочки на улице Примерной.\n"
    yield _text("letter-right.txt", "letter", "right", f"{words.label}\n\n{letter}")
    yield _text("letter-without.txt", "letter", "forged", letter, "letter without label")


def _text(name: str, medium: str, group: str, text: str, why: str = "") -> Publication:
    return Publication(name, medium, group, group == "right", why, text.encode("utf-8"))


def _broken(text: str) -> str:
    """``text`` over three lines, broken at spaces."""
    parts = text.split()
    third = max(1, len(parts) // 3)
    return "\n".join(" ".join(part) for part in (parts[:third], parts[third : 2 * third], parts[2 * third :]))


def _pages(words: Words) -> Iterator[Publication]:
    """HTML: a heading, the label as a paragraph of its own, text of 16 px."""
    big, escaped = f"font-size:{LABEL_POINTS}px", html.escape(words.label)
    label = f'<p style="{big}">{escaped}</p>'
    body = "".join(f"<p>{line}</p>\n" for line in _BODY)
    head = f"<h1>{_TITLE}</h1>\n"
    picture = '<img src="article-image.png" alt="Картинка с той же плашкой">\n'
    yield _html("article.html", "original", head + body, "no label yet")
    yield _html("article-right.html", "right", head + label + body)
    yield _html("article-image.html", "right", head + label + picture + body, "label in image and text")
    forged = (
        ("end", head + body + label, "label at the end"),
        (
            "small",
            head + f'<p style="font-size:{SMALL_POINTS}px">{escaped}</p>' + body,
            "26 px on 16 px text",
        ),
        ("white", head + f'<p style="{big};color:#fff">{escaped}</p>' + body, "white on white"),
        ("hidden", head + f'<p style="{big};display:none">{escaped}</p>' + body, "not displayed"),
        ("2020", head + f'<p style="{big}">{html.escape(words.label_2020)}</p>' + body, "wording of 2020"),
        (
            "lookalike",
            head + f'<p style="{big}">{html.escape(words.label.translate(_LOOK_ALIKE))}</p>' + body,
            "look-alike Latin letters",
        ),
    )
    for key, text, why in forged:
        yield _html(f"article-{key}.html", "forged", text, why)


def _html(name: str, group: str, content: str, why: str = "") -> Publication:
    page = (
        '<!DOCTYPE html>\n<html lang="ru">\n<head><meta charset="utf-8">'
        f"<title>{_TITLE}</title>\n<style>body{{font-size:{BODY_POINTS}px;background:#fff;color:#000}}</style>"
        f"</head>\n<body>\n{content}</body>\n</html>\n"
    )
    return _text(name, "text", group, page, why)


def _posters(words: Words) -> Iterator[Publication]:
    """A4 portrait: heading 40 pt, label, text of 16 pt."""
    yield _poster("poster.pdf", "original", _layout(None), "no label yet")
    yield _poster("poster-2.pdf", "original", _layout(None, title="Читальный вечер"), "no label yet")
    yield _poster("poster-3.pdf", "original", _layout(None, title="Семинар"), "no label yet")
    yield _poster("poster-right.pdf", "right", _layout(words.label))
    small = _layout(words.label, SMALL_POINTS)
    yield _poster("poster-small.pdf", "forged", small, "26 pt on 16 pt text")
    yield _poster("poster-white.pdf", "forged", _layout(words.label, grey=1), "white on white")
    yield _poster("poster-end.pdf", "forged", _layout(words.label, last=True), "label at the end")
    yield _poster("poster-2020.pdf", "forged", _layout(words.label_2020), "wording of 2020")
    alike = _layout(words.label.translate(_LOOK_ALIKE))
    yield _poster("poster-lookalike.pdf", "forged", alike, "look-alike Latin letters")
    narrow = _layout(words.label, measure=230)
    crop = (0, 0, A4[0] // 2, A4[1])
    cut = Publication(
        "poster-crop.pdf", "text", "forged", False, "a crop that cuts the label", pdf(narrow, crop=crop)
    )
    yield cut


def _layout(
    label: str | None,
    points: float = LABEL_POINTS,
    *,
    title: str = _TITLE,
    grey: float = 0,
    last: bool = False,
    measure: int = A4[0] - 2 * _MARGIN,
) -> list[Run]:
    """``measure`` narrows the body, so that a crop can spare it and cut the label."""
    wide = A4[0] - 2 * _MARGIN
    runs = FACE.column(title, _MARGIN, A4[1] - _MARGIN, HEADING_POINTS, measure)

    def add(text: str, size: float, width: int, shade: float = 0) -> None:
        runs.extend(FACE.column(text, _MARGIN, runs[-1].y - 6, size, width, shade))

    if label and not last:
        add(label, points, wide, grey)
    for line in _BODY:
        add(line, BODY_POINTS, measure)
    if label and last:
        add(label, points, wide, grey)
    assert runs[-1].y > 0, "the poster runs off the page"
    return runs


def _poster(name: str, group: str, runs: list[Run], why: str = "") -> Publication:
    return Publication(name, "text", group, group == "right", why, pdf(runs))


def _images(words: Words) -> Iterator[Publication]:
    """PNG: the label of an image is our own strip, so only the original is made here; see ``cut``."""
    yield Publication("flyer.png", "image", "original", False, "no label yet", _picture([_TITLE, *_BODY]))
    lines = [_TITLE, *FACE.wrap(words.label, 20, 700), *_BODY]
    yield Publication(
        "article-image.png", "image", "original", False, "a label that is not our strip", _picture(lines)
    )


def _picture(lines: list[str]) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (800, 600), "#f4ecd8")
    font = ImageFont.truetype(str(typeface()), 20)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((40, 40 + 30 * number), line, font=font, fill="#20302a")
    return _png(picture)


def cut(labelled: bytes, share: float = 0.12, edge: str = "right") -> bytes:
    """A labelled PNG without ``share`` of its width or height at ``edge`` (left, right, top)."""
    from PIL import Image

    with Image.open(io.BytesIO(labelled)) as picture:
        width, height = picture.size
        across, down = int(width * share), int(height * share)
        box = {
            "left": (across, 0, width, height),
            "right": (0, 0, width - across, height),
            "top": (0, down, width, height),
        }[edge]
        return _png(picture.crop(box))


def _png(picture: object) -> bytes:
    from PIL import Image

    assert isinstance(picture, Image.Image)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
