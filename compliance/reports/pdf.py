"""HTML text to PDF bytes behind fences: nothing is fetched, nothing foreign is in the file, every letter is drawn.

The same report gives the same bytes on every machine: our own fonts, no clock, no author, no path.
"""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from compliance import fonts
from compliance.errors import InputError
from compliance.files import digest
from compliance.findings import Finding
from compliance.i18n import _
from compliance.reports.page import css

_LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Printed:
    """``data`` the bytes, ``pages`` how many, ``findings``: letters that no font of ours has."""

    data: bytes
    pages: int
    findings: tuple[Finding, ...]


def available() -> str:
    """Why a PDF cannot be made on this machine, with what to install; empty when it can."""
    from compliance.errors import SetupError

    try:
        fonts.weasyprint()
    except SetupError as error:
        return str(error)
    return ""


def render(html: str, *, subject: str = "") -> Printed:
    """``SetupError`` without Pango; ``InputError`` when the page asks for anything outside itself."""
    weasyprint = fonts.weasyprint()
    fetcher = _refusing_fetcher()
    with _quiet() as log, _no_clock():
        try:
            style = weasyprint.CSS(string=css(), url_fetcher=fetcher)
            page = weasyprint.HTML(string=html, base_url="asset:/", url_fetcher=fetcher)
            document = page.render(stylesheets=[style])
            data = document.write_pdf(pdf_identifier=digest(html.encode("utf-8", "replace"))[:32].encode())
        except weasyprint.urls.FatalURLFetchingError:
            # Not an `Exception`, and swallowed for pictures inside inline ones: what was asked decides.
            assert fetcher.asked
            raise _outside(fetcher.asked) from None
    if fetcher.asked:
        raise _outside(fetcher.asked)
    inspect(data)
    return Printed(data, len(document.pages), tuple(_undrawn(log, subject)))


def render_variant(html: str, variant: str, attached: Mapping[str, bytes]) -> bytes:
    """The same page as a variant that WeasyPrint knows (``pdf/a-3u``, ``pdf/ua-1``), with files attached by name.

    Fenced like `render`; the same input gives the same bytes. ``SetupError`` without Pango.
    """
    weasyprint = fonts.weasyprint()
    fetcher = _refusing_fetcher()
    with _quiet(), _no_clock():
        style = weasyprint.CSS(string=css(), url_fetcher=fetcher)
        document = weasyprint.HTML(string=html, base_url="asset:/", url_fetcher=fetcher).render(
            stylesheets=[style]
        )
        data = document.write_pdf(
            pdf_variant=variant,
            attachments=[
                weasyprint.Attachment(
                    file_obj=io.BytesIO(body),
                    name=name,
                    created=_LONG_AGO,
                    modified=_LONG_AGO,
                    relationship="Data",
                )
                for name, body in attached.items()
            ],
            pdf_identifier=digest(html.encode("utf-8", "replace"))[:32].encode(),
        )
    if fetcher.asked:
        raise _outside(fetcher.asked)
    return _listed_once(data)


def joined(papers: Sequence[bytes]) -> bytes:
    """Several PDFs as one form, which carries no more than a form may; see `merged`."""
    made = merged(papers)
    if len(papers) > 1:
        inspect(made)
    return made


def merged(papers: Sequence[bytes]) -> bytes:
    """Several PDFs as one, with what the first one says of itself and carries; the same bytes every time."""
    import pikepdf

    if len(papers) == 1:
        return papers[0]
    with pikepdf.open(io.BytesIO(papers[0])) as first:
        for data in papers[1:]:
            with pikepdf.open(io.BytesIO(data)) as other:
                first.pages.extend(other.pages)
        out = io.BytesIO()
        first.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _listed_once(data: bytes) -> bytes:
    """WeasyPrint names each attachment twice among the associated files."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as file:
        if "/AF" not in file.Root:
            return data
        once = {str(item.UF): item for item in file.Root.AF}
        file.Root.AF = pikepdf.Array(list(once.values()))
        out = io.BytesIO()
        file.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
        return out.getvalue()


def inspect(data: bytes) -> None:
    """``InputError`` when a PDF carries what a form of ours never has: attachments, scripts, actions, links."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as file:
        root = file.Root
        bad = [key for key in ("/OpenAction", "/AA", "/AcroForm", "/AF") if key in root]
        if "/Names" in root:
            bad += [key for key in ("/EmbeddedFiles", "/JavaScript") if key in root.Names]
        for number, sheet in enumerate(file.pages, 1):
            bad += [f"{key} ({number})" for key in ("/Annots", "/AA") if key in sheet.obj]
        told = ("/Title", "/Producer", "/Creator")
        bad += [str(key) for key in file.docinfo if key not in told]
    if bad:
        raise InputError(_("the PDF carries more than a form may; nothing was written"), why=", ".join(bad))


def _outside(asked: list[str]) -> InputError:
    """Told by scheme only: an address may itself be what must not be shown."""
    return InputError(
        _("the page asks for something outside itself; nothing was written"),
        why=", ".join(sorted({url.split(":")[0] for url in asked})),
    )


def _refusing_fetcher() -> Any:
    """Refuses every address and remembers it: a refusal inside an inline picture is swallowed silently."""
    urls = fonts.weasyprint().urls

    class Refusing(urls.URLFetcher):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)
            self.asked: list[str] = []

        def fetch(self, url: str, headers: Any = None) -> Any:
            self.asked.append(url)
            raise urls.FatalURLFetchingError(url)

    return Refusing()


@contextmanager
def _no_clock() -> Iterator[None]:
    """Cutting a variable font writes the moment into it, unless this says another (fontTools)."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


class _Remembering(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """WeasyPrint's warnings, kept for us instead of shown to people."""
    logger = logging.getLogger("weasyprint")
    handler, propagate = _Remembering(), logger.propagate
    others = list(logger.handlers)
    for other in others:
        logger.removeHandler(other)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield handler.messages
    finally:
        logger.removeHandler(handler)
        for other in others:
            logger.addHandler(other)
        logger.propagate = propagate


def _undrawn(log: list[str], subject: str) -> Iterator[Finding]:
    if any(".notdef" in message for message in log):
        yield Finding(
            "report.glyph",
            "refusal",
            subject,
            _("a sign in this report cannot be printed: no letter of our fonts shows it"),
            _("Look for unusual signs (pictures, rare scripts) in names and descriptions, and replace them."),
        )
