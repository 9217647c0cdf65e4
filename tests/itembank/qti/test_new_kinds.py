"""The further interactions through checks, the candidate's view, scoring, replay and freezing."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from delivery.render import seen_item
from itembank.errors import Invalid
from itembank.forms import service
from itembank.forms.structures import ExamStructure
from itembank.items.candidate_view import candidate_view
from itembank.items.checks import problems
from itembank.items.content import ItemContent, canonical_bytes, empty_interaction, read_item
from itembank.permissions import Role
from itembank.scoring.rules import UnfitResponse, Weight, categories, check_value, score
from tests.factories.forms import make_actor, make_item, make_person, make_unit

OPTIONS = [{"id": i, "body": f"phương án {i}", "rationale": "lí giải kín"} for i in "ABC"]
KINDS: dict[str, tuple[dict[str, Any], Any, Any, list[Any]]] = {
    # interaction, right response, wrong response, values no control could give
    "multiple": (
        {"options": OPTIONS, "keys": ["A", "C"]},
        ["C", "A"],
        ["A"],
        ["A", ["A", "A"], ["Z"], {"A": True}],
    ),
    "order": (
        {"options": OPTIONS, "keys": ["B", "A", "C"]},
        ["B", "A", "C"],
        ["A", "B", "C"],
        [["Z"], 7],
    ),
    "match": (
        {
            "rows": [{"id": "r1", "body": "a"}, {"id": "r2", "body": "b"}],
            "columns": [{"id": "c1", "body": "x"}, {"id": "c2", "body": "y"}],
            "keys": [{"left": "r1", "right": "c2"}, {"left": "r2", "right": "c1"}],
        },
        ["r2 c1", "r1 c2"],
        ["r1 c1"],
        [["r1"], ["c1 r1"], "r1 c2"],
    ),
    "gap_match": (
        {
            "pieces": [{"id": "p1", "body": "a"}, {"id": "p2", "body": "b"}],
            "text": '<p><span data-gap="g1"></span></p>',
            "gaps": ["g1"],
            "keys": [{"left": "p2", "right": "g1"}],
        },
        ["p2 g1"],
        ["p1 g1"],
        [["g1 p1"], [["p1", "g1"]]],
    ),
    "hottext": (
        {"text": '<p><span data-gap="w1">a</span></p>', "words": ["w1", "w2"], "keys": ["w2"]},
        ["w2"],
        ["w1"],
        [["w9"], "w1"],
    ),
    "hotspot": (
        {
            "picture": f'<img src="asset:{"a" * 64}" alt="h">',
            "areas": [
                {"id": "H1", "shape": "rect", "coords": [0, 0, 5, 5], "label": "góc"},
                {"id": "H2", "shape": "circle", "coords": [9, 9, 3], "label": "tâm"},
            ],
            "keys": ["H2"],
        },
        ["H2"],
        ["H1", "H2"],
        [["H9"], [1]],
    ),
    "cloze": (
        {
            "gaps": [
                {"id": "G1", "keys": ["Hà Nội"], "case_sensitive": False},
                {"id": "G2", "options": OPTIONS, "keys": ["B"]},
            ]
        },
        {"G1": " hà  nội ", "G2": "B"},
        {"G1": "Huế", "G2": "A"},
        [{"G9": "x"}, {"G2": "Z"}, {"G1": 7}, ["Hà Nội"]],
    ),
    "composite": (
        {
            "places": [
                {"id": "G1", "asks": {"type": "slider", "lower": 0, "upper": 9, "key": 7}},
                {"id": "G2", "asks": {"type": "multiple", "options": OPTIONS, "keys": ["B"]}},
            ]
        },
        {"G1": "7", "G2": ["B"]},
        {"G1": "6", "G2": ["A"]},
        [{"G1": "10"}, {"G2": "B"}, {"G3": "7"}, ["B"]],
    ),
}
PLACES = '<p>Đề bài <span data-gap="G1"></span> <span data-gap="G2"></span></p>'


def content_of(kind: str, **about: Any) -> ItemContent:
    return ItemContent.model_validate(
        {
            "kind": kind,
            "subject": "toan",
            "grade": 12,
            "topic": "toan.12.dao-ham",
            "outcome": "toan.12.dao-ham.1",
            "level": "biet",
            "stem": PLACES if kind in ("cloze", "composite") else "<p>Đề bài</p>",
            "interaction": {"type": kind, **KINDS.get(kind, ({},))[0]},
            **about,
        }
    )


@pytest.mark.parametrize("kind", KINDS)
def test_key_earns_the_most_and_nothing_earns_nothing(kind: str) -> None:
    content, (_, right, wrong, _) = content_of(kind), KINDS[kind]
    most = categories(content) - 1
    weight = Weight(tuple(Decimal(n) for n in range(most + 1)))
    assert score(content, right, weight).category == most
    assert score(content, wrong, weight).category == 0
    for empty in (None, [], {}):
        scored = score(content, empty, weight)
        assert (scored.category, scored.answered) == (0, False)
    assert score(content, right, weight).answered


@pytest.mark.parametrize("kind", KINDS)
def test_values_no_control_could_give_are_refused(kind: str) -> None:
    content, (_, right, wrong, unfit) = content_of(kind), KINDS[kind]
    check_value(content, right)
    check_value(content, wrong)
    check_value(content, None)
    for value in unfit:
        with pytest.raises(UnfitResponse):
            check_value(content, value)


@pytest.mark.parametrize("kind", KINDS)
def test_the_candidate_sees_no_key_and_no_rationale(kind: str) -> None:
    content = content_of(kind, solution="<p>lí giải kín</p>")
    sent = json.dumps(seen_item(candidate_view(content), {}, lambda sha: sha), ensure_ascii=False)
    for never in ("keys", "kín", "rationale", "partial", "Hà Nội", "case_sensitive", "solution"):
        assert never not in sent


@pytest.mark.parametrize("kind", KINDS)
def test_a_complete_item_passes_and_an_empty_one_is_told_what_it_lacks(kind: str) -> None:
    assert problems(content_of(kind)) == []
    bare = {"interaction": empty_interaction(kind).model_dump()}
    assert problems(ItemContent.model_validate(content_of(kind).model_dump() | bare))


@pytest.mark.parametrize("kind", KINDS)
def test_stored_bytes_come_back_the_same(kind: str) -> None:
    content = content_of(kind)
    assert read_item(canonical_bytes(content)) == content


def test_items_that_never_were_qti_are_stored_as_before() -> None:
    assert b'"qti"' not in canonical_bytes(content_of("multiple"))


def test_partial_credit_counts_the_right_pairs() -> None:
    whole = KINDS["match"][0]
    content = content_of("match", interaction={"type": "match", **whole, "partial": True})
    weight = Weight((Decimal(0), Decimal(1), Decimal(2)))
    assert categories(content) == 3
    assert score(content, ["r1 c2"], weight).category == 1
    assert score(content, ["r1 c2", "r2 c1"], weight).category == 2


def test_a_form_with_what_the_player_cannot_draw_is_not_frozen(db: Session, now: datetime) -> None:
    """An item kept word for word is drawn by no player."""
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", now=now)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    content = content_of("qti")
    make_item(db, author, content, now=now)
    points = ["0", "1"]
    part = {"code": "I", "title": "I", "kind": "qti", "count": 1, "weights": points}
    structure = ExamStructure.model_validate(
        {
            "id": "x",
            "title": "x",
            "subject": "toan",
            "minutes": 5,
            "total": points[-1],
            "parts": [part],
        }
    )
    form = service.create_form_from(db, officer, structure, code="X", title="X", now=now)
    service.fill_form(db, officer, form, seed=1, now=now)
    with pytest.raises(Invalid) as refused:
        service.freeze_form(db, officer, form, now=now)
    assert [str(p.where) for p in refused.value.problems] == ["Phần I, câu 1"]
    assert "QTI giữ nguyên văn" in str(refused.value.problems[0].what)
