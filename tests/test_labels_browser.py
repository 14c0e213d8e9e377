"""HTML in a real browser: every label that we call right is shown by Chromium, and in the size that we measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.labels import html
from tests.media import corpus
from tests.media.browser import Seen, seen
from tests.media.labels import TEXT, not_met

PAGES = {
    **{f"stamped: {item.what}": html.stamp(item.make(), item.label).data for item in corpus.awkward() if item.ending == "html"},
    **{f"by hand: {number}": item.make() for number, item in enumerate(corpus.right()) if item.ending == "html"},
}  # fmt: skip
FORGED = {item.what: item.make() for item in corpus.forged() if item.ending == "html"}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen | None]:
    pages = PAGES | FORGED
    return dict(zip(pages, seen(list(pages.values()), TEXT, tmp_path_factory.mktemp("browser")), strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_a_right_label_is_shown_as_large_as_it_was_measured(name: str, shown: dict[str, Seen | None]) -> None:
    found = html.detect(PAGES[name], corpus.LABEL)
    assert found.ok
    assert found.detection is not None
    label = shown[name]
    assert label is not None
    assert label.shown
    assert label.size == pytest.approx(found.detection.label_size, abs=0.6)
    if label.body is not None:
        assert label.size >= corpus.LABEL.ratio * label.body - 0.6


def test_the_browser_can_disagree(shown: dict[str, Seen | None]) -> None:
    """Of the forgeries it hides some, finds others too small and in others no such words: its yes means something."""
    found = [shown[name] for name in FORGED]
    assert sum(item is None for item in found) >= 5
    assert sum(item is not None and not item.shown for item in found) >= 5
    assert (
        sum(item is not None and item.body is not None and item.size < 2 * item.body for item in found) >= 3
    )


_AT_EVERY_WIDTH = ".l{font-size:40px;color:#000;background:#fff} p{font-size:16px}"


@pytest.mark.parametrize(
    ("rules", "wrong", "at"),
    [
        ("@media (max-width:600px){.l{display:none}}", {"visible"}, 500),
        ("@media screen and (min-width: 1300px){.l{font-size:20px}}", {"font_ratio"}, 1400),
        ("@media (min-width:700px) and (max-width:900px){.l{color:#eee}}", {"contrast"}, 800),
        ("@media (max-width:40em){p{font-size:24px}}", {"font_ratio"}, 600),
        (
            "@media only screen and (max-width:768px) and (min-width:768px){.l{visibility:hidden}}",
            {"visible"},
            768,
        ),
        ("@media (max-width:600px){p{font-size:12px} .l{font-size:30px}}", set(), 500),
        ("@media print and (max-width:600px){.l{display:none}}", set(), 500),
    ],
)
def test_a_page_is_measured_at_every_width_that_its_rules_tell_apart(
    tmp_path: Path, rules: str, wrong: set[str], at: int
) -> None:
    body = (
        f'<h1>Двор</h1><p class="l">{TEXT}</p>'
        + "<p>Приходите в среду: поговорим о дворе, чай и пирог за нами.</p>" * 5
    )
    page = f"<!DOCTYPE html><meta charset='utf-8'><style>{_AT_EVERY_WIDTH}{rules}</style>{body}".encode()
    found = html.detect(page, corpus.LABEL)
    assert not_met(found) == wrong, found.criteria
    assert found.ok is not bool(wrong)
    [label] = seen([page], TEXT, tmp_path, width=at)
    assert label is not None
    assert label.shown is ("visible" not in wrong)
    assert (label.body is not None and label.size < 2 * label.body) is ("font_ratio" in wrong)


@pytest.mark.parametrize(
    "condition",
    ["not all and (min-width:600px) and (max-width:500px)", "not screen and (min-width:9999px)", "(width<600px)", "screen, (min-width:9999px)"],
)  # fmt: skip
def test_what_is_said_of_the_width_in_other_ways_is_left_open(condition: str) -> None:
    body = (
        f'<h1>Двор</h1><p class="l">{TEXT}</p>'
        + "<p>Приходите в среду: поговорим о дворе, чай и пирог за нами.</p>" * 5
    )
    page = f"<style>{_AT_EVERY_WIDTH}@media {condition}{{.l{{display:none}}}}</style>{body}"
    found = html.detect(page.encode(), corpus.LABEL)
    assert not found.ok


def test_a_stamped_label_is_large_enough_at_every_width() -> None:
    body = "<h1>Двор</h1>" + "<p>Приходите в среду: поговорим о дворе, чай и пирог за нами.</p>" * 5
    page = f"<style>p{{font-size:16px}}@media (max-width:600px){{p{{font-size:19px}}}}</style>{body}".encode()
    made = html.stamp(page, corpus.LABEL).data
    assert b"font-size:38px" in made
    assert html.detect(made, corpus.LABEL).ok


def test_a_page_of_a_site_is_as_large_as_its_sheet_makes_it(tmp_path: Path) -> None:
    from compliance.labels import door

    (tmp_path / "s.css").write_text("p{font-size:21px} h1{font-size:3em} body{opacity:.9}", "utf-8")
    body = "<h1>Двор</h1>" + "<p>Приходите в среду: поговорим о дворе, чай и пирог за нами.</p>" * 5
    page = tmp_path / "page.html"
    page.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><link rel="stylesheet" href="s.css">{body}', "utf-8"
    )
    made = door.apply_file(page, corpus.LABEL)
    folder = tmp_path / "browser"
    folder.mkdir()
    (folder / "s.css").write_bytes((tmp_path / "s.css").read_bytes())
    [label] = seen([made.path.read_bytes()], TEXT, folder)
    assert label is not None
    assert label.shown
    assert (label.size, label.body) == (42, 21)
