"""The candidate's paper, drawn once for each frozen form and kept in memory: it cannot change."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from delivery.render import candidate_parts
from itembank.forms import repository as forms
from itembank.forms.states import FROZEN

ASSET_PATH = "/thi/hinh/"
_ASSET = re.compile(re.escape(ASSET_PATH) + "([0-9a-f]{64})")
MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class Paper:
    """What every candidate of a form receives, and the pictures that belong to it."""

    subject: str
    drawn: bytes  # `"parts":[…],"stimuli":[…]`, as it stands in every candidate's document
    assets: frozenset[str]
    has_recordings: bool


def _members(parts: list[Any], stimuli: list[Any]) -> bytes:
    members = {"parts": parts, "stimuli": stimuli}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()[1:-1]


NO_PAPER = _members([], [])
_kept: dict[uuid.UUID, Paper] = {}


def paper_of(db: Session, form_id: uuid.UUID) -> Paper:
    kept = _kept.get(form_id)
    if kept is not None:
        return kept
    paper = _draw(db, form_id)
    if forms.form_of(db, form_id).state == FROZEN:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[form_id] = paper
    return paper


def _sounding(drawn: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What may carry a recording: the items and the material they share."""
    yield from drawn["stimuli"]
    for part in drawn["parts"]:
        yield from part["items"]


def _draw(db: Session, form_id: uuid.UUID) -> Paper:
    drawn = candidate_parts(db, form_id, lambda sha: ASSET_PATH + sha)
    return Paper(
        subject=forms.structure_of(forms.form_of(db, form_id)).title,
        drawn=_members(drawn["parts"], drawn["stimuli"]),
        assets=frozenset(_ASSET.findall(repr(drawn))),
        has_recordings=any("recording" in one for one in _sounding(drawn)),
    )
