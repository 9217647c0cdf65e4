"""The key of a place once a change is in force. No verbs, no permissions."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from delivery.results.keyed_items import KeyedItem
from itembank.forms import repository as forms
from itembank.scoring.rules import RULE_VERSION
from itembank.scoring.versions import FULL_MARKS
from itembank.scoring.wider_keys import WiderKey

from .models import KeyChange

OTHER_KEY = "other_key"
WIDER_KEY_RULING = "wider_key"
FULL_MARKS_RULING = "full_marks"


def keyed_by(db: Session, held: KeyedItem, change: KeyChange) -> KeyedItem:
    """What scores the place from now on, whatever scored it until now."""
    if change.ruling == FULL_MARKS_RULING or change.version_hash is None:
        return replace(held, rule=FULL_MARKS, wider=None, wider_key_hash=None)
    wider = wider_key_of(change)
    content = forms.contents(db, [change.version_hash])[change.version_hash]
    return replace(
        held, version_hash=change.version_hash, content=content,
        rule=wider.rule if wider else RULE_VERSION, wider=wider,
        wider_key_hash=change.wider_key_hash,
    )  # fmt: skip


def wider_key_of(change: KeyChange) -> WiderKey | None:
    return WiderKey.model_validate_json(change.wider_key) if change.wider_key else None
