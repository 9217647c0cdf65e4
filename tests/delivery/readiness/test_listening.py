"""Whether the machines of a room need sound is read from its paper where the paper can tell."""

from __future__ import annotations

import pytest

from delivery.allocation.models import SittingForm
from delivery.readiness.listening import is_heard, sitting_has_listening
from delivery.sittings.models import Sitting
from itembank.items.content import ItemContent, StimulusContent
from itembank.items.interactions import Recording
from itembank.permissions import Role
from tests.factories.attempts import make_room
from tests.factories.forms import (
    choice_content,
    make_actor,
    make_frozen_form,
    make_person,
    make_unit,
    short_content,
)
from tests.factories.readiness import issue, listening_paper

SOUND = Recording(src=f"asset:{'a' * 64}", transcript="Good morning.")
SILENT = StimulusContent(subject="anh", title="Reading", body="<p>Read.</p>")
HEARD = StimulusContent(subject="anh", title="Listening", recording=SOUND)
VERBATIM = ItemContent(kind="qti", subject="anh", grade=12, interaction={"type": "qti"})


@pytest.mark.parametrize(
    ("items", "shared", "heard"),
    [
        ([], [], False),
        ([choice_content()], [SILENT], False),
        (listening_paper(), [], True),
        ([choice_content()], [SILENT, HEARD], True),
        ([choice_content(), VERBATIM], [SILENT], None),
        ([VERBATIM, *listening_paper()], [], True),
    ],
)
def test_a_recording_is_heard_and_an_item_kept_word_for_word_does_not_tell(items, shared, heard):
    assert is_heard(items, shared) is heard


@pytest.mark.parametrize("ticked", [True, False])
def test_the_paper_tells_and_not_the_tick(db, now, ticked):
    loud = make_room(db, now=now, state="planned", contents=listening_paper())
    assert issue(db, loud.officer, loud.sitting, now=now, needs_sound=ticked).needs_sound is True


@pytest.mark.parametrize("ticked", [True, False])
def test_a_silent_paper_asks_no_sound(db, now, ticked):
    silent = make_room(db, now=now, state="planned")
    made = issue(db, silent.officer, silent.sitting, now=now, needs_sound=ticked)
    assert made.needs_sound is False


def test_a_further_form_of_the_sitting_counts_too(db, now):
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", Role.TEACHER, now=now)
    officer = make_actor(db, unit, "totchuc", Role.EXAM_OFFICER, now=now)
    silent = make_frozen_form(db, officer, author, now=now, contents=[short_content()])
    loud = make_frozen_form(
        db, officer, author, now=now, contents=listening_paper()[:1], code="02"
    )  # fmt: skip
    sitting = Sitting(
        title="Nghe", form_id=silent.id, unit_id=unit.id, starts_at=now, minutes=45,
        state="planned", created_at=now,
    )  # fmt: skip
    db.add(sitting)
    db.flush()
    assert sitting_has_listening(db, sitting) is False
    db.add(SittingForm(sitting_id=sitting.id, form_id=loud.id, code="02", is_reserve=True))
    db.flush()
    assert sitting_has_listening(db, sitting) is True
