"""What was decided of an item's key after examinations, for the item's own page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.results.rescoring import repository
from itembank.forms.models import TestForm

from ..exams.key_words import KeyTold, ruling_told


@dataclass(frozen=True, slots=True)
class KeyRuling:
    """One granted change; `form` is told on the page only to whoever may know forms."""

    at: datetime
    key: KeyTold
    reason: str
    n_affected: int
    form: TestForm


def key_rulings(db: Session, item_id: uuid.UUID) -> Sequence[KeyRuling]:
    return [
        KeyRuling(
            decision.at, ruling_told(db, place, change), change.reason, decision.n_affected, form
        )
        for change, decision, place, form in repository.granted_on_item(db, item_id)
    ]
