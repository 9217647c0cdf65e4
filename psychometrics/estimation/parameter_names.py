"""Names of parameters as people write them: ``a[I1]``, ``b2[I4]``, ``intercept[I3]``, ``mean[G2]``.

A name is a kind and, where an item has several of that kind, a number from 1. The kind alone means
all of them.
"""

import re
from dataclasses import dataclass

from psychometrics.errors import ModelError

ALIASES = {"g": "c", "u": "d"}
ITEM_KINDS = ("a", "b", "c", "d", "intercept", "slope")
GROUP_KINDS = ("mean", "sd")
_NAME = re.compile(r"([a-z]+?)([1-9]\d*)?")
_PLACED = re.compile(r"\s*([a-z]+\d*)\s*\[(.*)\]\s*", re.DOTALL)


@dataclass(frozen=True)
class ParameterName:
    """A kind of parameter, its number (None means all) and the item or group it belongs to."""

    kind: str
    number: int | None
    place: str

    @property
    def text(self) -> str:
        """As people write it."""
        return f"{self.kind}{self.number or ''}[{self.place}]"


def is_named(name: str, wanted: str) -> bool:
    """Whether ``b2`` is meant by ``b2`` or by ``b``."""
    return name == wanted or kind_of(name) == wanted


def kind_of(name: str) -> str:
    """``b`` of ``b2``."""
    return name.rstrip("0123456789")


def split_name(text: str) -> tuple[str, int | None] | None:
    """Kind and number of a parameter's name, aliases resolved; None where it is no name."""
    match = _NAME.fullmatch(text.strip())
    if match is None:
        return None
    kind = ALIASES.get(match[1], match[1])
    if kind not in ITEM_KINDS + GROUP_KINDS:
        return None
    return kind, int(match[2]) if match[2] else None


def parse_parameter(text: str) -> ParameterName:
    """Read ``b2[I4]``.

    Raises
    ------
    ModelError
        The text does not name a parameter of an item or a group.
    """
    match = _PLACED.fullmatch(text)
    split = split_name(match[1]) if match else None
    if match is None or split is None or not match[2].strip():
        raise ModelError(
            "bad_parameter_name",
            f"{text.strip()!r} does not name a parameter; write it as a[I1], b2[I4], c[I7], "
            "d[I7], intercept[I1], slope2[I3], mean[G2] or sd[G2].",
            name=text.strip(),
        )
    return ParameterName(*split, match[2].strip())
