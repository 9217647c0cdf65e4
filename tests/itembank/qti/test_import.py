"""QTI files, packages and folders: modelled, word for word, or refused with a reason."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from itembank.errors import Invalid, KhaothiError, NotFound
from itembank.exchange.found import FoundItem, ImportReport, Placement, report_json
from itembank.exchange.qti import (
    Asset,
    ExportedItem,
    ExportedSection,
    ExportedTest,
    export_qti,
    from_qti,
    import_qti,
    to_qti,
)
from itembank.items.candidate_view import candidate_view
from itembank.items.content import (
    Choice,
    ItemContent,
    Option,
    ShortAnswer,
    StimulusContent,
    TrueFalseCluster,
)
from itembank.items.interactions import Cloze, Gap, Match, MultipleChoice, QtiOpaque
from itembank.scoring.rules import Weight, categories, score

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


def test_a_single_choice_item_in_the_agreed_json() -> None:
    told = report_json(import_qti(CHOICE, placement=PLACE))
    assert told.pop("seconds") >= 0
    assert told == {
        "items": [
            {
                "number": 1,
                "kind": "choice",
                "stem": "Số nào là số nguyên tố?",
                "options": ["4", "7", "9"],
                "key": "B",
                "points": 1,
                "images": 0,
                "formulas": 0,
                "problems": [],
            }
        ],
        "modelled": 1,
        "opaque": 0,
        "refused": [],
    }


def test_several_right_options_by_mapping_keep_the_author_s_scores() -> None:
    inside = correct("x1", "x3") + (
        '<mapping lowerBound="0"><mapEntry mapKey="x1" mappedValue="1"/>'
        '<mapEntry mapKey="x3" mappedValue="2"/><mapEntry mapKey="x2" mappedValue="-1"/></mapping>'
    )
    found = only(
        import_qti(
            item(
                CHOICE_BODY.replace('maxChoices="1"', 'maxChoices="0"'),
                declared("identifier", "multiple", inside),
                template("map_response"),
            ),
            placement=PLACE,
        )
    )
    content = found.content
    assert content is not None
    assert (found.kind, found.key, found.points) == ("multiple", ("A", "C"), Decimal(3))
    assert content.qti is not None
    assert content.qti.levels == (0, 1, 2, 3)
    weight = Weight(content.qti.levels)
    given = {(): 0, ("A",): 1, ("C",): 2, ("A", "C"): 3, ("A", "B"): 0, ("B", "C"): 1}
    for response, points in given.items():
        assert score(content, list(response), weight).points == points


def test_custom_processing_that_says_the_same_is_recognised() -> None:
    program = (
        "<responseProcessing><responseCondition><responseIf><isNull>"
        '<variable identifier="RESPONSE"/></isNull><setOutcomeValue identifier="SCORE">'
        '<baseValue baseType="float">0</baseValue></setOutcomeValue></responseIf><responseElseIf>'
        '<match><variable identifier="RESPONSE"/><baseValue baseType="identifier">x2</baseValue>'
        '</match><setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>'
        '<baseValue baseType="float">2.5</baseValue></sum></setOutcomeValue></responseElseIf>'
        "</responseCondition></responseProcessing>"
    )
    found = only(
        import_qti(item(CHOICE_BODY, declared("identifier", inside=correct("x2")), program))
    )
    assert found.points == Decimal("2.5")
    assert found.content is not None
    assert found.content.qti is not None
    assert not found.content.qti.scores


def test_processing_that_says_otherwise_scores_the_item() -> None:
    """The key says x2, the processing pays for x3: the author's processing decides."""
    program = (
        "<responseProcessing><responseCondition><responseIf>"
        '<match><variable identifier="RESPONSE"/><baseValue baseType="identifier">x3</baseValue>'
        '</match><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )
    content = only(
        import_qti(item(CHOICE_BODY, declared("identifier", inside=correct("x2")), program))
    ).content
    assert content is not None
    weight = Weight((Decimal(0), Decimal(1)))
    assert categories(content) == 2
    assert [score(content, letter, weight).category for letter in "ABC"] == [0, 0, 1]
    edited = content.model_copy(
        update={"interaction": content.interaction.model_copy(update={"key": "A"})}
    )
    assert score(edited, "A", weight).category == 1, "an edited item goes by its own key again"


def test_a_typed_number_on_a_line_of_its_own_is_a_short_answer() -> None:
    body = '<p>Tính 5 : 2.</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    inside = correct("2,5") + (
        '<mapping><mapEntry mapKey="2,5" mappedValue="1"/><mapEntry mapKey="2.5" mappedValue="1"/>'
        "</mapping>"
    )
    found = only(
        import_qti(item(body, declared("string", inside=inside), template("map_response")))
    )
    assert (found.kind, found.key, found.stem) == ("short", "2,5", "Tính 5 : 2.")
    assert found.content is not None
    assert isinstance(found.content.interaction, ShortAnswer)


def test_places_within_a_sentence_are_a_cloze() -> None:
    body = (
        '<p>Thủ đô của Việt Nam là <textEntryInteraction responseIdentifier="A" '
        'expectedLength="10"/>, nằm bên sông <inlineChoiceInteraction responseIdentifier="B">'
        '<inlineChoice identifier="h">Hồng</inlineChoice><inlineChoice identifier="m">Mã'
        "</inlineChoice></inlineChoiceInteraction>.</p>"
    )
    inside = correct("Hà Nội") + '<mapping><mapEntry mapKey="Hà Nội" mappedValue="1"/></mapping>'
    mapped = correct("h") + '<mapping><mapEntry mapKey="h" mappedValue="1"/></mapping>'
    program = "<responseProcessing>" + "".join(
        '<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>'
        f'<mapResponse identifier="{name}"/></sum></setOutcomeValue>'
        for name in "AB"
    )
    found = only(
        import_qti(
            item(
                body,
                declared("string", inside=inside, name="A")
                + declared("identifier", inside=mapped, name="B"),
                program + "</responseProcessing>",
            )
        )
    )
    assert found.kind == "cloze"
    assert found.stem == "Thủ đô của Việt Nam là ____ , nằm bên sông ____ ."
    assert found.key == ("Hà Nội", "h")
    assert found.points == 2
    assert found.content is not None
    assert isinstance(found.content.interaction, Cloze)
    assert score(found.content, {"A": "Hà Nội", "B": "m"}, Weight((Decimal(0),) * 3)).category == 1


def test_the_vietnamese_cluster_of_the_reference(vietnamese_cluster: bytes) -> None:
    filled = vietnamese_cluster.replace(b"...", "ý".encode())
    found = only(import_qti(filled, placement=PLACE))
    assert (found.kind, found.key, found.points) == ("tf_cluster", "ĐSĐS", 1)
    content = found.content
    assert content is not None
    assert isinstance(content.interaction, TrueFalseCluster)
    assert content.qti is not None
    assert not content.qti.scores, "0, 0.1, 0.25, 0.5, 1 is the bank's own rule"


def test_our_cluster_is_written_as_the_reference_has_it(vietnamese_cluster: bytes) -> None:
    from itembank.exchange.qti.conformance import agree
    from itembank.exchange.qti_xml import read_xml
    from itembank.scoring.qti.item_session import begin, read_item, submit

    content = only(import_qti(vietnamese_cluster.replace(b"...", b"y"), placement=PLACE)).content
    assert content is not None
    ours = to_qti(content.model_copy(update={"qti": None}))
    mine, theirs = (read_item(read_xml(raw)) for raw in (ours, vietnamese_cluster))
    for answers in (
        [],
        ["a D"],
        ["a D", "b S"],
        ["a D", "b S", "c D"],
        ["a D", "b S", "c D", "d S"],
    ):
        got = [submit(i, begin(i), {"RESPONSE": answers}).score for i in (mine, theirs)]
        assert agree(got[0], got[1])


MATHS = (
    '<p>Giải <math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>1</mn><mi>x</mi></mfrac>'
    "<mo>≤</mo><msqrt><mn>2</mn></msqrt></math> và "
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>y</mi>'
    r'<annotation encoding="application/x-tex">\hat{y}</annotation></semantics></math>.</p>'
)


def test_formulas_come_as_tex() -> None:
    raw = item(
        MATHS + CHOICE_BODY, declared("identifier", inside=correct("x2")), template("match_correct")
    )
    found = only(import_qti(raw))
    assert found.formulas == (r"\frac{1}{x}\le \sqrt{2}", r"\hat{y}")
    assert r"Giải $\frac{1}{x}\le \sqrt{2}$ và $\hat{y}$." in found.stem


def package(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return out.getvalue()


def named(raw: bytes, name: str) -> bytes:
    return raw.replace(b'identifier="q1"', f'identifier="{name}"'.encode())


def test_a_package_with_test_order_pictures_and_shared_material(tmp_path: Path) -> None:
    picture = b'<p><img src="../media/a.png" alt="h\xc3\xacnh vu\xc3\xb4ng"/></p><p>S\xe1\xbb\x91'
    shared = (
        f'<assessmentStimulusRef xmlns="{V2}" identifier="S" href="../passages/p.xml"/><itemBody>'
    )
    files = {
        "imsmanifest.xml": b'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"/>',
        "test.xml": (
            f'<assessmentTest xmlns="{V2}" identifier="T" title="T"><testPart identifier="P">'
            '<assessmentSection identifier="S" title="S" visible="true">'
            '<assessmentItemRef identifier="r2" href="items/b.xml"/>'
            '<assessmentItemRef identifier="r1" href="items/a.xml"/>'
            "</assessmentSection></testPart></assessmentTest>"
        ).encode(),
        "items/a.xml": named(CHOICE, "a").replace("<p>Số".encode(), picture),
        "items/b.xml": named(CHOICE, "b").replace(b"<itemBody>", shared.encode()),
        "items/c.xml": named(CHOICE, "c").replace(b"<itemBody>", shared.encode()),
        "passages/p.xml": (
            f'<assessmentStimulus xmlns="{V2}" identifier="p" title="Đoạn trích">'
            "<stimulusBody><p>Đọc đoạn sau.</p></stimulusBody></assessmentStimulus>"
        ).encode(),
        "media/a.png": png(),
    }
    folder = tmp_path / "unpacked"
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    zipped = tmp_path / "p.zip"
    zipped.write_bytes(package(files))
    for source in (folder, zipped, zipped.read_bytes()):
        report = import_qti(source, placement=PLACE)
        assert [found.identity for found in report.items] == ["b", "a", "c"]
        b, a, c = report.items
        assert b.stimulus is c.stimulus
        assert (b.stimulus_text, a.stimulus) == ("Đọc đoạn sau.", None)
        assert [image.picture.media_type for image in a.images] == ["image/png"]
        assert a.content is not None
        assert f'src="asset:{a.images[0].sha256}"' in a.content.stem
        assert report_json(report)["items"][0]["stimulus"] == "Đọc đoạn sau."


def test_a_missing_picture_is_said() -> None:
    raw = CHOICE.replace(b"<itemBody>", b'<itemBody><p><img src="no.png" alt="a"/></p>')
    found = only(import_qti(raw))
    assert "no.png" in str(found.problems[0].what)


OPAQUE = {
    "adaptive": CHOICE.replace(b'adaptive="false"', b'adaptive="true"'),
    "no interaction": item("<p>Đọc kĩ.</p>"),
    "portable custom": item(
        '<customInteraction responseIdentifier="RESPONSE"><portableCustomInteraction '
        'customInteractionTypeIdentifier="urn:x" hook="x"/></customInteraction>',
        declared("string"),
    ),
    "custom operator": item(
        CHOICE_BODY,
        declared("identifier", inside=correct("x2")),
        '<responseProcessing><setOutcomeValue identifier="SCORE"><customOperator class="x"/>'
        "</setOutcomeValue></responseProcessing>",
    ),
    "audio": item(
        '<p><audio src="a.mp3"/></p>' + CHOICE_BODY,
        declared("identifier", inside=correct("x2")),
        template("match_correct"),
    ),
}


@pytest.mark.parametrize("what", OPAQUE)
def test_what_the_model_does_not_hold_is_kept_word_for_word(what: str) -> None:
    found = only(import_qti(OPAQUE[what], placement=PLACE))
    content = found.content
    assert content is not None
    assert found.kind == "qti"
    assert isinstance(content.interaction, QtiOpaque)
    again = from_qti(to_qti(content))
    assert again == content
    assert again.qti is not None
    assert canonical(again.qti.xml.encode()) == canonical(OPAQUE[what])


def test_an_opaque_item_is_scored_as_its_author_meant() -> None:
    content = only(import_qti(OPAQUE["audio"])).content
    assert content is not None
    weight = Weight((Decimal(0), Decimal(1)))
    assert score(content, {"RESPONSE": "x2"}, weight).category == 1
    assert score(content, {"RESPONSE": "x1"}, weight).category == 0
    assert score(content, None, weight).category == 0


SECRET = "tu7vuw"


@pytest.mark.parametrize("what", [*OPAQUE, "modelled"])
def test_keys_mappings_and_processing_never_reach_the_candidate(what: str) -> None:
    raw = OPAQUE.get(what, CHOICE).replace(
        b"</itemBody>",
        f'<feedbackBlock outcomeIdentifier="F" identifier="i" showHide="show"><p>{SECRET}</p>'
        f'</feedbackBlock><rubricBlock view="scorer"><p>{SECRET}</p></rubricBlock></itemBody>'
        f'<modalFeedback outcomeIdentifier="F" identifier="i" showHide="show">{SECRET}'
        "</modalFeedback>".encode(),
    )
    content = only(import_qti(raw)).content
    assert content is not None
    sent = candidate_view(content).model_dump_json()
    for never in (SECRET, "correctResponse", "mapping", "responseProcessing", "xml", "levels"):
        assert never not in sent


def test_an_imported_item_leaves_as_it_came() -> None:
    """Unedited: the same document, in the names of QTI 3. Edited: the item as it is now."""
    content = only(import_qti(CHOICE, placement=PLACE)).content
    assert content is not None
    written = to_qti(content, "q1").decode()
    assert "rptemplates/match_correct" in written
    assert 'identifier="x2"' in written
    edited = content.model_copy(update={"stem": "<p>Câu khác?</p>"})
    assert 'identifier="x2"' not in to_qti(edited).decode()
    assert from_qti(to_qti(edited)) == edited


def test_a_package_of_ours_comes_back_whole(tmp_path: Path) -> None:
    import hashlib

    picture = png()
    name = hashlib.sha256(picture).hexdigest()
    passage = StimulusContent(subject="toan", title="Ngữ liệu", body="<p>Cho bảng.</p>")
    contents = [
        ItemContent(
            kind="choice",
            subject="toan",
            grade=12,
            topic="toan.x",
            level="hieu",
            stem=f'<p>Hình <img src="asset:{name}" alt="h"></p>',
            interaction=Choice(
                options=tuple(Option(id=i, body=i, rationale="vì") for i in "ABCD"), key="D"
            ),
        ),
        ItemContent(
            kind="cloze",
            subject="toan",
            grade=11,
            stem='<p>a <span data-gap="G"></span></p>',
            interaction=Cloze(gaps=(Gap(id="G", keys=("b",)),)),
        ),
    ]
    exported = [ExportedItem(f"T12-{n}", content, passage) for n, content in enumerate(contents)]
    test = ExportedTest(
        "DE-1",
        "Đề 1",
        (ExportedSection("I", "Phần I", (("T12-1", Decimal(1)), ("T12-0", Decimal(2)))),),
    )
    raw = export_qti(exported, assets=lambda sha: Asset("image/png", picture), test=test)
    assert raw == export_qti(exported, assets=lambda sha: Asset("image/png", picture), test=test)
    report = import_qti(raw)
    assert [found.content for found in report.items] == [contents[1], contents[0]]
    assert [found.stimulus_text for found in report.items] == ["Cho bảng."] * 2
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert f"media/{name}.png" in archive.namelist()
        assert b'href="test.xml"' in archive.read("imsmanifest.xml")
    with pytest.raises(Invalid, match="không còn trong kho"):
        export_qti(exported, assets=lambda sha: None)
    with pytest.raises(Invalid, match="cùng mã"):
        export_qti([exported[0], exported[0]], assets=lambda sha: Asset("image/png", picture))


HOSTILE = {
    "entities": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + CHOICE,
    "deep": b"<assessmentItem>" + b"<p>" * 100_000 + b"</p>" * 100_000 + b"</assessmentItem>",
    "cut short": CHOICE[: len(CHOICE) // 2],
    "QTI 1.2": b"<questestinterop><item/></questestinterop>",
    "not an item": b"<assessmentItem/><more/>",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_bad_files_are_refused_one_by_one_and_in_time(what: str) -> None:
    start = time.monotonic()
    report = import_qti(package({"good.xml": CHOICE, "bad.xml": HOSTILE[what]}))
    assert [found.identity for found in report.items] == ["q1"]
    assert [str(part.where) for part in report.refused] == ["bad.xml"]
    assert str(report.refused[0].why)
    assert time.monotonic() - start < 2


def test_markup_that_acts_does_not_enter() -> None:
    evil = (
        '<p onclick="x()">a</p><script>x()</script><p><a href="javascript:x()">b</a></p>'
        '<p><img src="http://evil.example/x.png" alt="c" onerror="x()"/></p>'
        '<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg><iframe src="//e"/>'
    )
    raw = item(
        evil.replace('<iframe src="//e"/>', "") + CHOICE_BODY,
        declared("identifier", inside=correct("x2")),
        template("match_correct"),
    )
    found = only(import_qti(raw))
    assert found.content is not None
    sent = candidate_view(found.content).model_dump_json()
    for never in ("script", "onclick", "onerror", "javascript", "evil.example", "svg"):
        assert never not in sent


@pytest.mark.parametrize("raw", [b"%PDF-1.7", b"", b"\x00\x01", b"PK\x03\x04 not a zip"])
def test_files_of_another_kind_are_refused(raw: bytes) -> None:
    with pytest.raises(KhaothiError):
        import_qti(raw)


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        import_qti(tmp_path / "none.zip")


def test_a_package_cannot_reach_outside_itself(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    inside = tmp_path / "package"
    inside.mkdir()
    (inside / "a.xml").write_bytes(
        CHOICE.replace(b"<itemBody>", b'<itemBody><p><img src="../secret.png" alt="a"/></p>')
    )
    found = only(import_qti(inside))
    assert found.images == ()
    assert found.problems


def test_a_match_with_partial_credit_is_the_bank_s_partial_rule() -> None:
    body = (
        '<matchInteraction responseIdentifier="RESPONSE" shuffle="false" maxAssociations="2">'
        "<simpleMatchSet>"
        '<simpleAssociableChoice identifier="r1" matchMax="1">Huế</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="r2" matchMax="1">Hà Nội</simpleAssociableChoice>'
        "</simpleMatchSet><simpleMatchSet>"
        '<simpleAssociableChoice identifier="c1" matchMax="1">sông Hương</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="c2" matchMax="1">sông Hồng</simpleAssociableChoice>'
        "</simpleMatchSet></matchInteraction>"
    )
    inside = correct("r1 c1", "r2 c2") + (
        '<mapping><mapEntry mapKey="r1 c1" mappedValue="0.5"/>'
        '<mapEntry mapKey="r2 c2" mappedValue="0.5"/></mapping>'
    )
    found = only(
        import_qti(
            item(body, declared("directedPair", "multiple", inside), template("map_response"))
        )
    )
    assert found.content is not None
    part = found.content.interaction
    assert isinstance(part, Match)
    assert part.partial
    assert (found.points, found.key) == (1, ("r1 c1", "r2 c2"))


def test_no_key_in_the_file_is_a_problem_at_the_item() -> None:
    found = only(import_qti(item(CHOICE_BODY, declared("identifier"))))
    assert [str(p.where) for p in found.problems] == ["Đáp án"]
    assert isinstance(found.content, ItemContent)
    many = CHOICE_BODY.replace('maxChoices="1"', 'maxChoices="2"')
    found = only(import_qti(item(many, declared("identifier", "multiple"))))
    assert found.content is not None
    assert isinstance(found.content.interaction, MultipleChoice)
    assert found.problems


def test_the_1edtech_examples_where_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts only; the examples may not be passed on, so they are never part of the project."""
    named_folder = os.environ.get("QTI_EXAMPLES", "")
    if not Path(named_folder).is_dir() or not named_folder:
        pytest.skip("QTI_EXAMPLES names no folder with the 1EdTech examples")
    report = import_qti(Path(named_folder))
    share = report.modelled / len(report.items)
    with capsys.disabled():
        counts = {
            "items": len(report.items),
            "modelled": report.modelled,
            "opaque": report.opaque,
            "refused": len(report.refused),
            "share_modelled": round(share, 3),
            "seconds": round(report.seconds, 1),
        }
        print(json.dumps(counts))
        for part in report.refused:
            print("refused:", part.where, part.why)
    assert share >= 0.65
