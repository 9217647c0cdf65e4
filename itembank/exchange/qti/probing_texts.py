"""Typed responses that tell scoring rules apart: keys written otherwise, numbers near them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...items.numbers import parse_vn_number

WRONG_TEXT = "\u2205 không phải đáp án"
WRONG_NUMBER = "98765"
_NEAR = (0.999, 1.001, 0.99, 1.01, 0.96, 1.04, 0.9, 1.1)
_BESIDE = (-1, 1, -0.5, 0.5, -0.1, 0.1, -0.01, 0.01)


def wrong_for(keys: Sequence[str]) -> str:
    """Something of the keys' own sort that is none of them."""
    return WRONG_NUMBER if keys and all(_number(key) is not None for key in keys) else WRONG_TEXT


def written_otherwise(key: str, *, is_number: bool) -> Iterator[str]:
    """The key in the other case; of a number also other writings of it and its neighbours, so
    near that a tolerance shows.
    """
    number = _number(key) if is_number else None
    if number is None:
        yield key.swapcase()
        return
    yield from (f"{number:.2f}", f"{number:g}")
    yield from (f"{number * factor:.8g}" for factor in _NEAR)
    yield from (f"{number + step:.8g}" for step in _BESIDE)


def _number(key: str) -> float | None:
    found = parse_vn_number(key)
    return None if found is None else float(found)
