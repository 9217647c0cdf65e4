"""Habits of other programs' files: nested forms of a picture, processing of another item."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from itembank.exchange.found import FoundItem
from itembank.exchange.qti import import_qti
from itembank.items.composite import Composite

V2 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
MATCH_CORRECT = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(out, "PNG")
    return out.getvalue()


def _found(folder: Path, declarations: str, body: str, processing: str = "") -> FoundItem:
    (folder / "cau.xml").write_text(
        f'<assessmentItem xmlns="{V2}" identifier="cau" title="Câu" adaptive="false" '
        f'timeDependent="false">{declarations}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{processing}</assessmentItem>",
        encoding="utf-8",
    )
    report = import_qti(folder)
    assert report.refused == ()
    return next(iter(report.items))


ESSAY = '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/>'
FORMS = (
    '<p>Mô tả mạch điện.</p><div><object type="image/eps" data="mach.eps">'
    '<object type="image/png" data="mach.png">Sơ đồ mạch</object></object></div>'
    '<extendedTextInteraction responseIdentifier="RESPONSE"/>'
)


@pytest.mark.parametrize("eps", [None, b"%!PS-Adobe-3.0 EPSF-3.0\n"])
def test_the_form_of_a_picture_that_can_be_shown_is_taken(
    tmp_path: Path, eps: bytes | None
) -> None:
    (tmp_path / "mach.png").write_bytes(_picture())
    if eps is not None:
        (tmp_path / "mach.eps").write_bytes(eps)
    found = _found(tmp_path, ESSAY, FORMS)
    assert found.problems == ()
    assert [image.sha256 for image in found.images] == [
        part.split('"')[0] for part in found.content.stem.split("asset:")[1:]
    ]
    assert 'alt="Sơ đồ mạch"' in found.content.stem


def test_where_no_form_of_a_picture_came_along_its_words_stand_and_it_is_said(
    tmp_path: Path,
) -> None:
    found = _found(tmp_path, ESSAY, FORMS)
    assert found.images == ()
    assert "[Sơ đồ mạch]" in found.content.stem
    assert ["mach.eps" in str(problem.where) for problem in found.problems] == [True]


TWO_PLACES = (
    '<responseDeclaration identifier="NUOC" cardinality="single" baseType="identifier">'
    "<correctResponse><value>a</value></correctResponse></responseDeclaration>"
    '<responseDeclaration identifier="KHI" cardinality="single" baseType="string">'
    "<correctResponse><value>oxi</value></correctResponse></responseDeclaration>"
)
TWO_QUESTIONS = (
    '<choiceInteraction responseIdentifier="NUOC" maxChoices="1"><prompt>Nước sôi ở</prompt>'
    '<simpleChoice identifier="a">100 °C</simpleChoice>'
    '<simpleChoice identifier="b">80 °C</simpleChoice></choiceInteraction>'
    '<p>Khí duy trì sự cháy: <textEntryInteraction responseIdentifier="KHI"/></p>'
)


def test_processing_that_names_a_missing_variable_leaves_the_keys_and_is_said(
    tmp_path: Path,
) -> None:
    """The template reads RESPONSE, which the item does not have: nobody could score by it."""
    processing = f'<responseProcessing template="{MATCH_CORRECT}"/>'
    found = _found(tmp_path, TWO_PLACES, TWO_QUESTIONS, processing)
    assert isinstance(found.content.interaction, Composite)
    assert found.content.qti is not None
    assert not found.content.qti.scores
    assert ["RESPONSE" in str(problem.what) for problem in found.problems] == [True]
