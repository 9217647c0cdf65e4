"""Cognitive levels: the three in use, and the four of older items mapped to them.

Items written for the earlier programme carry one of four levels: nhận biết, thông hiểu, vận dụng,
vận dụng cao. The format from 2025 knows three: biết, hiểu, vận dụng. The first two names map one to
one. The upper two both become vận dụng, and what was "vận dụng cao" is flagged: the two are no
longer told apart, so a person decides whether the item still fits the three-level matrix. Some
files number the four instead: mức 1 to mức 4.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["biet", "hieu", "van_dung"]


@dataclass(frozen=True, slots=True)
class MappedLevel:
    """A level of today, what the older tag said, and whether a person should look again."""

    level: Level
    tag: str
    is_flagged: bool


_OF_THREE: Final[dict[str, Level]] = {
    "biet": "biet", "b": "biet",
    "hieu": "hieu", "h": "hieu",
    "van dung": "van_dung", "vd": "van_dung",
}  # fmt: skip
_OF_FOUR: Final[dict[str, Level]] = {
    "nhan biet": "biet", "nb": "biet",
    "thong hieu": "hieu", "th": "hieu",
    "van dung thap": "van_dung", "vdt": "van_dung",
    "m1": "biet", "m2": "hieu", "m3": "van_dung",
}  # fmt: skip
_NUMBERED: Final = re.compile(r"^muc (?:do )?(?=[1-4]$)")  # mức 3, mức độ 3 -> m3
_MERGED: Final[dict[str, Level]] = {"van dung cao": "van_dung", "vdc": "van_dung", "m4": "van_dung"}


def map_level(tag: str) -> MappedLevel | None:
    """The level a tag of either scale stands for; None where it is no tag of a level.

    Case, diacritics, hyphens and underscores make no difference. Only the highest of the four is
    flagged.
    """
    key = _folded(tag)
    for scale, is_flagged in ((_OF_THREE, False), (_OF_FOUR, False), (_MERGED, True)):
        if key in scale:
            return MappedLevel(scale[key], tag.strip(), is_flagged)
    return None


def _folded(tag: str) -> str:
    spread = unicodedata.normalize("NFD", tag.lower().replace("đ", "d"))
    bare = "".join(" " if c in "-_" else c for c in spread if not unicodedata.combining(c))
    return _NUMBERED.sub("m", " ".join(bare.split()))
