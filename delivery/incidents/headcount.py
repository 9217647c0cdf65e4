"""The sum every room must come to: submitted = present - suspended. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many there were, and what became of them. Present is who opened a paper."""

    registered: int
    present: int
    suspended: int
    submitted: int

    @property
    def absent(self) -> int:
        return self.registered - self.present

    @property
    def expected(self) -> int:
        return self.present - self.suspended

    @property
    def missing(self) -> int:
        """Papers that should have been handed in and are not; below zero: more than should."""
        return self.expected - self.submitted

    @property
    def tallies(self) -> bool:
        return self.missing == 0
