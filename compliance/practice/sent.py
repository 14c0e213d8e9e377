"""Stand-ins for papers the practice organisation sent or got: one page each, marked as practice."""

from __future__ import annotations

from compliance.practice.model import Practice

ACTS = ("laptop-1", "laptop-2", "projector")
"""Tags of purchases that an act of acceptance belongs to."""


def filed(practice: Practice) -> list[tuple[str, bytes]]:
    """(name, bytes) of what past filings sent, and of the post office's receipts."""
    papers = []
    for filing in practice.filings:
        what = f"{filing.form} {filing.period}" + (" amended" if filing.amends else "")
        day = filing.filed_on.isoformat()
        papers.append((f"sent/{filing.sent}", page(f"PRACTICE - copy of the report {what}, sent {day}")))
        receipt = page(f"PRACTICE - receipt of the post office, {what}, {day}")
        papers.append((f"sent/{filing.receipt}", receipt))
    return papers


def late(practice: Practice) -> list[tuple[str, bytes]]:
    return [
        (
            f"late/act-{document.dated_on.isoformat()}.pdf",
            page(f"PRACTICE - act of {document.dated_on}, {document.amount_minor / 100:.2f} RUB"),
        )
        for document in practice.late_documents
    ]


def acts(practice: Practice) -> list[tuple[str, bytes]]:
    """Acts of acceptance of things that last; one is missing where the mistake was planted."""
    return [
        (
            f"papers/act-{event.tag}.pdf",
            page(f"PRACTICE - act of acceptance of {event.on}, {-event.amount_minor / 100:.2f} RUB"),
        )
        for event in practice.events
        if event.tag in ACTS and event.tag not in practice.missing_acts
    ]


def page(text: str) -> bytes:
    """A one-page A4 PDF with one line of ASCII text (ISO 32000-1, 7.5); the same bytes each time."""
    assert text.isascii()
    assert not set(text) & set("()\\")
    content = f"BT /F1 14 Tf 60 760 Td ({text}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
