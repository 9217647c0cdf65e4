"""Shares of a mark, as Moodle and GIFT give them to answers, against the marking of the bank.

The bank scores right or wrong: one option worth everything, or several that share it evenly. What
says something else is put on `problems`; what is merely left out on `notes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from ..errors import Message, msg

LETTERS = tuple("ABCDEFGH") + tuple(f"P{n}" for n in range(9, 61))
FULL = Decimal(100)
TRUE_FALSE = ("Đúng", "Sai")


class Doubtful(Protocol):
    """A question while it is read."""

    problems: list[Message]
    notes: list[Message]


def only_key(question: Doubtful, worths: Sequence[Decimal]) -> str | None:
    """The letter of the one option that earns everything."""
    full = [n for n, worth in enumerate(worths) if worth == FULL]
    if len(full) != 1:
        question.problems.append(
            msg("Có {n} phương án được 100 % điểm; cần đúng một.", n=len(full))
        )
    refuse_partial(question, worths)
    if any(worth < 0 for worth in worths):
        question.notes.append(
            msg("điểm trừ của phương án sai không nhập; ngân hàng không trừ điểm")
        )
    return LETTERS[full[0]] if len(full) == 1 else None


def check_even(question: Doubtful, worths: Sequence[Decimal]) -> None:
    """Several right options share the mark evenly; rounded percentages may miss 100 by one."""
    if not worths:
        question.problems.append(msg("Không phương án nào được điểm; đánh dấu đáp án đúng."))
    elif max(worths) - min(worths) > 1 or abs(sum(worths) - FULL) > 1:
        question.problems.append(
            msg("Các đáp án đúng có tỉ lệ điểm khác nhau; ngân hàng chấm đủ hết hoặc không.")
        )


def refuse_partial(question: Doubtful, worths: Sequence[Decimal]) -> None:
    for worth in worths:
        if 0 < worth < FULL:
            question.problems.append(
                msg(
                    "Có đáp án được {n} % điểm; ngân hàng chỉ chấm đúng hoặc sai, hãy chọn lại.",
                    n=f"{worth.normalize():f}",
                )
            )
