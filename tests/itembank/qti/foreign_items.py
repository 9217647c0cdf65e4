"""Items and packages as other programs write them, for the tests of the import."""

from __future__ import annotations

import io
import zipfile

from lxml import etree
from PIL import Image

from itembank.exchange.found import FoundItem, ImportReport, Placement

V2 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
TEMPLATE = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
PLACE = Placement(subject="toan", grade=12)


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(out, "PNG")
    return out.getvalue()


def item(
    body: str,
    declarations: str = "",
    processing: str = "",
    *,
    name: str = "q1",
    after: str = "",
    root: str = "",
) -> bytes:
    return (
        f'<assessmentItem xmlns="{V2}" identifier="{name}" title="Câu {name}" adaptive="false" '
        f'timeDependent="false" {root}>{declarations}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{processing}{after}</assessmentItem>"
    ).encode()


def canonical(raw: bytes) -> bytes:
    return etree.tostring(etree.fromstring(raw), method="c14n")


def declared(
    base: str, cardinality: str = "single", inside: str = "", name: str = "RESPONSE"
) -> str:
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" '
        f'baseType="{base}">{inside}</responseDeclaration>'
    )


def correct(*values: str) -> str:
    inside = "".join(f"<value>{value}</value>" for value in values)
    return f"<correctResponse>{inside}</correctResponse>"


def template(name: str) -> str:
    return f'<responseProcessing template="{TEMPLATE}{name}"/>'


CHOICE_BODY = (
    "<p>Số nào là số nguyên tố?</p>"
    '<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">'
    '<simpleChoice identifier="x1">4</simpleChoice><simpleChoice identifier="x2">7</simpleChoice>'
    '<simpleChoice identifier="x3">9</simpleChoice></choiceInteraction>'
)
CHOICE = item(CHOICE_BODY, declared("identifier", inside=correct("x2")), template("match_correct"))


def only(report: ImportReport) -> FoundItem:
    assert report.refused == ()
    assert len(report.items) == 1
    return report.items[0]


def package(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return out.getvalue()


def named(raw: bytes, name: str) -> bytes:
    return raw.replace(b'identifier="q1"', f'identifier="{name}"'.encode())
