"""What the model does not hold: kept word for word, scored as written, never shown with its key."""

from __future__ import annotations

from decimal import Decimal

import pytest

from itembank.exchange.qti import from_qti, import_qti, to_qti
from itembank.items.candidate_view import candidate_view
from itembank.items.interactions import QtiOpaque
from itembank.scoring.rules import Weight, score

from .foreign_items import (
    CHOICE,
    CHOICE_BODY,
    PLACE,
    canonical,
    correct,
    declared,
    item,
    only,
    template,
)

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
