"""Sealing a sitting at its end, and looking whether a seal still fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.sittings.models import Sitting
from itembank import audit
from itembank.permissions import Actor

from . import repository
from .chain import SealOfAttempts, seal_of, typed
from .in_file import Rows, incidents_in, newest_seal_in, records_in
from .models import AttemptSeal, Seal
from .records import SealedAttempt, SealedIncident


def seal_sitting(db: Session, actor: Actor | None, sitting: Sitting, *, now: datetime) -> Seal:
    """Seal what is there. Asked again with nothing changed it gives the seal that stands."""
    made = seal_of(
        repository.records(db, sitting.id), repository.incidents(db, sitting.id, until=now)
    )
    held = repository.newest_seal(db, sitting.id)
    if held is not None and held.root == made.root.hex():
        return held
    seal = Seal(
        sitting_id=sitting.id,
        number=held.number + 1 if held else 1,
        root=made.root.hex(),
        n_attempts=len(made.attempts),
        n_events=made.n_events,
        by_id=actor.person_id if actor else None,
        by_name=actor.name if actor else "",
        sealed_at=now,
    )
    db.add(seal)
    db.flush()
    db.add_all(_heads(seal, made))
    db.flush()
    after = {"number": seal.number, "root": seal.root, "attempts": seal.n_attempts}
    audit.record(db, actor, "sitting.sealed", "sitting", sitting.id, now=now, after=after)
    return seal


def _heads(seal: Seal, made: SealOfAttempts) -> Iterable[AttemptSeal]:
    for place, (attempt, head) in enumerate(zip(made.attempts, made.heads, strict=True)):
        yield AttemptSeal(
            seal_id=seal.id,
            place=place,
            attempt_id=attempt.attempt_id,
            head=head.hex(),
            n_events=len(attempt.events),
        )


@dataclass(frozen=True, slots=True)
class Verification:
    """What a comparison found. `changed`, `missing` and `added` are candidates' numbers or ids."""

    root: str  # of what is there now
    expected: str  # of the seal, or as it stood on the paper
    n_attempts: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return self.root == self.expected

    @property
    def only_the_log_differs(self) -> bool:
        """Every attempt is as sealed, the root is not: the incident log, or the root itself."""
        return not (self.fits or self.changed or self.missing or self.added)


def verify_sitting(
    db: Session, sitting: Sitting, *, root: str | None = None
) -> Verification | None:
    """Compare the database with its newest seal, or with a root from paper; None: never sealed.

    Whoever can rewrite the answers can rewrite the stored seal too: only a root that was printed or
    sent away proves anything against them.
    """
    seal = repository.newest_seal(db, sitting.id)
    if seal is None:
        return None
    heads = {str(i): head for i, head in repository.heads_of(db, seal.id).items()}
    incidents = repository.incidents(db, sitting.id, until=seal.sealed_at)
    expected = typed(root) if root else seal.root
    return verify(repository.records(db, sitting.id), heads, expected, incidents)


def verify(
    attempts: Iterable[SealedAttempt],
    heads: Mapping[str, str],
    expected: str,
    incidents: Iterable[SealedIncident] = (),
) -> Verification:
    """Compare records, from wherever they come, with sealed heads (attempt id -> hex) and a root."""
    made = seal_of(attempts, incidents)
    now = {str(a.attempt_id): h.hex() for a, h in zip(made.attempts, made.heads, strict=True)}
    numbers = {str(a.attempt_id): a.number for a in made.attempts}
    return Verification(
        root=made.root.hex(),
        expected=expected,
        n_attempts=len(made.attempts),
        changed=tuple(numbers[i] for i in now if i in heads and heads[i] != now[i]),
        missing=tuple(i for i in heads if i not in now),
        added=tuple(numbers[i] for i in now if i not in heads),
    )


def verify_file(
    db: Session, sitting: Sitting, tables: Rows, *, root: str | None = None
) -> Verification | None:
    """The same for the facts of a result file, before or after they are taken in; None: never sealed."""
    sealed = newest_seal_in(tables)
    if sealed is None:
        return None
    records = records_in(
        tables, repository.numbers_of(db, sitting.id), repository.form_hashes(db)
    )  # fmt: skip
    expected = typed(root) if root else sealed.root
    return verify(records, sealed.heads, expected, incidents_in(tables, sealed.sealed_at))
