"""An item without its key: what a site needs to draw it and to check the form of a response.

It is built from `CandidateView`, field by field, so no key, rationale, rubric, solution or source
can pass, and a field added to the item model later stays at the centre. What a candidate sees and
which values are accepted are the same for an item and its keyless copy; its score is not defined.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel

from itembank.items.candidate_view import (
    CandidateView,
    SeenRecording,
    candidate_view,
    stimulus_view,
)
from itembank.items.composite import Asked
from itembank.items.content import ItemContent, StimulusContent
from itembank.items.interactions import Recording

_ASKED: dict[str, type[BaseModel]] = {
    model.model_fields["type"].default: model for model in get_args(Asked)
}
NO_GRADE = 1  # the model asks for one; no page of a site shows it


def keyless_item(content: ItemContent, *, stimulus: str | None) -> ItemContent:
    """The same item as a candidate may know it; `stimulus` names the keyless stimulus."""
    view = candidate_view(content)
    return ItemContent.model_validate(
        {
            "kind": content.kind,
            "subject": content.subject,
            "grade": NO_GRADE,
            "stem": view.stem,
            "stimulus": stimulus,
            "recording": _recording(view.recording),
            "interaction": _interaction(view),
        }
    )


def keyless_stimulus(content: StimulusContent) -> StimulusContent:
    view = stimulus_view(content)
    return StimulusContent(
        subject=content.subject,
        title=view.title,
        body=view.body,
        recording=_recording(view.recording),
    )


def _recording(seen: SeenRecording | None) -> Recording | None:
    """The sound and how often it may be heard, without the words that are said in it."""
    return Recording(src=seen.src, plays=seen.plays) if seen else None


def _interaction(view: CandidateView) -> dict[str, Any]:
    """A key that is left out is an empty key in the model of every interaction."""
    shown = view.interaction.model_dump(mode="json")
    if "places" in shown:
        shown["places"] = [{**place, "asks": _asks(place["asks"])} for place in shown["places"]]
    return {"type": shown.pop("kind"), **shown}


def _asks(shown: dict[str, Any]) -> dict[str, Any]:
    """What one place asks; a task on a picture has fields that only some of its kinds know."""
    kind = shown.pop("kind")
    known = _ASKED[kind].model_fields
    return {"type": kind, **{name: value for name, value in shown.items() if name in known}}
