"""Parts of a Word file that python-docx has no words for: boxes, notes, lists, formulas."""

from __future__ import annotations

import copy
import io
from collections.abc import Sequence

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from . import ole
from . import render as v
from .pool import CHOICES, Choice
from .writer import Bit, Paper, R, mr, omml, png, xml


def add_part(w: Paper, name: str, content_type: str, kind: str, body: bytes) -> str:
    package = w.doc.part.package
    part = Part(PackURI(name), content_type, body, package)
    return w.doc.part.relate_to(part, kind)


def text_box(w: Paper, lines: Sequence[Sequence[Bit]]) -> None:
    """A text box with these lines, once for today's Word and once for old programs."""
    host = w.p()
    paragraphs = [w.p(*line)._p for line in lines]
    inner = xml("<w:txbxContent/>")
    for paragraph in paragraphs:
        paragraph.getparent().remove(paragraph)
        inner.append(paragraph)
    shape = xml(
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline>"
        "<wp:extent cx='3000000' cy='900000'/><wp:docPr id='7' name='Hop'/><a:graphic>"
        "<a:graphicData uri='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'>"
        "<wps:wsp><wps:cNvSpPr txBox='1'/><wps:spPr/><wps:txbx/><wps:bodyPr/></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        "<v:shape style='width:200pt;height:60pt'><v:textbox/></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    for box in (e for e in shape.iter() if e.tag.endswith(("}txbx", "}textbox"))):
        box.append(copy.deepcopy(inner))
    host._p.append(shape)


def floating(w: Paper, paragraph, picture: bytes) -> None:
    """The picture anchored beside the text."""
    run = paragraph.add_run()
    run.add_picture(io.BytesIO(picture))
    inline = run._r.find(f".//{qn('wp:inline')}")
    anchor = parse_xml(
        f'<wp:anchor {nsdecls("wp", "a", "pic", "r")} simplePos="0" relativeHeight="2" '
        'behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1" distT="0" distB="0" distL="0" '
        'distR="0"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0'
        '</wp:posOffset></wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0'
        "</wp:posOffset></wp:positionV></wp:anchor>"
    )
    for child in list(inline):
        anchor.append(child)
        if child.tag == qn("wp:extent"):
            anchor.append(parse_xml(f"<wp:wrapSquare {nsdecls('wp')} wrapText='bothSides'/>"))
    inline.getparent().replace(inline, anchor)


def add_picture(w: Paper, paragraph, picture: bytes) -> None:
    paragraph.add_run().add_picture(io.BytesIO(picture))


def add_footnote(w: Paper, paragraph, text: str) -> None:
    body = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {nsdecls("w")}>'
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {text}'
        "</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    add_part(w, "/word/footnotes.xml", kind, RT.FOOTNOTES, body.encode())
    paragraph._p.append(xml('<w:r><w:footnoteReference w:id="1"/></w:r>'))


_LIST = (
    '<w:abstractNum {ns} w:abstractNumId="{id}"><w:multiLevelType w:val="multilevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Câu %1."/>'
    '<w:lvlJc w:val="left"/><w:rPr><w:b/></w:rPr></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>'
    '<w:numFmt w:val="upperLetter"/><w:lvlText w:val="%2."/><w:lvlJc w:val="left"/></w:lvl>'
    "</w:abstractNum>"
)


def numbered(w: Paper, items: Sequence[Choice], *, key: str) -> None:
    """Questions and options as one automatic list of two levels."""
    root = w.doc.part.numbering_part.element
    root.insert(0, parse_xml(_LIST.format(ns=nsdecls("w"), id=91)))
    root.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="91"/></w:num>')
    )
    for number, item in enumerate(items, start=1):
        _numbered_line(w, item.stem, 0)
        for letter, body in zip("ABCD", item.options, strict=True):
            is_key = letter == item.key
            color = "FF0000" if is_key and key == "red" else ""
            line = _numbered_line(w, R(body, color=color), 1)
            if is_key and key == "mark":
                line._p.pPr.append(xml('<w:rPr><w:u w:val="single"/></w:rPr>'))
        w.expect(number, "choice", item.stem, item.options, item.key)


def _numbered_line(w: Paper, bit: Bit, level: int):
    line = w.p(bit)
    properties = line._p.get_or_add_pPr()
    properties.append(xml(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="91"/></w:numPr>'))
    return line


def equations(w: Paper) -> None:
    """Office Math of many kinds, in stems and options."""
    f = f"<m:f><m:num>{mr('x+1')}</m:num><m:den>{mr('2')}</m:den></m:f>"
    root = f"<m:rad><m:radPr><m:degHide m:val='1'/></m:radPr><m:deg/><m:e>{mr('3')}</m:e></m:rad>"
    square = f"<m:sSup><m:e>{mr('x')}</m:e><m:sup>{mr('2')}</m:sup></m:sSup>"
    index = f"<m:sSub><m:e>{mr('a')}</m:e><m:sub>{mr('1')}</m:sub></m:sSub>"
    integral = f"<m:nary><m:naryPr/><m:sub>{mr('0')}</m:sub><m:sup>{mr('1')}</m:sup><m:e>{mr('xdx')}</m:e></m:nary>"
    interval = f"<m:d><m:dPr><m:begChr m:val='('/><m:endChr m:val=']'/></m:dPr><m:e>{mr('1;2')}</m:e></m:d>"
    vector = f"<m:acc><m:accPr><m:chr m:val='\u20d7'/></m:accPr><m:e>{mr('u')}</m:e></m:acc>"
    system = f"<m:d><m:dPr><m:begChr m:val='{{'/><m:endChr m:val=''/></m:dPr><m:e><m:eqArr><m:e>{mr('x+y=3')}</m:e><m:e>{mr('x−y=1')}</m:e></m:eqArr></m:e></m:d>"
    w.p(R("Câu 1. ", b=True), "Tính giá trị của ", omml(f), " khi ", omml(square + mr("=4")), ".")
    _math_options(w, (f, root, index, mr("π")), "B")
    w.expect(
        1, "choice", r"Tính giá trị của $\frac{x+1}{2}$ khi $x^{2}=4$.",
        [r"$\frac{x+1}{2}$", r"$\sqrt{3}$", r"$a_{1}$", r"$\pi$"], "B", formulas=6,
    )  # fmt: skip
    w.p(R("Câu 2. ", b=True), "Giải hệ ", omml(system), " trên ", omml(interval), ".")
    _math_options(w, (integral, vector, mr("α≤β"), mr("2,5")), "D")
    w.expect(
        2, "choice",
        r"Giải hệ $\left\{ \begin{array}{l} x+y=3 \\ x-y=1 \end{array} \right.$ trên $\left( 1;2 \right]$.",
        [r"$\int_{0}^{1}xdx$", r"$\vec{u}$", r"$\alpha\leq\beta$", "$2,5$"], "D", formulas=6,
    )  # fmt: skip


def _math_options(w: Paper, formulas: Sequence[str], key: str) -> None:
    for letter, formula in zip("ABCD", formulas, strict=True):
        w.p(R(letter, u=letter == key), ". ", omml(formula))


def _object(w: Paper, n: int, raw: bytes, program: str):
    """A run with an embedded formula and its preview picture."""
    kind = "application/vnd.openxmlformats-officedocument.oleObject"
    object_id = add_part(w, f"/word/embeddings/oleObject{n}.bin", kind, RT.OLE_OBJECT, raw)
    picture = w.doc.part.get_or_add_image(io.BytesIO(png((n, n, n), 8)))[0]
    return xml(
        f"<w:r><w:object><v:shape id='o{n}' style='width:20pt;height:20pt'><v:imagedata "
        f"r:id='{picture}'/></v:shape><o:OLEObject Type='Embed' ProgID='{program}' ShapeID='o{n}' "
        f"DrawAspect='Content' ObjectID='_{n}' r:id='{object_id}'/></w:object></w:r>"
    )


def add_object(w: Paper) -> None:
    five = ole.mtef5(
        ole.fraction5(ole.digits5("1"), ole.root5(ole.char5("x"))), ole.symbol5("+"),
        ole.power5(ole.char5("y"), ole.digits5("2")),
    )  # fmt: skip
    three = ole.mtef3(
        ole.char3("x"), ole.template3(15, 1, ole.line3(ole.char3("1", 8)), ole.NULL3),
        ole.char3("=", 6), ole.char3("2", 8),
    )  # fmt: skip
    samples = (
        (ole.equation_object(five), "Equation.DSMT4", r"$\frac{1}{\sqrt{x}}+y^{2}$", False),
        (ole.equation_object(three), "Equation.3", r"$x_{1}=2$", False),
        (ole.equation_object(b"\x05\x01\x00\x06\x09cut"), "Equation.DSMT4", "", True),
    )
    for number, (raw, program, tex, broken) in enumerate(samples, start=1):
        item = CHOICES[number]
        w.p(R(f"Câu {number}. ", b=True), "Cho biểu thức ", _object(w, number, raw, program))
        v.in_lines(w, v.lettered(item, v.plain, v.underlined))
        w.expect(
            number, "choice", f"Cho biểu thức {tex}".strip(), item.options, item.key,
            flagged=broken, formulas=0 if broken else 1, images=1 if broken else 0,
        )  # fmt: skip
