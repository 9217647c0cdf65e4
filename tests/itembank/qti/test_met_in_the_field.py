"""Habits of other programs' files: nested forms of a picture, processing of another item."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from itembank.exchange.found import FoundItem
from itembank.exchange.qti import import_qti
from itembank.items.composite import Composite
from itembank.items.content import ItemContent

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
    return report.items[0]


def _content(found: FoundItem) -> ItemContent:
    assert found.content is not None
    return found.content


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
        part.split('"')[0] for part in _content(found).stem.split("asset:")[1:]
    ]
    assert 'alt="Sơ đồ mạch"' in _content(found).stem


def test_where_no_form_of_a_picture_came_along_its_words_stand_and_it_is_said(
    tmp_path: Path,
) -> None:
    found = _found(tmp_path, ESSAY, FORMS)
    assert found.images == ()
    assert "[Sơ đồ mạch]" in _content(found).stem
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
    assert isinstance(_content(found).interaction, Composite)
    source = _content(found).qti
    assert source is not None
    assert not source.scores
    assert ["RESPONSE" in str(problem.what) for problem in found.problems] == [True]


def _package(*files: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in files:
            package.writestr(name, text)
    return out.getvalue()


def _manifest(*hrefs: str) -> str:
    listed = "".join(
        f'<resource identifier="r{n}" type="imsqti_item_xmlv2p1" href="{href}"/>'
        for n, href in enumerate(hrefs)
    )
    return f'<manifest identifier="m"><resources>{listed}</resources></manifest>'


ITEM = (
    f'<assessmentItem xmlns="{V2}" identifier="c" title="Câu" adaptive="false" '
    f'timeDependent="false">{ESSAY}<itemBody><extendedTextInteraction '
    'responseIdentifier="RESPONSE"><prompt>Vì sao?</prompt></extendedTextInteraction></itemBody>'
    "</assessmentItem>"
)


def test_an_item_that_the_manifest_lists_and_the_package_lacks_is_named() -> None:
    manifest = _manifest("cau/1.xml", "cau/2.xml")
    report = import_qti(_package(("imsmanifest.xml", manifest), ("cau/1.xml", ITEM)))
    assert len(report.items) == 1
    assert [str(part.where) for part in report.refused] == ["cau/2.xml"]


@pytest.mark.parametrize(
    ("href", "name"),
    [
        ("c%C3%A2u%201.xml", "câu 1.xml"),
        ("./Cau/1.XML", "cau/1.xml"),
        ("cau\\1.xml", "cau/1.xml"),
        ("1.xml", "goi/cau/1.xml"),
    ],
)
def test_a_listed_item_is_known_however_its_path_is_written(href: str, name: str) -> None:
    report = import_qti(_package(("imsmanifest.xml", _manifest(href)), (name, ITEM)))
    assert (len(report.items), report.refused) == (1, ())


def test_what_a_mac_adds_to_a_zip_is_no_item() -> None:
    report = import_qti(_package(("1.xml", ITEM), ("__MACOSX/._1.xml", "\0\5"), ("._1.xml", "x")))
    assert (len(report.items), report.refused) == (1, ())
