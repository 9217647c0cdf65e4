"""Attempts with responses, written straight into the tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt, ResponseEvent, WriterLease
from delivery.attempts.replay import value_bytes
from delivery.sittings.models import Candidate, Sitting
from itembank.db import new_id
from itembank.forms import repository as forms


def make_attempt(
    db: Session,
    sitting: Sitting,
    candidate: Candidate,
    responses: Mapping[str, Any],
    *,
    now: datetime,
    submitted: bool = True,
) -> Attempt:
    """One candidate's attempt; responses by label of the place, as `{"I.1": "A"}`."""
    places = {place.label: place for place in forms.form_items(db, sitting.form_id)}
    attempt = Attempt(
        sitting_id=sitting.id,
        candidate_id=candidate.id,
        form_id=sitting.form_id,
        started_at=now,
        deadline=now + timedelta(minutes=sitting.minutes),
        submitted_at=now if submitted else None,
        submitted_by="candidate" if submitted else None,
    )
    lease = WriterLease(
        candidate_id=candidate.id,
        epoch=1,
        token_hash=new_id().hex,
        requested_at=now,
        granted_at=now,
    )
    db.add_all([attempt, lease])
    db.flush()
    for seq, (label, value) in enumerate(responses.items(), start=1):
        db.add(
            ResponseEvent(
                attempt_id=attempt.id,
                writer_id=lease.id,
                seq=seq,
                sitting_id=sitting.id,
                epoch=1,
                kind="answer",
                form_item_id=places[label].id,
                value=value_bytes(value),
                client_at=now.isoformat(),
                received_at=now,
            )
        )
    db.flush()
    return attempt
