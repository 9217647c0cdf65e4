"""One round of scores after another: what is not scored anew is carried over as it stood."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from delivery.results.models import ScoreFact

CARRIED = (
    "attempt_id", "form_item_id", "version_hash", "rule", "wider_key_hash", "answered", "category",
    "points", "response",
)  # fmt: skip


def next_round(fact: ScoreFact, now: datetime, **changed: Any) -> ScoreFact:
    """The fact in the next round; what is not `changed` stays."""
    carried = {name: getattr(fact, name) for name in CARRIED}
    return ScoreFact(**{**carried, **changed}, round=fact.round + 1, at=now)
