"""What a scenario says: one figure, with its target, as one line of JSON."""

from __future__ import annotations

from benchmarks.figure import Figure


def none_of(name: str, count: int, unit: str) -> Figure:
    """Something that must not happen at all."""
    return Figure(name, count, unit, 0, count == 0)


def within(name: str, seconds: float, target: float) -> Figure:
    return Figure(name, round(seconds, 2), "s", target, seconds <= target)


def must_lose(name: str, lost: int, unit: str) -> Figure:
    """A negative control: met where the harness saw the loss that had to come."""
    return Figure(f"control: {name}", lost, unit, 1, lost >= 1)


def left_out(name: str, why: str) -> Figure:
    """A scenario that could not be run here: said, and not met."""
    return Figure(f"{name}: left out, {why}", 0, "runs", 1, False)
