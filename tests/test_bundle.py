"""A filing in one file, checked without books; and the published copy beside what was filed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_approval import APPROVED, Q4, typed
from test_times import begun, spend
from workbench import Bench, empty

from compliance import packed
from compliance.errors import ComplianceError
from compliance.filings import bundle, bundle_check
from compliance.reports import contents, pdf, readback
from compliance.storage import Server
from compliance.vault import keys


@pytest.fixture(scope="module")
def made(
    new_server: Callable[[], Server | None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """Approved by two, filed with our own paper, and a receipt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_MEMORY_KIB", 1024)
        bench = empty(tmp_path_factory.mktemp("bundle") / "books", APPROVED, server=new_server())
        begun(bench, ("2025-10-14", "1800400.70"))
        spend(bench, "2025-10-20", "3123456.78")
        for role in ("accountant", "director"):
            assert typed(bench, role, "key", "make", role).code == 0
            assert typed(bench, role, "approve", *Q4, "--as", role, "--yes").code == 0
        bench.run("report", *Q4)
        sent = str(bench.folder / "reports" / "money-2025-Q4.pdf")
        (bench.folder / "receipt.pdf").write_bytes(b"%PDF receipt")
        bench.run("file", *Q4, "--on", "2026-01-12", "--channel", "post", "--sent", sent, "--yes")
        bench.run(
            "filing",
            "receipt",
            "money-2025-Q4",
            "--file",
            str(bench.folder / "receipt.pdf"),
            "--on",
            "2026-01-12",
        )
        # What comes later does not change what was filed.
        bench.run("record", "fund", "--id", "f1", "--title", "Renamed")
        yield bench


@pytest.fixture(scope="module")
def good(made: Bench) -> bytes:
    made.run("bundle", "make", "money-2025-Q4")
    return (made.folder / "filings" / "money-2025-Q4.bundle.zip").read_bytes()


def told(data: bytes, code: str = "") -> dict[str, list[str]]:
    found = bundle_check.check(data, "f", code=code)
    states: dict[str, list[str]] = {}
    for item in found.told:
        states.setdefault(item.state, []).append(item.check)
    return states


def test_everything_is_right_and_what_cannot_be_told_is_said(made: Bench, good: bytes) -> None:
    path = made.folder / "filings" / "money-2025-Q4.bundle.zip"
    rows = made.rows("bundle", "verify", str(path))
    assert {row["state"] for row in rows} == {"right", "cannot"}
    assert [row["check"] for row in rows if row["state"] == "cannot"] == ["code", "books", "people"]
    right = [row["message"] for row in rows if row["state"] == "right"]
    assert sum("cells read back" in text for text in right) == 2  # the PDF and the workbook
    assert any("byte for byte, papers/money-2025-Q4.pdf" in text for text in right)
    assert sum("agreed to exactly this" in text for text in right) == 2


def test_the_code_names_this_file(made: Bench, good: bytes) -> None:
    code = bundle_check.check(good, "f").code
    assert code in made.run("bundle", "make", "money-2025-Q4").err
    assert "code" in told(good, code.lower())["right"]
    assert "code" in told(good, code[:-1] + ("0" if code[-1] != "0" else "1"))["wrong"]


def test_same_filing_same_bytes(made: Bench, good: bytes, tmp_path: Path) -> None:
    made.run("bundle", "make", "money-2025-Q4", "-o", str(tmp_path / "again.zip"))
    assert (tmp_path / "again.zip").read_bytes() == good
    made.fail(3, "bundle", "make", "money-2025-Q4", "-o", str(tmp_path / "again.zip"))


def test_its_anchor_is_in_the_books(made: Bench, good: bytes) -> None:
    anchor = bundle_check.check(good, "f").manifest.anchor
    made.run("books", "audit", "--anchor", anchor)
    record = (made.folder / "filings" / "money-2025-Q4.txt").read_text("utf-8")
    assert anchor in record
    assert "approved: the director" in record


def changed(good: bytes, name: str, change: Callable[[bytes], bytes], *, honest: bool) -> bytes:
    """``honest``: whoever changed it wrote the new digest into the manifest too."""
    parts = packed.unpack(good)
    parts[name] = change(parts[name])
    if honest:
        body = json.loads(parts[bundle.MANIFEST])
        from compliance.files import digest

        body["files"][name] = {"sha256": digest(parts[name]), "bytes": len(parts[name])}
        parts[bundle.MANIFEST] = (
            json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        ).encode()
    return packed.pack(parts)


def _another_figure(data: bytes) -> bytes:
    body = json.loads(data)
    cell = next(
        cell for section in body["sections"] for row in section["rows"] for cell in row["cells"] if cell[1]
    )
    cell[1] += 1
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("name", "change", "check"),
    [
        (bundle.CONTENT, _another_figure, "content"),
        (bundle.ROWS, lambda data: data.replace(b"spent.pay.foreign", b"spent.pay.foreigm"), "rows"),
        (bundle.CELLS, lambda data: re.sub(rb"\d{3,}", b"777", data, count=1), "rows"),
        ("law/ru.rules.zip", lambda data: data[:-30] + b"x" * 30, "law"),
    ],
)
def test_a_forger_who_mends_the_manifest_is_found(
    good: bytes, name: str, change: Callable[[bytes], bytes], check: str
) -> None:
    assert "files" in told(changed(good, name, change, honest=False))["wrong"]
    assert check in told(changed(good, name, change, honest=True))["wrong"]


def test_a_paper_that_says_something_else(good: bytes, made: Bench) -> None:
    def other(data: bytes) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book.active
        assert sheet is not None
        cell = next(
            cell
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, int) and cell.value > 9
        )
        cell.value += 1
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    assert "papers" in told(changed(good, "papers/money-2025-Q4.xlsx", other, honest=True))["wrong"]


def test_an_approval_of_something_else(good: bytes) -> None:
    parts = packed.unpack(good)
    body = json.loads(parts[bundle.MANIFEST])
    body["approvals"][0]["text"] = body["approvals"][0]["text"].replace("2026-01-12", "2026-01-11")
    parts[bundle.MANIFEST] = json.dumps(body).encode()
    assert told(packed.pack(parts))["wrong"] == ["approvals"]


def test_missing_and_added_files(good: bytes) -> None:
    parts = packed.unpack(good)
    sent = next(name for name in parts if name.startswith("sent/"))
    del parts[sent]
    assert "files" in told(packed.pack(parts))["wrong"]
    assert "files" in told(packed.pack({**packed.unpack(good), "extra.txt": b"x"}))["wrong"]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_changed_byte_passes(good: bytes, data: st.DataObject) -> None:
    """Anywhere in the file: refused, told as wrong, or every part is still the same."""
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 255))]) + good[at + 1 :]
    before = packed.unpack(good)
    try:
        after = packed.unpack(bad)
    except packed.Unpackable:
        return
    if after == before:
        return
    try:
        assert not bundle_check.check(bad, "f").right
    except ComplianceError:
        return


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + b"\0" * 18, b"x" * 100])
def test_what_is_no_bundle(made: Bench, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.zip"
    path.write_bytes(data)
    made.fail(3, "bundle", "verify", str(path))


def test_damage_ends_with_5(made: Bench, good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.zip"
    path.write_bytes(changed(good, "schedules.yaml", lambda data: data + b"#", honest=False))
    assert "schedules.yaml was changed" in made.call("bundle", "verify", str(path)).out
    made.fail(5, "bundle", "verify", str(path))


def test_a_filing_from_before_the_books(made: Bench, tmp_path: Path) -> None:
    made.run(
        "file", "money", "2025-Q3", "--on", "2025-10-14", "--channel", "post", "--sent", str(made.folder / "receipt.pdf"),
        "--cell", "balance.closing.all=9000", "--yes",
    )  # fmt: skip
    made.run("bundle", "make", "money-2025-Q3", "-o", str(tmp_path / "old.zip"))
    assert "wrong" not in told((tmp_path / "old.zip").read_bytes())
    path = tmp_path / "copy.html"
    path.write_text("<html><body>x</body></html>")
    assert "was not kept" in made.fail(1, "filing", "published", "money-2025-Q3", str(path))


def test_a_correction_does_not_take_the_first_approvals_away(made: Bench, tmp_path: Path) -> None:
    bench = made.copy(tmp_path / "books")
    spend(bench, "2025-12-30", "77000", "--amends", "money-2025-Q4")
    bench.run("report", *Q4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_MEMORY_KIB", 1024)
        for role in ("accountant", "director"):
            assert typed(bench, role, "approve", *Q4, "--as", role, "--yes").code == 0
    sent = str(bench.folder / "reports" / "money-2025-Q4.pdf")
    bench.run(
        "file",
        *Q4,
        "--on",
        "2026-01-12",
        "--channel",
        "post",
        "--sent",
        sent,
        "--yes",
        "--amends",
        "money-2025-Q4",
    )
    for filing in ("money-2025-Q4", "money-2025-Q4.2"):
        bench.run("bundle", "make", filing, "-o", str(tmp_path / f"{filing}.zip"))
        found = bundle_check.check((tmp_path / f"{filing}.zip").read_bytes(), "f")
        assert [item.role for item in found.manifest.approvals] == ["accountant", "director"]
        assert found.right


# The published copy


@pytest.fixture(scope="module")
def paper(good: bytes) -> tuple[dict[str, object], bytes, bytes]:
    """(contents, PDF, workbook) of what was filed."""
    parts = packed.unpack(good)
    return (
        json.loads(parts[bundle.CONTENT]),
        parts["papers/money-2025-Q4.pdf"],
        parts["papers/money-2025-Q4.xlsx"],
    )


def page_of(
    content: dict[str, object], change: dict[str, object] | None = None, *, group: str = "\N{NO-BREAK SPACE}"
) -> str:
    """The report as an authority's page might show it: another layout, other digit groups, a table."""
    rows = []
    for section in content["sections"]:  # type: ignore[attr-defined]
        rows.append(f"<tr><th colspan=9>{section['caption']}</th></tr>")
        for row in section["rows"]:
            cells = []
            for cell, value in row["cells"]:
                value = (change or {}).get(cell, value)
                text = f"{value:,}".replace(",", group) if isinstance(value, int) else value or ""
                cells.append(f"<td style='white-space: nowrap'>{'—' if value == 0 else text}</td>")
            rows.append(f"<tr><td>{row['caption']}</td>{''.join(cells)}</tr>")
    return f"<!doctype html><html><head><title>x</title><script>1 234</script></head><body><p>Портал</p><table>{''.join(rows)}</table></body></html>"


@pytest.mark.parametrize("group", ["", " ", "\N{NO-BREAK SPACE}", ","])
def test_a_faithful_copy(
    made: Bench, paper: tuple[dict[str, object], bytes, bytes], tmp_path: Path, group: str
) -> None:
    content, made_pdf, book = paper
    html = page_of(content, group=group)
    for name, data in (
        ("p.html", html.encode()),
        ("p.pdf", made_pdf),
        ("p.xlsx", book),
        ("q.pdf", pdf.render(html).data),
    ):
        (tmp_path / name).write_bytes(data)
        found = made.run("filing", "published", "money-2025-Q4", str(tmp_path / name))
        assert "Every cell" in found.err
        assert "0 differ" in found.err


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_any_other_figure_is_found_in_its_cell(
    paper: tuple[dict[str, object], bytes, bytes], data: st.DataObject
) -> None:
    content, _pdf, _book = paper
    figures = {cell: value for cell, value in contents.cells(content).items() if isinstance(value, int)}
    cell = data.draw(st.sampled_from(sorted(figures)))
    other = data.draw(st.integers(-10_000_000, 10_000_000).filter(lambda number: number != figures[cell]))
    html = page_of(content, {cell: other}).encode()
    wrong = [item for item in readback.compare(content, readback.texts(html, "p.html")) if not item.same]
    # A neighbour may be told too, where the same digits stand twice; the cell itself always is, or its twin is.
    assert wrong
    assert any(item.cell.rpartition(".")[0] == cell.rpartition(".")[0] for item in wrong) or len(wrong) == 1


def test_what_differs_is_told_and_written_as_a_letter(
    made: Bench, paper: tuple[dict[str, object], bytes, bytes], tmp_path: Path
) -> None:
    content, _pdf, _book = paper
    cell, value = next(
        (key, value) for key, value in contents.cells(content).items() if key == "spent.all.all"
    )
    assert isinstance(value, int)
    (tmp_path / "p.html").write_text(page_of(content, {cell: value + 9}), "utf-8")
    words = (
        "filing",
        "published",
        "money-2025-Q4",
        str(tmp_path / "p.html"),
        "--letter",
        str(tmp_path / "letter.txt"),
    )
    result = made.call(*words, "--format", "json")
    assert result.code == 1
    assert [(row["cell"], row["filed"], row["published"]) for row in result.rows] == [
        (cell, str(value), " ".join(readback.words(str(value + 9))))
    ]
    letter = (tmp_path / "letter.txt").read_text("utf-8")
    assert f"{value:,}".replace(",", "\xa0") in letter  # grouped as the form prints it
    assert "Опубликованная копия" in letter  # to the authority in its language, whoever presses the key
    assert "НАСТОЯЩИЙ МАТЕРИАЛ" in letter


def test_another_paper_is_no_copy(made: Bench, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text("<html><body><p>Годовой отчёт о деятельности</p></body></html>", "utf-8")
    assert "hardly a copy" in made.fail(1, "filing", "published", "money-2025-Q4", str(tmp_path / "p.html"))
    (tmp_path / "p.html").write_bytes(b"\x89PNG")
    made.fail(3, "filing", "published", "money-2025-Q4", str(tmp_path / "p.html"))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("3 397", ["3", "397"]), ("3\N{NO-BREAK SPACE}397", ["3", "397"]), ("3397", ["3", "397"]), ("3,397", ["3", "397"]),
        ("12,34,567.00", ["1", "234", "567"]), ("1.234.567", ["1", "234", "567"]), ("397,50", ["397", ".5"]), ("397.50", ["397", ".5"]),
        ("1 397,05", ["1", "397", ".05"]), ("\N{MINUS SIGN}77", ["-", "77"]), ("—", ["—"]), ("- ", ["—"]), ("0", ["—"]),
        ("31.12.2025", ["31", "12", "2025"]), ("Оплата труда", ["оплата", "труда"]), ("пере\N{SOFT HYPHEN}нос", ["перенос"]), ("начис\x02ления", ["начисления"]), ("(12)", ["12"]),
    ],
)  # fmt: skip
def test_figures_are_compared_by_their_digits(text: str, tokens: list[str]) -> None:
    assert list(readback.words(text)) == tokens
