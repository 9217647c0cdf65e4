"""The content behind each place of a form, kept in memory while the form is delivered."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from itembank.forms import repository as forms
from itembank.items.content import ItemContent

_contents: dict[uuid.UUID, dict[uuid.UUID, ItemContent]] = {}
MOST_FORMS_KEPT = 64
Contents = Mapping[uuid.UUID, ItemContent]


def contents_in_memory(form_id: uuid.UUID) -> Contents | None:
    """As :func:`contents_of`, where that was asked before; None otherwise."""
    return _contents.get(form_id)


def contents_of(db: Session | Connection, form_id: uuid.UUID) -> Contents:
    """Content of each place of the form. Kept in memory: a form under delivery is frozen."""
    found = _contents.get(form_id)
    if found is None:
        session = db if isinstance(db, Session) else Session(db)
        found = {entry.place.id: entry.content for entry in forms.entries(session, form_id)}
        if forms.form_of(session, form_id).state == "frozen":
            if len(_contents) >= MOST_FORMS_KEPT:
                _contents.clear()
            _contents[form_id] = found
    return found
