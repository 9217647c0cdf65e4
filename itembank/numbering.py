"""Running numbers of codes: PREFIX-0001, …, PREFIX-9999, PREFIX-10000, …"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

FEWEST_DIGITS = 4  # of a running number
NAMED_BY_HAND = 20  # codes that only look numbered, at most so many above the last number


def code_of(prefix: str, number: int) -> str:
    return f"{prefix}-{number:0{FEWEST_DIGITS}d}"


def highest_number(db: Session, codes: InstrumentedAttribute[str], prefix: str) -> int:
    """The last number of this prefix; 0 before the first.

    Read from the index of codes alone: what it costs does not grow with the bank.
    """
    digits = FEWEST_DIGITS
    while db.scalar(select(codes).where(codes == code_of(prefix, 10**digits))):
        digits += 1
    query = (
        select(codes)
        .where(codes.between(f"{prefix}-{'0' * digits}", f"{prefix}-{'9' * digits}"))
        .where(func.length(codes) == len(prefix) + 1 + digits)
        .where(codes.startswith(f"{prefix}-", autoescape=True))  # not every column is in byte order
        .order_by(codes.desc())
        .limit(NAMED_BY_HAND)
    )
    numbers = [code.rpartition("-")[2] for code in db.scalars(query)]
    return next((int(number) for number in numbers if number.isdecimal()), 0)
