"""All queries about the chained record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from itembank.audit import AuditEvent

from .models import AuditHead, AuditLink
from .records import Recorded

EVENTS = AuditEvent.__table__
LINKS = AuditLink.__table__
COLUMNS = [EVENTS.c[name] for name in Recorded._fields]
AT_ONCE = 2_000
# How far behind the newest linked event a slow transaction's event is looked for every minute.
LOOKS_BACK = 50_000


def take_turn(db: Session) -> None:
    """One sequencer at a time; writers of events go on. SQLite has one writer anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("LOCK TABLE audit_link IN SHARE ROW EXCLUSIVE MODE"))


def newest_link(db: Session) -> AuditLink | None:
    return db.scalars(select(AuditLink).order_by(AuditLink.number.desc()).limit(1)).first()


def newest_head(db: Session) -> AuditHead | None:
    return db.scalars(select(AuditHead).order_by(AuditHead.size.desc()).limit(1)).first()


def heads(db: Session) -> Sequence[AuditHead]:
    return db.scalars(select(AuditHead).order_by(AuditHead.size)).all()


def unlinked(db: Session, *, most: int | None = None, everything: bool = False) -> list[Recorded]:
    """Events that have no link yet, in the order of their numbers."""
    query = (
        select(*COLUMNS)
        .outerjoin(LINKS, LINKS.c.event_seq == EVENTS.c.seq)
        .where(LINKS.c.number.is_(None))
        .order_by(EVENTS.c.seq)
        .limit(most)
    )
    if not everything:
        newest = db.scalar(select(func.max(LINKS.c.event_seq))) or 0
        query = query.where(EVENTS.c.seq > newest - LOOKS_BACK)
    return [Recorded(*row) for row in db.execute(query)]


def leaves_after(db: Session, size: int) -> Iterator[tuple[str, int]]:
    """(leaf, event's number) of the links behind the first `size`, in order."""
    query = select(LINKS.c.leaf, LINKS.c.event_seq)
    query = query.where(LINKS.c.number > size).order_by(LINKS.c.number)
    return ((leaf, seq) for leaf, seq in db.execute(query).yield_per(AT_ONCE))


def walk(db: Session) -> Iterator[tuple[int, int, str, str, Recorded | None]]:
    """Every link in order (number, event's number, leaf, chain) with its event, where it is."""
    query = (
        select(LINKS.c.number, LINKS.c.event_seq, LINKS.c.leaf, LINKS.c.chain, *COLUMNS)
        .outerjoin(EVENTS, EVENTS.c.seq == LINKS.c.event_seq)
        .order_by(LINKS.c.number)
    )
    for row in db.execute(query).yield_per(AT_ONCE):
        number, seq, leaf, chain, *cells = row
        yield number, seq, leaf, chain, None if cells[0] is None else Recorded(*cells)
