"""The key of a place once a change is in force. No verbs, no permissions."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from delivery.results.keyed_items import KeyedItem
from itembank.forms import repository as forms
from itembank.scoring.versions import FULL_MARKS

from .models import KeyChange

OTHER_KEY = "other_key"
FULL_MARKS_RULING = "full_marks"


def keyed_by(db: Session, held: KeyedItem, change: KeyChange) -> KeyedItem:
    """What scores the place from now on."""
    if change.ruling == FULL_MARKS_RULING or change.version_hash is None:
        return replace(held, rule=FULL_MARKS)
    content = forms.contents(db, [change.version_hash])[change.version_hash]
    return replace(held, version_hash=change.version_hash, content=content)
