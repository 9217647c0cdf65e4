"""Staff sign-in: check the password, open a revocable session, end it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from itembank import audit
from itembank.db import new_id
from itembank.errors import Invalid, KhaothiError, msg, problem
from itembank.people import repository as people
from itembank.people import service as people_service
from itembank.people.models import Person
from itembank.permissions import Actor

from . import passwords
from .models import SignInFailure, StaffSession

SHORTEST_PASSWORD = 10


class TooManyTries(KhaothiError):
    default_code = "too_many_tries"


class NotSignedIn(KhaothiError):
    default_code = "not_signed_in"


def check_tries(db: Session, subject: str, limit: int, *, now: datetime) -> None:
    """Raise when this account or number has failed too often in the last hour."""
    if failures(db, subject, now=now) >= limit:
        raise TooManyTries(
            "Đã thử sai quá nhiều lần. Chờ một giờ rồi thử lại, hoặc nhờ quản trị đơn vị giúp."
        )


def failures(db: Session, subject: str, *, now: datetime) -> int:
    """Failed tries of the last hour."""
    query = (
        select(func.count())
        .select_from(SignInFailure)
        .where(SignInFailure.subject == subject, SignInFailure.at > now - timedelta(hours=1))
    )
    return db.scalar(query) or 0


def note_failure(db: Session, subject: str, *, now: datetime) -> None:
    db.add(SignInFailure(id=new_id(), subject=subject, at=now))


def password_fits(db: Session, username: str, password: str) -> Person | None:
    """The active person whose password this is. The time taken does not tell who exists."""
    person = people.person_by_username(db, username)
    stored = person.password_hash if person and person.is_active else None
    fits = passwords.verify(stored or _DECOY, password)
    return person if stored and fits else None


_DECOY = passwords.hash_password("no such person")


def open_session(db: Session, person: Person, *, hours: int, now: datetime) -> str:
    token = passwords.new_token()
    db.add(
        StaffSession(
            token_hash=passwords.token_hash(token),
            person_id=person.id,
            csrf_token=passwords.new_token(),
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    audit.record(db, None, "staff.signed_in", "person", person.id, now=now)
    return token


def live_session(db: Session, token: str, *, now: datetime) -> StaffSession | None:
    found = db.get(StaffSession, passwords.token_hash(token))
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    return found


def close_session(db: Session, session: StaffSession, *, now: datetime) -> None:
    session.revoked_at = now


def close_all(db: Session, person: Person, *, now: datetime) -> None:
    db.execute(
        update(StaffSession)
        .where(StaffSession.person_id == person.id, StaffSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def change_password(
    db: Session, actor: Actor, person: Person, *, old: str, new: str, now: datetime
) -> None:
    """A person's own change. Every other session of theirs ends."""
    if not passwords.verify(person.password_hash or _DECOY, old):
        raise Invalid(
            "Mật khẩu hiện tại không đúng.",
            problems=[problem("old", "Gõ lại mật khẩu đang dùng.")],
        )
    check_new_password(new, old=old)
    people_service.set_password(
        db, actor, person, passwords.hash_password(new), now=now, must_change=False
    )
    close_all(db, person, now=now)


def check_new_password(new: str, *, old: str | None = None) -> None:
    if len(new) < SHORTEST_PASSWORD:
        raise Invalid(
            "Mật khẩu mới quá ngắn.",
            problems=[
                problem(
                    "new",
                    msg("Dùng ít nhất {n} kí tự; một câu ngắn dễ nhớ là tốt.", n=SHORTEST_PASSWORD),
                )
            ],
        )
    if new == old:
        raise Invalid(
            "Mật khẩu mới trùng mật khẩu cũ.", problems=[problem("new", "Chọn mật khẩu khác.")]
        )


def reset_password(db: Session, actor: Actor, person: Person, *, now: datetime) -> str:
    """A new first password, shown once to the administrator who asked for it."""
    fresh = passwords.new_code()
    people_service.set_password(
        db, actor, person, passwords.hash_password(fresh), now=now, must_change=True
    )
    close_all(db, person, now=now)
    return fresh
