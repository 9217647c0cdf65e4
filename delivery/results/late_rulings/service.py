"""What came too late counts, or stays out, by the word of two people; a further round says what follows.

Late events join the others by set union: the highest (epoch, seq) of an item counts, so work of a
machine that was replaced never takes the place of what was written afterwards on the next one.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from delivery.attempts.models import LateEvent
from delivery.attempts.reasons import checked_reason
from delivery.attempts.replay import Event, replay, value_bytes
from delivery.attempts.repository import events_of
from delivery.results.keyed_items import KeyedItem
from delivery.results.models import ScoreFact
from delivery.results.rescoring.rounds import next_round
from delivery.results.service import scoring_key
from delivery.sittings.models import Sitting
from itembank import audit
from itembank.errors import Conflict
from itembank.permissions import Actor, require

from . import rules
from .models import LateRuling, LateRulingDecision
from .repository import LateWork, late_work, ruling_of


@dataclass(frozen=True, slots=True)
class Rescored:
    """One place where the ruling changes the response: as scored now, and as it would be."""

    fact: ScoreFact
    key: KeyedItem
    response: Any

    @property
    def before(self) -> Any:
        return json.loads(self.fact.response)

    def in_next_round(self, now: datetime) -> ScoreFact:
        given = self.key.score(self.response)
        return next_round(
            self.fact, now, version_hash=self.key.version_hash, rule=given.rule,
            wider_key_hash=self.key.wider_key_hash, answered=given.answered,
            category=given.category, points=given.points,
            response=value_bytes(self.response).decode(),
        )  # fmt: skip

    @property
    def points(self) -> Decimal | None:
        return self.key.score(self.response).points


def effect_of(db: Session, work: LateWork, *, counts: bool) -> list[Rescored]:
    """Where the scores would change if the late events counted (or counted no longer)."""
    events: list[Event] = [*events_of(db, work.attempt.id), *(work.events if counts else ())]
    responses = {item: record.value for item, record in replay(events).items()}
    keys = {key.form_item_id: key for key in scoring_key(db, work.attempt.form_id)}
    return [
        Rescored(fact, keys[fact.form_item_id], responses.get(fact.form_item_id))
        for fact in work.facts
        if _differs(fact, responses)
    ]


def _differs(fact: ScoreFact, responses: Mapping[uuid.UUID, Any]) -> bool:
    return value_bytes(responses.get(fact.form_item_id)).decode() != fact.response


def hash_of(events: Sequence[LateEvent]) -> str:
    """Names exactly these events: what comes in later is not among what was decided on."""
    told = [
        [str(e.writer_id), e.epoch, e.seq, e.kind, str(e.form_item_id), e.value.decode()]
        for e in events
    ]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def ask_ruling(
    db: Session, actor: Actor, sitting: Sitting, attempt_id: uuid.UUID, *,
    counts: bool, reason: str, now: datetime,
) -> LateRuling:  # fmt: skip
    """The first person's word: these late events should count, or should stay out."""
    work = late_work(db, sitting.id, attempt_id)
    require(rules.can_ask(actor, sitting, work))
    ruling = LateRuling(
        attempt_id=attempt_id, sitting_id=sitting.id, counts=counts, n_events=len(work.events),
        events_hash=hash_of(work.events), reason=checked_reason(reason), asked_by=actor.person_id,
        asked_by_name=actor.name, asked_at=now,
    )  # fmt: skip
    db.add(ruling)
    db.flush()
    after = {"number": work.candidate.number, "counts": counts, "events": ruling.n_events}
    audit.record(
        db, actor, "late_ruling.asked", "attempt", attempt_id, now=now, after=after,
        reason=ruling.reason,
    )  # fmt: skip
    return ruling


def decide_ruling(
    db: Session, actor: Actor, sitting: Sitting, attempt_id: uuid.UUID, ruling_id: uuid.UUID, *,
    grant: bool, reason: str = "", now: datetime,
) -> LateRulingDecision:  # fmt: skip
    """The second person's word. Granted, the attempt gets a further round where anything changes."""
    work = late_work(db, sitting.id, attempt_id)
    ruling, held = ruling_of(db, attempt_id, ruling_id)
    require(rules.can_decide(actor, sitting, ruling, held))
    if grant and hash_of(work.events) != ruling.events_hash:
        raise Conflict(
            "Từ lúc đề nghị đã có thêm câu trả lời gửi muộn. Không đồng ý đề nghị này rồi đề nghị lại.",
            code="more_came_late",
        )
    decision = LateRulingDecision(
        ruling_id=ruling.id, is_granted=grant, by=actor.person_id, by_name=actor.name, at=now,
        reason=reason.strip() if grant else checked_reason(reason),
    )  # fmt: skip
    db.add(decision)
    n_changed = _further_round(db, work, counts=ruling.counts, now=now) if grant else 0
    db.flush()
    after = {"number": work.candidate.number, "counts": ruling.counts, "places": n_changed}
    audit.record(
        db, actor, f"late_ruling.{'granted' if grant else 'refused'}", "attempt", attempt_id,
        now=now, after=after, reason=decision.reason or ruling.reason,
    )  # fmt: skip
    return decision


def _further_round(db: Session, work: LateWork, *, counts: bool, now: datetime) -> int:
    """A whole round where anything changes; the rounds before stay."""
    changed = {one.fact.form_item_id: one for one in effect_of(db, work, counts=counts)}
    if changed:
        db.add_all(
            changed[fact.form_item_id].in_next_round(now)
            if fact.form_item_id in changed
            else next_round(fact, now)
            for fact in work.facts
        )
    return len(changed)
