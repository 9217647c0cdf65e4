"""Items with several interactions, tasks on pictures, templates: modelled, and scored as written."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.exchange.qti import from_qti, import_qti, to_qti
from itembank.exchange.qti.probing import probes
from itembank.exchange.qti_xml import read_xml
from itembank.items.candidate_view import candidate_view
from itembank.items.composite import (
    Associate,
    Composite,
    Drawing,
    Entry,
    PictureGaps,
    PictureLinks,
    PictureOrder,
    PicturePoints,
    Place,
    Slider,
    Upload,
    WrittenText,
)
from itembank.items.content import ItemContent, ShortAnswer, Statement, TrueFalseCluster
from itembank.items.interactions import (
    Area,
    Frozen,
    GapMatch,
    Hotspot,
    Hottext,
    Link,
    Match,
    MultipleChoice,
    Option,
    Order,
    Part,
)
from itembank.scoring.by_source import qti_responses
from itembank.scoring.qti.item_session import begin, read_item, submit
from itembank.scoring.rules import UnfitResponse, Weight, categories, check_value, score

from .composite_shapes import (
    CHOICE,
    FOR_PEOPLE,
    SHAPES,
    declared,
    imported,
    item,
    processing,
    template,
    weight_of,
)


@pytest.mark.parametrize("name", SHAPES)
def test_it_is_modelled_and_comes_back_the_same(name: str) -> None:
    found, content = imported(SHAPES[name])
    assert found.kind != "qti"
    assert from_qti(to_qti(content)) == content
    told = candidate_view(content).model_dump_json()
    assert '"key' not in told
    assert "targets" not in told


@pytest.mark.parametrize("name", SHAPES)
def test_points_are_those_of_the_author_s_processing(name: str) -> None:
    """Over every response the probing tries, our points are the SCORE of the item itself."""
    _, content = imported(SHAPES[name])
    source = content.qti
    assert source is not None
    foreign = read_item(read_xml(SHAPES[name]))
    begun = begin(foreign, seed=source.seed or 0)
    weight = weight_of(content)
    scores = set()
    for response in probes(content):
        mine = score(content, response, weight).points
        theirs = submit(foreign, begun, qti_responses(content, source, response)).score
        assert mine is None or float(mine) == pytest.approx(theirs)
        scores.add(theirs)
    assert len(scores) > 1 or name in FOR_PEOPLE


def test_two_parts_of_unequal_worth_keep_their_points() -> None:
    found, content = imported(SHAPES["two choices"])
    assert (found.kind, found.points) == ("composite", Decimal("1.5"))
    assert found.key == ("R1: p", "R2: q")
    weight = weight_of(content)
    given = {(): 0, ("R1",): 1, ("R2",): Decimal("0.5"), ("R1", "R2"): Decimal("1.5")}
    right = {"R1": ["p"], "R2": ["q"]}
    for answered, points in given.items():
        response = {name: right[name] for name in answered}
        assert score(content, response, weight).points == points


def test_only_people_mark_what_has_no_key() -> None:
    _, content = imported(SHAPES["two essays"])
    marked = score(content, {"R1": "Bài làm"}, Weight((Decimal(0), Decimal(1))))
    assert (marked.category, marked.answered) == (None, True)


def test_a_template_is_drawn_once_and_scored_by_its_draw() -> None:
    found, content = imported(SHAPES["template with numbers"])
    number = int("".join(filter(str.isdigit, found.stem.replace("+ 2", ""))))
    weight = weight_of(content)
    assert 3 <= number <= 90
    assert score(content, str(number + 2), weight).category == 1
    assert score(content, str(number + 3), weight).category == 0
    assert imported(SHAPES["template with numbers"])[1] == content, "the same draw at every import"


def test_a_tolerance_of_the_author_counts() -> None:
    """Own keys would be exact; the processing allows 5 %, so it scores. A decimal comma is read."""
    near = (
        '<responseCondition><responseIf><equal toleranceMode="relative" tolerance="5 5">'
        '<variable identifier="R1"/><correct identifier="R1"/></equal><setOutcomeValue '
        'identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
        "</responseIf></responseCondition>"
    )
    for body in ("<p>{0} triệu người</p>", "<p>Bao nhiêu?</p><p>{0}</p>"):
        entry = '<textEntryInteraction responseIdentifier="R1"/>'
        raw = item(body.format(entry), declared("R1", "single", "float", "4.136"), processing(near))
        found, content = imported(raw)
        weight = weight_of(content)
        for typed, points in {"4.136": 1, "4,136": 1, "4,1": 1, "4.3": 1, "4.5": 0, "4": 1}.items():
            response = {"R1": typed} if found.kind == "cloze" else typed
            assert score(content, response, weight).points == points, (found.kind, typed)


def test_a_number_may_be_written_with_more_places() -> None:
    raw = item(
        '<p>Dài <textEntryInteraction responseIdentifier="RESPONSE"/> cm</p>',
        declared("RESPONSE", "single", "float", "10"),
        template("match_correct"),
    )
    _, content = imported(raw)
    for typed in ("10", "10.0", "10,00"):
        assert score(content, {"RESPONSE": typed}, weight_of(content)).category == 1, typed


def test_pictures_and_words_of_the_draw_stay() -> None:
    body = (
        '<p><templateInline templateIdentifier="A" identifier="1">một</templateInline>'
        '<templateInline templateIdentifier="A" identifier="2">hai</templateInline> con '
        '<textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    )
    drawn = (
        '<templateProcessing><setTemplateValue identifier="A"><baseValue baseType="identifier">2'
        "</baseValue></setTemplateValue></templateProcessing>"
    )
    about = '<templateDeclaration identifier="A" cardinality="single" baseType="identifier"/>'
    raw = item(body, declared("RESPONSE", "single", "string", "gà") + about, drawn)
    assert imported(raw)[0].stem == "hai con ____"


def test_options_of_a_template_that_are_not_drawn_are_not_shown() -> None:
    found, content = imported(SHAPES["template with options"])
    assert len(found.options) == 2
    weight = weight_of(content)
    assert found.key is not None
    assert score(content, found.key, weight).category == 1
    other = "B" if found.key == "A" else "A"
    assert score(content, other, weight).category == 0


names = st.sampled_from(["A", "B", "C"])
links = st.lists(
    st.sampled_from([Link(left=a, right=b) for a in "AB" for b in "BC" if a != b]),
    min_size=1, max_size=3, unique=True,
).map(tuple)  # fmt: skip
pieces = st.just(tuple(Part(id=n, body=f"<p>{n}</p>") for n in "ABC"))
options = st.just(tuple(Option(id=n, body=n) for n in "ABC"))
areas = st.just(tuple(Area(id=n, shape="rect", coords=(i, i, i + 9, i + 9)) for i, n in
                      zip((0, 20, 40), "ABC", strict=True)))  # fmt: skip
keys = st.permutations("ABC").map(tuple)
ASKED: dict[str, st.SearchStrategy[Frozen]] = {
    "multiple": st.builds(MultipleChoice, options=options, keys=keys.map(lambda k: k[:2])),
    "entry": st.builds(Entry, keys=st.just(("Huế", "hue")), case_sensitive=st.booleans()),
    "chosen": st.builds(Entry, options=options, keys=names.map(lambda n: (n,))),
    "text": st.builds(WrittenText, length=st.none() | st.integers(1, 500)),
    "match": st.builds(Match, rows=pieces, columns=pieces, keys=links),
    "order": st.builds(Order, options=options, keys=keys),
    "hotspot": st.builds(Hotspot, areas=areas, keys=keys.map(lambda k: k[:1])),
    "gap_match": st.builds(GapMatch, pieces=pieces, gaps=st.just(("A", "B")), keys=links),
    "hottext": st.builds(Hottext, words=st.just(("A", "B")), keys=names.map(lambda n: (n,))),
    "slider": st.builds(Slider, key=st.none() | st.integers(0, 20).map(lambda n: n * 5.0)),
    "associate": st.builds(Associate, choices=pieces, keys=links),
    "points": st.builds(PicturePoints, targets=areas, most=st.integers(0, 3)),
    "picture order": st.builds(PictureOrder, areas=areas, keys=keys),
    "picture links": st.builds(PictureLinks, areas=areas, keys=links),
    "picture gaps": st.builds(PictureGaps, pieces=pieces, areas=areas, keys=links),
    "upload": st.builds(Upload),
    "drawing": st.builds(Drawing),
}


@st.composite
def composites(draw: st.DrawFn) -> ItemContent:
    asked = draw(st.lists(st.one_of(*ASKED.values()), min_size=1, max_size=4))
    places = tuple(Place(id=f"R{n}", asks=asks) for n, asks in enumerate(asked, start=1))
    stem = "".join(f'<p><span data-gap="{place.id}"></span></p>' for place in places)
    return ItemContent(
        kind="composite",
        subject="toan",
        grade=12,
        stem=f"<p>Đọc kĩ.</p>{stem}",
        interaction=Composite(places=places),
    )


@given(composites())
@settings(max_examples=60, deadline=None)
def test_what_leaves_comes_back_the_same(content: ItemContent) -> None:
    assert from_qti(to_qti(content)) == content


@given(composites())
@settings(max_examples=30, deadline=None)
def test_what_is_written_scores_as_the_bank_does(content: ItemContent) -> None:
    """Another program that runs the exported processing gives the bank's own category."""
    written = read_item(read_xml(to_qti(content)))
    weight = Weight(tuple(map(Decimal, range(categories(content)))))
    for number, response in enumerate(probes(content)):
        if number == 60:
            break
        mine = score(content, response, weight)
        theirs = submit(written, begin(written), response or {}).score
        assert theirs == float(mine.points or 0), response


@pytest.mark.parametrize(
    ("value", "is_taken"),
    [
        ({"R1": ["p"]}, True),
        ({"R1": ["nowhere"]}, False),
        ({"R9": ["p"]}, False),
        ({"R2": "4"}, True),
        ({"R2": ["4"]}, False),
        (["p"], False),
        (None, True),
    ],
)
def test_values_no_control_could_give_are_refused(value: Any, is_taken: bool) -> None:
    _, content = imported(SHAPES["choice and typed"])
    if is_taken:
        check_value(content, value)
    else:
        with pytest.raises(UnfitResponse):
            check_value(content, value)


def test_the_shapes_of_the_specification_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    reports = [import_qti(raw) for raw in SHAPES.values()]
    counts = {
        "shapes": len(SHAPES),
        "modelled": sum(report.modelled for report in reports),
        "opaque": sum(report.opaque for report in reports),
        "refused": sum(len(report.refused) for report in reports),
    }
    with capsys.disabled():
        print(json.dumps(counts))
    assert counts == {"shapes": 15, "modelled": 15, "opaque": 0, "refused": 0}


@given(st.sampled_from(["0.5", "0.01", "2"]), st.sampled_from(["2,5", "-3", "0"]))
def test_a_tolerance_of_ours_is_written_for_others(tolerance: str, key: str) -> None:
    part = ShortAnswer(keys=(key,), tolerance=Decimal(tolerance))
    content = ItemContent(kind="short", subject="toan", grade=12, stem="<p>?</p>", interaction=part)
    written = read_item(read_xml(to_qti(content)))
    weight = Weight((Decimal(0), Decimal(1)))
    exact = float(key.replace(",", "."))
    for step in (-2.1, -2, -0.4, -0.02, -0.01, 0, 0.01, 0.4, 0.6, 2):
        typed = f"{exact + step:.4g}"
        theirs = submit(written, begin(written), {"RESPONSE": typed}).score
        assert theirs == score(content, typed, weight).points, typed
    assert from_qti(to_qti(content)) == content


def test_points_of_a_cluster_follow_its_own_table() -> None:
    shares = tuple(map(Decimal, ("0", "0.2", "0.4", "1")))
    statements = tuple(Statement(id=n, body=n, key=True) for n in "abc")
    part = TrueFalseCluster(statements=statements, shares=shares)
    content = ItemContent(
        kind="tf_cluster", subject="toan", grade=12, stem="<p>?</p>", interaction=part
    )
    written = read_item(read_xml(to_qti(content)))
    given = [["a D"], ["a D", "b D"], ["a D", "b D", "c D"], ["a S"]]
    scores = [submit(written, begin(written), {"RESPONSE": one}).score for one in given]
    assert scores == [0.2, 0.4, 1.0, 0.0]
    assert from_qti(to_qti(content)) == content


def test_what_the_author_shows_to_candidates_is_shown() -> None:
    body = (
        '<rubricBlock view="candidate"><p>Được dùng máy tính.</p></rubricBlock>'
        '<rubricBlock view="scorer"><p>Chấm nhẹ tay.</p></rubricBlock>' + CHOICE.format(name="R1")
    )
    found, content = imported(item(body, declared("R1", "single", "identifier", "p")))
    assert found.kind == "choice"
    assert "Được dùng máy tính." in content.stem
    assert "Chấm nhẹ tay" not in candidate_view(content).model_dump_json()


@pytest.mark.parametrize("inside", ['<object type="audio/mpeg" data="a.mp3"/>', "<svg><g/></svg>"])
def test_what_cannot_be_shown_is_not_called_modelled(inside: str) -> None:
    raw = item(
        f"<div>{inside}</div>" + CHOICE.format(name="R1"),
        declared("R1", "single", "identifier", "p"),
    )
    assert imported(raw)[0].kind == "qti"


def test_sums_of_a_long_mapping_keep_their_points() -> None:
    """Ten options worth 1, 2, 4, …: every sum is a score of its own."""
    names = "ABCDEFGHIJ"
    choices = "".join(f'<simpleChoice identifier="{n}">{n}</simpleChoice>' for n in names)
    entries = "".join(
        f'<mapEntry mapKey="{n}" mappedValue="{w}"/>' for n, w in zip(names, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2], strict=True)
    )  # fmt: skip
    raw = item(
        f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="0">{choices}'
        "</choiceInteraction>",
        declared("RESPONSE", "multiple", "identifier", inside=f"<mapping>{entries}</mapping>"),
        template("map_response"),
    )
    _, content = imported(raw)
    weight = weight_of(content)
    for picked, points in {"AF": 3, "ABF": 4, "FGHIJ": 10, "ABCDE": 5, "ABCDEFGHIJ": 15}.items():
        assert score(content, list(picked), weight).points == points
