"""A form as candidates receive it, in the shape of the player's contract. Built from CandidateView only.

What leaves this module has passed through `CandidateView`, so no key, rubric or rationale can.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from itembank.forms import repository as forms
from itembank.forms.repository import FormEntry
from itembank.forms.structures import ExamStructure, Part
from itembank.items.candidate_view import (
    CandidateView,
    SeenChoice,
    SeenCluster,
    SeenEssay,
    SeenInteraction,
    SeenPart,
    SeenRecording,
    SeenShort,
    StimulusView,
    candidate_view,
    stimulus_view,
)
from itembank.items.rendering import render

from .render_further import further_interaction

AssetUrl = Callable[[str], str]


def candidate_parts(db: Session, form_id: uuid.UUID, asset_url: AssetUrl) -> dict[str, Any]:
    """`parts` and `stimuli` of the candidate's paper, ready for JSON."""
    structure = forms.structure_of(forms.form_of(db, form_id))
    entries = forms.entries(db, form_id)
    shared = forms.stimuli(db, {e.content.stimulus for e in entries if e.content.stimulus})
    views = {name: stimulus_view(content) for name, content in shared.items()}
    return build_parts(structure, entries, views, asset_url)


def build_parts(
    structure: ExamStructure,
    entries: Sequence[FormEntry],
    stimuli: dict[str, StimulusView],
    asset_url: AssetUrl,
) -> dict[str, Any]:
    """The paper as plain data. Stimuli are named s1, s2… in the order they are met."""
    met = list(dict.fromkeys(e.content.stimulus for e in entries if e.content.stimulus))
    refs = {name: f"s{i}" for i, name in enumerate(met, start=1)}
    return {
        "parts": [_part(part, entries, refs, asset_url) for part in structure.parts],
        "stimuli": [seen_stimulus(refs[name], stimuli[name], asset_url) for name in met],
    }


def _part(
    part: Part, entries: Sequence[FormEntry], refs: dict[str, str], asset_url: AssetUrl
) -> dict[str, Any]:
    return {
        "code": part.code,
        "title": part.title,
        "instruction": part.instruction_text(),
        "items": [_entry(e, refs, asset_url) for e in entries if e.place.part == part.code],
    }


def seen_stimulus(ref: str, view: StimulusView, asset_url: AssetUrl) -> dict[str, Any]:
    return {
        "ref": ref,
        "title": view.title,
        "body": render(view.body, asset_url),
        **_recording(view.recording, asset_url),
    }


def _recording(seen: SeenRecording | None, asset_url: AssetUrl) -> dict[str, Any]:
    """Where there is a sound: its address and how often it may be heard; never what is said in it."""
    if seen is None:
        return {}
    address = asset_url(seen.src.removeprefix("asset:"))
    return {"recording": {"src": address, "plays": seen.plays}}


def _entry(entry: FormEntry, refs: dict[str, str], asset_url: AssetUrl) -> dict[str, Any]:
    return {
        "ref": str(entry.place.id),
        "number": entry.place.number,
        "points": points_text(Decimal(entry.place.weights[-1])),
        **seen_item(candidate_view(entry.content), refs, asset_url),
    }


def seen_item(view: CandidateView, refs: dict[str, str], asset_url: AssetUrl) -> dict[str, Any]:
    """One item as the player draws it, without its place in a form."""
    return {
        "kind": view.interaction.kind,
        "body": render(view.stem, asset_url),
        "stimulus": refs[view.stimulus] if view.stimulus else None,
        **_recording(view.recording, asset_url),
        **_interaction(view.interaction, asset_url),
    }


def _interaction(seen: SeenInteraction, asset_url: AssetUrl) -> dict[str, Any]:
    match seen:
        case SeenChoice():
            return {"options": _bodies(seen.options, asset_url)}
        case SeenCluster():
            return {"statements": _bodies(seen.statements, asset_url)}
        case SeenShort():
            return {"max_chars": seen.max_chars, "charset": seen.charset, "hint": seen.hint}
        case SeenEssay():
            return {"min_words": seen.min_words, "max_words": seen.max_words}
        case _:
            return further_interaction(seen, asset_url)


def _bodies(parts: Sequence[SeenPart], asset_url: AssetUrl) -> list[dict[str, str]]:
    return [{"id": part.id, "body": render(part.body, asset_url)} for part in parts]


def points_text(points: Decimal) -> str:
    """Points as candidates read them: `0,25`, `1`."""
    return format(points.normalize(), "f").replace(".", ",")
