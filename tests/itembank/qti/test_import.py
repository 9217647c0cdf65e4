"""QTI items read from a file: modelled, with a problem where something is missing."""

from __future__ import annotations

from decimal import Decimal

from itembank.exchange.found import report_json
from itembank.exchange.qti import from_qti, import_qti, to_qti
from itembank.items.candidate_view import candidate_view
from itembank.items.content import ItemContent, ShortAnswer, TrueFalseCluster
from itembank.items.interactions import Cloze, Match, MultipleChoice
from itembank.scoring.rules import Weight, categories, score

from .foreign_items import CHOICE, CHOICE_BODY, PLACE, correct, declared, item, only, template


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


def test_a_missing_picture_is_said() -> None:
    raw = CHOICE.replace(b"<itemBody>", b'<itemBody><p><img src="no.png" alt="a"/></p>')
    found = only(import_qti(raw))
    assert "no.png" in str(found.problems[0].what)


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
