"""Values of QTI variables: a base type, a cardinality, and NULL, which is Python's None.

An empty container and an empty string count as NULL wherever the question is asked (QTI 2.2
information model, isNull). A container made by `multiple` or `ordered` remembers a NULL that was
put into it; only the statistics ask, because their text makes the result NULL then.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

BaseType = Literal[
    "boolean", "integer", "float", "string", "identifier", "uri", "file", "pair", "directedPair",
    "point", "duration", "intOrIdentifier",
]  # fmt: skip
Cardinality = Literal["single", "multiple", "ordered", "record"]
BASE_TYPES = frozenset(BaseType.__args__)  # type: ignore[attr-defined]

_INTEGER = re.compile(r"[+-]?\d{1,300}")
_FLOAT = re.compile(r"[+-]?(\d{1,300}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_SECONDS = (31_557_600.0, 2_629_800.0, 604_800.0, 86_400.0, 3_600.0, 60.0, 1.0)
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two identifiers; whether their order counts is the base type's affair."""

    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.first} {self.second}"


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float

    def __str__(self) -> str:
        return f"{number_text(self.x)} {number_text(self.y)}"


Atom = bool | int | float | str | Pair | Point


@dataclass(frozen=True, slots=True)
class Single:
    type: BaseType | None
    atom: Atom


@dataclass(frozen=True, slots=True)
class Container:
    """`multiple` (a bag) or `ordered` (a list)."""

    type: BaseType | None
    atoms: tuple[Atom, ...]
    ordered: bool = False
    holds_null: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    fields: Mapping[str, Single | None] = field(default_factory=dict)


Value = Single | Container | Record | None


def boolean(value: bool) -> Single:
    return Single("boolean", value)


def integer(value: int) -> Single:
    return Single("integer", value)


def real(value: float) -> Single | None:
    """A float; what is not a number is NULL."""
    return None if math.isnan(value) else Single("float", value)


def number(value: int | float) -> Single | None:
    return integer(value) if isinstance(value, int) else real(value)


def text(value: str) -> Single:
    return Single("string", value)


def is_null(value: Value) -> bool:
    match value:
        case None:
            return True
        case Single():
            return value.atom == "" and isinstance(value.atom, str)
        case Container():
            return not value.atoms
        case Record():
            return not value.fields


def atoms_of(value: Value) -> tuple[Atom, ...]:
    """The members of a container, the one atom of a single value, nothing for NULL."""
    match value:
        case Single():
            return (value.atom,)
        case Container():
            return value.atoms
        case _:
            return ()


def is_number(atom: object) -> bool:
    return isinstance(atom, int | float) and not isinstance(atom, bool)


def as_number(atom: Atom | None) -> int | float | None:
    """The number an atom is, or is written in; None where it is none."""
    if isinstance(atom, bool) or atom is None:
        return None
    if isinstance(atom, int | float):
        return atom
    return parse_number(atom) if isinstance(atom, str) else None


def parse_number(written: str) -> int | float | None:
    bare = written.strip()
    if _INTEGER.fullmatch(bare):
        return int(bare)
    return cast("float | None", parse_atom(bare, "float"))


def is_true(value: Value) -> bool:
    """Truth of a condition: NULL, 0, an empty string and an empty container are false."""
    match value:
        case Single():
            return bool(value.atom)
        case _:
            return not is_null(value)


def truth(value: Value) -> bool | None:
    """Three-valued: None for NULL."""
    return None if is_null(value) else is_true(value)


def same(left: Atom, right: Atom, *, unordered: bool = False) -> bool:
    """Equality of two atoms: numbers by value, pairs by their type, the rest as written."""
    if isinstance(left, bool) or isinstance(right, bool):
        return _truth_word(left) == _truth_word(right)
    if is_number(left) or is_number(right):
        return _same_number(left, right)
    if unordered and isinstance(left, Pair) and isinstance(right, Pair):
        return {left.first, left.second} == {right.first, right.second}
    return left == right


def _truth_word(atom: Atom) -> str:
    return str(atom).strip().lower()


def _same_number(left: Atom, right: Atom) -> bool:
    a, b = as_number(left), as_number(right)
    return a is not None and b is not None and (a == b or math.isclose(a, b, rel_tol=1e-12))


def same_value(left: Value, right: Value) -> bool:
    """`match`: cardinality and members are the same; a bag compares without order."""
    if isinstance(left, Record) and isinstance(right, Record):
        return _same_record(left, right)
    if isinstance(left, Record | None) or isinstance(right, Record | None):
        return False
    unordered = "pair" in (left.type, right.type)
    if (
        isinstance(left, Container)
        and isinstance(right, Container)
        and left.ordered
        and right.ordered
    ):
        return len(left.atoms) == len(right.atoms) and all(
            same(a, b, unordered=unordered) for a, b in zip(left.atoms, right.atoms, strict=True)
        )
    return same_bag(atoms_of(left), atoms_of(right), unordered=unordered)


def _same_record(left: Record, right: Record) -> bool:
    return left.fields.keys() == right.fields.keys() and all(
        same_value(left.fields[key], right.fields[key]) for key in left.fields
    )


def same_bag(left: Sequence[Atom], right: Sequence[Atom], *, unordered: bool = False) -> bool:
    rest = list(right)
    for atom in left:
        at = next(
            (i for i, other in enumerate(rest) if same(atom, other, unordered=unordered)), None
        )
        if at is None:
            return False
        rest.pop(at)
    return not rest


def parse_atom(written: str, base: BaseType | None) -> Atom | None:
    """The atom a text stands for; None where it is not one of this base type."""
    if len(written) > _LONGEST:
        return None
    if base in (None, "string"):
        return written
    bare = written.strip()
    match base:
        case "boolean":
            return {"true": True, "1": True, "false": False, "0": False}.get(bare.lower())
        case "integer":
            return _integer(bare)
        case "float":
            return _float(bare)
        case "pair" | "directedPair":
            parts = bare.split()
            return Pair(parts[0], parts[1]) if len(parts) == 2 else None
        case "point":
            return parse_point(bare)
        case "duration":
            return parse_duration(bare)
        case _:
            return bare or None


def _integer(bare: str) -> int | None:
    if _INTEGER.fullmatch(bare):
        return int(bare)
    value = _float(bare)
    return (
        int(value) if value is not None and math.isfinite(value) and value == int(value) else None
    )


def _float(bare: str) -> float | None:
    if bare.upper() in {"INF", "+INF", "-INF"}:
        return -math.inf if bare.startswith("-") else math.inf
    return float(bare) if _FLOAT.fullmatch(bare) else None


def parse_point(bare: str) -> Point | None:
    numbers = [_float(part) for part in bare.replace(",", " ").split()]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        return None
    return Point(numbers[0], numbers[1])


def parse_duration(bare: str) -> float | None:
    """Seconds in an ISO 8601 duration (`PT1H30M`) or in a plain number of seconds."""
    found = _DURATION.fullmatch(bare)
    if found is None or not any(found.groups()[1:]):
        return _float(bare)
    seconds = sum(
        float(part) * scale
        for part, scale in zip(found.groups()[1:], _SECONDS, strict=True)
        if part is not None
    )
    return -seconds if found[1] else seconds


def number_text(value: int | float) -> str:
    """Shortest writing: `3` for 3.0, `0.79`, `1e+21` only where it must be."""
    if isinstance(value, int):
        return str(value)
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return str(int(value)) if value == int(value) and abs(value) < 1e21 else repr(value)


def atom_text(atom: Atom) -> str:
    if isinstance(atom, bool):
        return "true" if atom else "false"
    return number_text(atom) if isinstance(atom, int | float) else str(atom)


def base_type(written: str) -> BaseType | None:
    return cast("BaseType", written) if written in BASE_TYPES else None


def cardinality(written: str) -> Cardinality:
    known = {"single", "multiple", "ordered", "record"}
    return cast("Cardinality", written) if written in known else "single"
