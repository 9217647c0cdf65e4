"""The papers of a sitting as a site gets them: forms whose items have no keys, and their pictures.

The places keep their ids, by which responses are known; everything that names an item in the bank
is replaced, so two sites' papers cannot be matched to the bank by anyone but the centre.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from itembank.items.content import canonical_bytes, version_name
from itembank.items.models import Asset

from .keyless import keyless_item, keyless_stimulus
from .rows import Row, row_out

ASSET = re.compile(rb"asset:([0-9a-f]{64})")
# Who «wrote» the keyless copies: an account of the box that nobody can sign in to.
CENTRE_PERSON = uuid.uuid5(uuid.NAMESPACE_URL, "khaothi:centre")


class Paper:
    """Collects forms; every form, stimulus and picture once."""

    def __init__(self, db: Session, now: datetime) -> None:
        self.db = db
        self.now = now
        self.tables: dict[str, list[Row]] = {
            name: []
            for name in ("test_form", "stimulus", "stimulus_version", "item", "item_version",
                         "form_item", "asset")
        }  # fmt: skip
        self._stimuli: dict[str, str] = {}
        self._pictures: set[str] = set()

    def add_form(self, form: TestForm) -> None:
        entries = forms.entries(self.db, form.id)
        self._add("test_form", _form_row(form))
        self._add_stimuli([e.content.stimulus for e in entries if e.content.stimulus])
        for entry in entries:
            shared = entry.content.stimulus
            stimulus = self._stimuli[shared] if shared else None
            stored = canonical_bytes(keyless_item(entry.content, stimulus=stimulus))
            self._add_item(entry.place.id, entry.content.kind, form.subject, stored, stimulus)
            self._add("form_item", _place_row(entry.place, version_name(stored)))

    def _add(self, table: str, row: dict[str, Any]) -> None:
        self.tables[table].append(row_out(row))

    def _add_item(
        self, place: uuid.UUID, kind: str, subject: str, stored: bytes, stimulus: str | None
    ) -> None:
        name = version_name(stored)
        self._add(
            "item",
            {"id": place, "code": str(place), "kind": kind, "subject": subject, "topic": "",
             "label": "", "state": "retired", "current_version": name,
             "n_categories": 2, "created_at": self.now},
        )  # fmt: skip
        self._add("item_version", self._version(name, "item_id", place, stored, stimulus))
        self._add_pictures(stored)

    def _add_stimuli(self, names: Sequence[str]) -> None:
        for name, content in forms.stimuli(self.db, set(names) - set(self._stimuli)).items():
            stored = canonical_bytes(keyless_stimulus(content))
            keyless = version_name(stored)
            self._stimuli[name] = keyless
            if list(self._stimuli.values()).count(keyless) > 1:
                continue
            own = uuid.uuid5(CENTRE_PERSON, keyless)
            self._add(
                "stimulus",
                {"id": own, "code": str(own), "subject": content.subject,
                 "author_id": CENTRE_PERSON, "created_at": self.now},
            )  # fmt: skip
            row = self._version(keyless, "stimulus_id", own, stored, None)
            del row["stimulus_version"], row["reason"]
            self._add("stimulus_version", row)
            self._add_pictures(stored)

    def _version(
        self, name: str, owner: str, owner_id: uuid.UUID, stored: bytes, stimulus: str | None
    ) -> dict[str, Any]:
        return {
            "hash": name, owner: owner_id, "number": 1, "schema": 1, "stored": stored,
            "stimulus_version": stimulus, "author_id": CENTRE_PERSON, "created_at": self.now,
            "reason": "",
        }  # fmt: skip

    def _add_pictures(self, stored: bytes) -> None:
        """Only what the keyless copy shows: a picture of a solution stays at the centre."""
        for name in sorted({found.decode() for found in ASSET.findall(stored)} - self._pictures):
            self._pictures.add(name)
            asset = self.db.get_one(Asset, name)
            self._add(
                "asset",
                {"sha256": name, "media_type": asset.media_type, "body": asset.body,
                 "width": asset.width, "height": asset.height, "uploaded_at": self.now},
            )  # fmt: skip


def _form_row(form: TestForm) -> dict[str, Any]:
    return {
        "id": form.id, "code": form.code, "title": form.title, "subject": form.subject,
        "structure": form.structure, "state": form.state, "created_at": form.created_at,
        "frozen_at": form.frozen_at, "hash": form.hash,
    }  # fmt: skip


def _place_row(place: Any, version: str) -> dict[str, Any]:
    return {
        "id": place.id, "form_id": place.form_id, "position": place.position, "part": place.part,
        "number": place.number, "item_id": place.id, "version_hash": version,
        "weights": place.weights, "label": "",
    }  # fmt: skip
