"""What the pages of shared material show."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS
from itembank.difference.versions import Difference, difference_of_stimuli
from itembank.items.content import KIND_NAMES, StimulusContent, read_stimulus
from itembank.items.models import Stimulus, StimulusVersion
from itembank.items.rules import can_change_stimulus, can_create, can_view_stimulus
from itembank.items.stimulus_use import (
    Use,
    is_used_by,
    item_counts,
    newest_numbers,
    uses_of,
    versions_of,
    visible_stimuli,
)
from itembank.people import repository as people
from itembank.permissions import Actor, require

from .editor_views import writable_subjects
from .stimulus_markup import as_markup
from .stimulus_sound import typed_of

KINDS = ("choice", "tf_cluster", "short", "essay")


@dataclass(frozen=True, slots=True)
class StimulusRow:
    stimulus: Stimulus
    subject: str
    n_versions: int
    n_items: int


@dataclass(frozen=True, slots=True)
class StimuliPage:
    rows: list[StimulusRow]
    may_add: bool


@dataclass(frozen=True, slots=True)
class StimulusPage:
    """`difference` is between `old` and the newest version; None while there is one only."""

    stimulus: Stimulus
    subject: str
    content: StimulusContent
    versions: Sequence[StimulusVersion]
    authors: Mapping[uuid.UUID, str]
    newest: StimulusVersion
    shown: StimulusVersion
    old: StimulusVersion | None
    difference: Difference | None
    uses: list[Use]
    may_change: bool
    may_write: bool
    kinds: dict[str, str]


@dataclass(frozen=True, slots=True)
class StimulusForm:
    """`stimulus` is None for a new one. `is_markup`: whether the text is light markup or XHTML."""

    stimulus: Stimulus | None
    subjects: dict[str, str]
    typed: Mapping[str, str]
    is_markup: bool
    preview: StimulusContent | None
    n_uses: int
    problems: list[dict[str, str]]


def stimuli_page(db: Session, actor: Actor) -> StimuliPage:
    found = visible_stimuli(db, actor)
    ids = [one.id for one in found]
    numbers, counts = newest_numbers(db, ids), item_counts(db, ids)
    rows = [
        StimulusRow(
            one, SUBJECTS.get(one.subject, one.subject), numbers[one.id], counts.get(one.id, 0)
        )
        for one in found
    ]
    return StimuliPage(rows, may_add=bool(writable_subjects(actor)))


def stimulus_page(
    db: Session, actor: Actor, stimulus: Stimulus, *, number: int | None, old: int | None
) -> StimulusPage:
    uses_it = is_used_by(db, stimulus, actor.person_id)
    require(can_view_stimulus(actor, stimulus, uses_it=uses_it))
    versions = versions_of(db, stimulus)
    by_number = {version.number: version for version in versions}
    shown = by_number.get(number or 0, versions[-1])
    before = by_number.get(old or shown.number - 1)
    before = None if before is shown else before
    content = read_stimulus(shown.stored)
    return StimulusPage(
        stimulus=stimulus,
        subject=SUBJECTS.get(stimulus.subject, stimulus.subject),
        content=content,
        versions=versions[::-1],
        authors=people.names(db, {version.author_id for version in versions}),
        newest=versions[-1],
        shown=shown,
        old=before,
        difference=difference_of_stimuli(read_stimulus(before.stored), content) if before else None,
        uses=uses_of(db, stimulus),
        may_change=bool(can_change_stimulus(actor, stimulus)),
        may_write=bool(can_create(actor, stimulus.subject)),
        kinds={kind: KIND_NAMES[kind] for kind in KINDS},
    )


def stimulus_form(
    db: Session,
    actor: Actor,
    stimulus: Stimulus | None,
    *,
    typed: Mapping[str, str] | None = None,
    preview: StimulusContent | None = None,
    problems: Sequence[dict[str, str]] = (),
) -> StimulusForm:
    content = read_stimulus(versions_of(db, stimulus)[-1].stored) if stimulus else None
    if stimulus is not None:
        require(can_change_stimulus(actor, stimulus))
    opened = _opened(stimulus, content) if typed is None else dict(typed)
    return StimulusForm(
        stimulus=stimulus,
        subjects=writable_subjects(actor),
        typed=opened,
        is_markup=opened.get("viet") != "xhtml",
        preview=preview or content,
        n_uses=len(uses_of(db, stimulus)) if stimulus else 0,
        problems=list(problems),
    )


def _opened(stimulus: Stimulus | None, content: StimulusContent | None) -> dict[str, str]:
    if stimulus is None or content is None:
        return {"ma": "", "mon": "", "ten": "", "body": "", "viet": "markup", **typed_of(None)}
    text = as_markup(content.body)
    return {
        "ma": stimulus.code,
        "mon": stimulus.subject,
        "ten": content.title,
        "body": content.body if text is None else text,
        "viet": "xhtml" if text is None else "markup",
        **typed_of(content.recording),
    }
