"""DOCX made by code, part by part: what a writer would set, and what a forger would."""

from __future__ import annotations

import io
import re
import zipfile
from html import escape

from hypothesis import strategies as st

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
BODY = "Приходите в среду в гостиную центра, поговорим о дворе. Вход свободный, чай и пирог за нами. "
STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="Body"/><w:basedOn w:val="a"/>'
    '<w:rPr><w:sz w:val="28"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading 1"/><w:basedOn w:val="b"/></w:style>'
)


def para(text: str, style: str = "", props: str = "", run: str = "") -> str:
    chosen = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f"<w:p><w:pPr>{chosen}{props}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{escape(text)}</w:t></w:r></w:p>"
    )


def packed(parts: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2025, 12, 1, 10, 0, 0)), text, how)
    return made.getvalue()


def docx(
    *blocks: str, headers: dict[str, str] | None = None, section: str = "", more: dict[str, str] | None = None
) -> bytes:
    """``headers``: kind -> its paragraphs; ``section``: more of its properties (``<w:titlePg/>``)."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    references = "".join(f'<w:headerReference w:type="{kind}" r:id="h{kind}"/>' for kind in headers or {})
    relations = "".join(
        f'<Relationship Id="h{kind}" Type="{R}/header" Target="header-{kind}.xml"/>' for kind in headers or {}
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": head
        + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml"'
        ' ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/word/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
            for part, kind in (
                ("document", "document.main"),
                ("styles", "styles"),
                *((f"header-{kind}", "header") for kind in headers or {}),
            )
        )
        + "</Types>",
        "_rels/.rels": f'{head}<Relationships xmlns="{_REL}"><Relationship Id="r1" Type="{R}/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{head}<Relationships xmlns="{_REL}"><Relationship Id="s" '
        f'Type="{R}/styles" Target="styles.xml"/>{relations}</Relationships>',
        "word/styles.xml": f'{head}<w:styles xmlns:w="{W}">{STYLES}</w:styles>',
        "word/document.xml": f'{head}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{"".join(blocks)}'
        f'<w:sectPr>{references}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:left="1440"/>{section}</w:sectPr>'
        "</w:body></w:document>",
        "word/media/image1.png": bytes(range(256)) * 9,
    }
    for kind, inside in (headers or {}).items():
        parts[f"word/header-{kind}.xml"] = f'{head}<w:hdr xmlns:w="{W}">{inside}</w:hdr>'
    return packed(parts | (more or {}))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {item.filename: archive.read(item) for item in archive.infolist()}


TABLE = f"<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr/>{para(BODY * 3, 'b')}</w:tc></w:tr></w:tbl>"
BOX = (
    '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="wps"><w:drawing><wps:txbx xmlns:wps="x"><w:txbxContent>{inside}</w:txbxContent>'
    "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r></w:p>"
)


SPOILT = [b"", b"-1", b"abc", b"1e999", b"99999999999999999999", b"nan", "\u0661".encode()]


def spoilt(data: bytes, draw: st.DataObject) -> bytes:
    """A package with up to three values of one of its parts spoilt."""
    parts = members(data)
    name = draw.draw(st.sampled_from(sorted(key for key in parts if key.endswith((".xml", ".rels")))))
    values = list(re.finditer(rb'="[^"]*"', parts[name]))
    for match in draw.draw(st.lists(st.sampled_from(values), max_size=3, unique=True)) if values else []:
        new = draw.draw(st.sampled_from(SPOILT))
        parts[name] = parts[name].replace(match[0], b'="' + new + b'"', 1)
    return packed(dict(parts))
