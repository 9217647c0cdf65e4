"""An item without its key looks the same, takes the same values, and holds nothing of the key."""

from __future__ import annotations

import pytest

from delivery.packages.keyless import keyless_item, keyless_stimulus
from itembank.items.candidate_view import candidate_view, stimulus_view
from itembank.items.content import (
    KIND_NAMES,
    ItemContent,
    StimulusContent,
    canonical_bytes,
    empty_interaction,
)
from itembank.items.interactions import Recording
from itembank.scoring.rules import UnfitResponse, answered, check_value
from tests.canaries.hiding_places import found_in
from tests.canaries.marked_bank import Marks, marked_contents
from tests.factories import kinds

VALUES = (
    None, "", "A", "B", "Z", "3,5", "x" * 50, True, 7, [], ["A"], ["A", "B"], ["a b"], ["Z"],
    {}, {"a": True}, {"z": True}, {"a": "x"}, {"g1": "x"}, {"text": "bài"}, {"text": 7},
)  # fmt: skip


def one_of_every_kind() -> list[ItemContent]:
    """Filled in where the factory has one; else as a new draft of the kind begins."""
    filled = kinds._interactions("0" * 64)
    return [
        kinds._content(kind, filled[kind], None) if kind in filled else ItemContent.model_validate(
            {"kind": kind, "subject": "toan", "grade": 12, "stem": "<p>Câu</p>",
             "interaction": {"type": kind, **empty_interaction(kind).model_dump(exclude={"type"})}}
        )
        for kind in KIND_NAMES
    ]  # fmt: skip


CONTENTS = one_of_every_kind()


def fits(content: ItemContent, value: object) -> bool:
    try:
        check_value(content, value)
    except UnfitResponse:
        return False
    return True


def test_every_kind_is_tried():
    assert {content.kind for content in CONTENTS} == set(KIND_NAMES)


@pytest.mark.parametrize("content", CONTENTS, ids=lambda c: c.kind)
def test_candidate_sees_the_same_item(content):
    keyless = keyless_item(content, stimulus=content.stimulus)
    assert candidate_view(keyless) == candidate_view(content)


@pytest.mark.parametrize("content", CONTENTS, ids=lambda c: c.kind)
def test_the_same_values_are_taken_and_called_answered(content):
    keyless = keyless_item(content, stimulus=None)
    for value in VALUES:
        assert fits(keyless, value) == fits(content, value), value
        if fits(content, value):
            assert answered(keyless, value) == answered(content, value), value


def test_nothing_of_the_key_is_left():
    mark = Marks("")
    for content in marked_contents(mark):
        left = found_in(canonical_bytes(keyless_item(content, stimulus=None)), mark.by_place)
        assert left <= {"stem of the choice"}


def test_a_recording_goes_along_and_its_words_do_not():
    sound = Recording(src="asset:" + "1" * 64, plays=2, transcript="bản ghi kín")
    content = CONTENTS[0].model_copy(update={"recording": sound})
    keyless = keyless_item(content, stimulus=None)
    assert candidate_view(keyless) == candidate_view(content)
    shared = StimulusContent(subject="toan", title="Bài nghe", body="<p>Nghe.</p>", recording=sound)
    assert stimulus_view(keyless_stimulus(shared)) == stimulus_view(shared)
    for copy in (keyless, keyless_stimulus(shared)):
        assert "bản ghi kín" not in copy.model_dump_json()
