"""The shapes of the specification's interactions, several to an item, written for these tests."""

from __future__ import annotations

from decimal import Decimal

from itembank.exchange.found import FoundItem, Placement
from itembank.exchange.qti import import_qti
from itembank.exchange.qti.probing import compare
from itembank.items.content import ItemContent
from itembank.scoring.rules import Weight, categories

V3 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PICTURE = '<object type="image/png" data="map.png" width="300" height="200">Bản đồ</object>'


def item(body: str, declarations: str, processing: str = "", *, root: str = "") -> bytes:
    return (
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="q" title="q"'
        f' adaptive="false" timeDependent="false" {root}>{declarations}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{processing}</assessmentItem>"
    ).encode()


def declared(name: str, cardinality: str, base: str, *keys: str, inside: str = "") -> str:
    values = "".join(f"<value>{key}</value>" for key in keys)
    correct = f"<correctResponse>{values}</correctResponse>" if keys else ""
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        f"{correct}{inside}</responseDeclaration>"
    )


def template(name: str) -> str:
    return (
        '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/'
        f'{name}"/>'
    )


def earned(name: str, points: str) -> str:
    return (
        f'<responseCondition><responseIf><match><variable identifier="{name}"/>'
        f'<correct identifier="{name}"/></match><setOutcomeValue identifier="SCORE"><sum>'
        f'<variable identifier="SCORE"/><baseValue baseType="float">{points}</baseValue></sum>'
        "</setOutcomeValue></responseIf></responseCondition>"
    )


def processing(*rules: str) -> str:
    return f"<responseProcessing>{''.join(rules)}</responseProcessing>"


CHOICE = (
    '<choiceInteraction responseIdentifier="{name}" shuffle="true" maxChoices="1"><prompt>Chọn</prompt>'
    '<simpleChoice identifier="p">3</simpleChoice><simpleChoice identifier="q">5</simpleChoice>'
    "</choiceInteraction>"
)
HOTSPOTS = (
    '<associableHotspot identifier="A" matchMax="1" shape="circle" coords="50,50,8"/>'
    '<associableHotspot identifier="B" matchMax="1" shape="circle" coords="90,50,8"/>'
    '<associableHotspot identifier="C" matchMax="1" shape="rect" coords="10,10,20,20"/>'
)
POINTS = (
    '<areaMapping defaultValue="0"><areaMapEntry shape="circle" coords="102,113,16" '
    'mappedValue="1"/></areaMapping>'
)
FOR_PEOPLE = {"two essays", "upload", "drawing"}
TWO = processing(earned("R1", "1"), earned("R2", "0.5"))
SHAPES: dict[str, bytes] = {
    "two choices": item(
        "<p>Hai câu nhỏ.</p>" + CHOICE.format(name="R1") + CHOICE.format(name="R2"),
        declared("R1", "single", "identifier", "p") + declared("R2", "single", "identifier", "q"),
        TWO,
    ),
    "choice and typed": item(
        CHOICE.format(name="R1") + '<p>2 + 2 = <textEntryInteraction responseIdentifier="R2"/></p>',
        declared("R1", "single", "identifier", "p") + declared("R2", "single", "string", "4"),
        TWO,
    ),
    "choice and essay": item(
        CHOICE.format(name="R1") + '<extendedTextInteraction responseIdentifier="R2"/>',
        declared("R1", "single", "identifier", "p") + declared("R2", "single", "string"),
        processing(earned("R1", "1")),
    ),
    "two essays": item(
        '<p>a</p><extendedTextInteraction responseIdentifier="R1" expectedLength="200"/>'
        '<p>b</p><extendedTextInteraction responseIdentifier="R2"/>',
        declared("R1", "single", "string") + declared("R2", "single", "string"),
    ),
    "slider": item(
        '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="100" step="5" '
        'orientation="vertical"><prompt>Bao nhiêu phần trăm?</prompt></sliderInteraction>',
        declared("RESPONSE", "single", "integer", "45"),
        template("match_correct"),
    ),
    "associate": item(
        '<associateInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="2">'
        "<prompt>Ghép</prompt>"
        + "".join(
            f'<simpleAssociableChoice identifier="{n}" matchMax="1">{n}</simpleAssociableChoice>'
            for n in "ABCD"
        )
        + "</associateInteraction>",
        declared(
            "RESPONSE", "multiple", "pair", "A B", "C D",
            inside='<mapping defaultValue="0"><mapEntry mapKey="A B" mappedValue="2"/>'
            '<mapEntry mapKey="C D" mappedValue="1"/></mapping>',
        ),
        template("map_response"),
    ),
    "select point": item(
        f'<selectPointInteraction responseIdentifier="RESPONSE" maxChoices="1">{PICTURE}'
        "</selectPointInteraction>",
        declared("RESPONSE", "single", "point", "102 113", inside=POINTS),
        template("map_response_point"),
    ),
    "position object": item(
        f'<positionObjectStage>{PICTURE}<positionObjectInteraction responseIdentifier="RESPONSE" '
        'maxChoices="3"><object type="image/png" data="pin.png" width="16" height="16">Ghim'
        "</object></positionObjectInteraction></positionObjectStage>",
        declared("RESPONSE", "multiple", "point", inside=POINTS),
        template("map_response_point"),
    ),
    "graphic order": item(
        f'<graphicOrderInteraction responseIdentifier="RESPONSE">{PICTURE}'
        + HOTSPOTS.replace("associableHotspot", "hotspotChoice").replace('matchMax="1" ', "")
        + "</graphicOrderInteraction>",
        declared("RESPONSE", "ordered", "identifier", "A", "C", "B"),
        template("match_correct"),
    ),
    "graphic associate": item(
        f'<graphicAssociateInteraction responseIdentifier="RESPONSE" maxAssociations="2">{PICTURE}'
        f"{HOTSPOTS}</graphicAssociateInteraction>",
        declared("RESPONSE", "multiple", "pair", "A B", "B C"),
        template("match_correct"),
    ),
    "graphic gap match": item(
        f'<graphicGapMatchInteraction responseIdentifier="RESPONSE">{PICTURE}'
        '<gapImg identifier="x" matchMax="1"><object type="image/png" data="x.png" width="9" '
        'height="9">Huế</object></gapImg><gapText identifier="y" matchMax="1">Vinh</gapText>'
        f"{HOTSPOTS}</graphicGapMatchInteraction>",
        declared(
            "RESPONSE", "multiple", "directedPair", "x A", "y B",
            inside='<mapping defaultValue="-1" lowerBound="0"><mapEntry mapKey="x A" '
            'mappedValue="1"/><mapEntry mapKey="y B" mappedValue="1"/></mapping>',
        ),
        template("map_response"),
    ),
    "upload": item(
        '<uploadInteraction responseIdentifier="RESPONSE"><prompt>Nộp bảng tính</prompt>'
        "</uploadInteraction>",
        declared("RESPONSE", "single", "file"),
    ),
    "drawing": item(
        f'<drawingInteraction responseIdentifier="RESPONSE">{PICTURE}</drawingInteraction>',
        declared("RESPONSE", "single", "file"),
    ),
    "template with numbers": item(
        '<p>Tính <printedVariable identifier="A"/> + 2.</p>'
        '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>',
        declared("RESPONSE", "single", "integer")
        + '<templateDeclaration identifier="A" cardinality="single" baseType="integer"/>',
        "<templateProcessing><setTemplateValue identifier=\"A\"><randomInteger min=\"3\" max=\"90\"/>"
        '</setTemplateValue><setCorrectResponse identifier="RESPONSE"><sum><variable identifier="A"/>'
        '<baseValue baseType="integer">2</baseValue></sum></setCorrectResponse></templateProcessing>'
        + template("match_correct"),
    ),
    "template with options": item(
        '<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Ai đúng?</prompt>'
        '<simpleChoice identifier="a" templateIdentifier="WHO" showHide="show">An</simpleChoice>'
        '<simpleChoice identifier="b" templateIdentifier="WHO" showHide="show">Bình</simpleChoice>'
        '<simpleChoice identifier="c">Chi</simpleChoice></choiceInteraction>',
        declared("RESPONSE", "single", "identifier")
        + '<templateDeclaration identifier="WHO" cardinality="single" baseType="identifier"/>',
        '<templateProcessing><setTemplateValue identifier="WHO"><random><multiple>'
        '<baseValue baseType="identifier">a</baseValue><baseValue baseType="identifier">b</baseValue>'
        '</multiple></random></setTemplateValue><setCorrectResponse identifier="RESPONSE">'
        '<variable identifier="WHO"/></setCorrectResponse></templateProcessing>'
        + template("match_correct"),
    ),
}  # fmt: skip


def imported(raw: bytes) -> tuple[FoundItem, ItemContent]:
    report = import_qti(raw, placement=Placement(subject="toan", grade=12))
    assert report.refused == ()
    (found,) = report.items
    assert found.content is not None
    return found, found.content


def weight_of(content: ItemContent) -> Weight:
    """What each category is worth to the author: by our rule where it is the author's."""
    assert content.qti is not None
    if content.qti.scores:
        return Weight(content.qti.levels)
    points = compare(content, content.qti).points
    return Weight(points or (Decimal(0),) * categories(content))
