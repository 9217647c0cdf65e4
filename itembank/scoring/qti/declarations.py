"""Declared variables: their defaults, keys, mappings and tables, and responses from outside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .tree import Node
from .values import (
    Atom,
    BaseType,
    Cardinality,
    Container,
    Point,
    Record,
    Single,
    Value,
    as_number,
    atom_text,
    base_type,
    cardinality,
    is_null,
    parse_atom,
    parse_number,
)

Scope = Literal["response", "outcome", "template", "context"]
_SCOPES: dict[str, Scope] = {
    "responseDeclaration": "response",
    "outcomeDeclaration": "outcome",
    "templateDeclaration": "template",
    "contextDeclaration": "context",
}
MOST_MEMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a mapping gives where no entry fits, and the limits of its sum."""

    default: float = 0.0
    lower: float | None = None
    upper: float | None = None

    def clamp(self, value: float) -> float:
        if self.lower is not None:
            value = max(value, self.lower)
        return value if self.upper is None else min(value, self.upper)


@dataclass(frozen=True, slots=True)
class MapEntry:
    key: Atom
    value: float
    case_sensitive: bool = True


@dataclass(frozen=True, slots=True)
class KeyMapping:
    entries: tuple[MapEntry, ...]
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Area:
    shape: str
    coords: tuple[float, ...]
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class AreaMapping:
    areas: tuple[Area, ...]
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class TableEntry:
    source: float
    target: str
    include_boundary: bool = True


@dataclass(frozen=True, slots=True)
class LookupTable:
    """`matchTable` (equal source) or `interpolationTable` (greatest source not above)."""

    entries: tuple[TableEntry, ...]
    default: str | None
    interpolates: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """One declaration. `default` is the value at the start, `correct` the key."""

    identifier: str
    scope: Scope
    cardinality: Cardinality
    type: BaseType | None
    default: Value = None
    correct: Value = None
    mapping: KeyMapping | None = None
    areas: AreaMapping | None = None
    table: LookupTable | None = None
    normal_maximum: float | None = None
    normal_minimum: float | None = None
    external_scored: bool = False


def read_declarations(parent: Node) -> dict[str, Variable]:
    declared = (read_declaration(node) for node in parent.all(*_SCOPES))
    return {variable.identifier: variable for variable in declared}


def read_declaration(node: Node) -> Variable:
    base, kind = base_type(node.get("baseType")), cardinality(node.get("cardinality"))
    mapping, areas = node.child("mapping"), node.child("areaMapping")
    table = node.child("matchTable", "interpolationTable")
    return Variable(
        identifier=node.get("identifier"),
        scope=_SCOPES[node.name],
        cardinality=kind,
        type=base,
        default=_declared(node.child("defaultValue"), kind, base)
        or _short_default(node, kind, base),
        correct=_declared(node.child("correctResponse"), kind, base),
        mapping=None if mapping is None else _mapping(mapping, base),
        areas=None if areas is None else _areas(areas),
        table=None if table is None else read_table(table),
        normal_maximum=_limit(node, "normalMaximum"),
        normal_minimum=_limit(node, "normalMinimum"),
        external_scored=bool(node.get("externalScored")),
    )


def _short_default(node: Node, kind: Cardinality, base: BaseType | None) -> Value:
    """`defaultValue` as an attribute: not in the standard, met in the field."""
    written = node.attributes.get("defaultValue")
    return None if written is None else value_of_texts([written], kind, base)


def _declared(node: Node | None, kind: Cardinality, base: BaseType | None) -> Value:
    if node is None:
        return None
    if kind == "record":
        return _record(node.all("value"))
    return value_of_texts([value.text for value in node.all("value")], kind, base)


def _record(nodes: Iterable[Node]) -> Value:
    fields: dict[str, Single | None] = {}
    for node in nodes:
        base = base_type(node.get("baseType"))
        atom = parse_atom(node.text, base)
        fields[node.get("fieldIdentifier")] = None if atom is None else Single(base, atom)
    return Record(fields) if fields else None


def value_of_texts(texts: Sequence[str], kind: Cardinality, base: BaseType | None) -> Value:
    atoms = [atom for text in texts if (atom := parse_atom(text, base)) is not None]
    return value_of_atoms(atoms, kind, base)


def value_of_atoms(atoms: Sequence[Atom], kind: Cardinality, base: BaseType | None) -> Value:
    if not atoms:
        return None
    if kind == "single":
        return Single(base, atoms[0])
    return Container(base, tuple(atoms[:MOST_MEMBERS]), ordered=kind == "ordered")


def _limit(node: Node, name: str) -> float | None:
    found = parse_number(node.get(name))
    return None if found is None else float(found)


def _bounds(node: Node) -> Bounds:
    return Bounds(
        _limit(node, "defaultValue") or 0.0, _limit(node, "lowerBound"), _limit(node, "upperBound")
    )


def _mapping(node: Node, base: BaseType | None) -> KeyMapping:
    """An entry without `caseSensitive` follows its mapping, and a mapping without it is strict."""
    strict = node.flag("caseSensitive", True)
    entries: list[MapEntry] = []
    for entry in node.all("mapEntry"):
        key = parse_atom(entry.get("mapKey"), base)
        if key is not None:
            value = _limit(entry, "mappedValue") or 0.0
            entries.append(MapEntry(key, value, entry.flag("caseSensitive", strict)))
    return KeyMapping(tuple(entries), _bounds(node))


def _areas(node: Node) -> AreaMapping:
    return AreaMapping(
        tuple(
            Area(e.get("shape"), read_coords(e.get("coords")), _limit(e, "mappedValue") or 0.0)
            for e in node.all("areaMapEntry")
        ),
        _bounds(node),
    )


def read_coords(written: str) -> tuple[float, ...]:
    numbers = (parse_number(part.strip().rstrip("%")) for part in written.split(","))
    return tuple(float(n) for n in numbers if n is not None and math.isfinite(n))


def read_table(node: Node) -> LookupTable:
    entries = [
        TableEntry(
            _limit(entry, "sourceValue") or 0.0,
            entry.get("targetValue"),
            entry.flag("includeBoundary", True),
        )
        for entry in node.all("matchTableEntry", "interpolationTableEntry")
    ]
    return LookupTable(
        tuple(entries), node.attributes.get("defaultValue"), node.name == "interpolationTable"
    )


def look_up(table: LookupTable, source: float | None, base: BaseType | None) -> Value:
    """The target of `source`; the table's default (NULL where it has none) when none fits."""
    written = table.default if source is None else _target(table, source)
    atom = None if written is None else parse_atom(written, base)
    return None if atom is None else Single(base, atom)


def _target(table: LookupTable, source: float) -> str | None:
    for entry in table.entries:
        below = entry.source < source and table.interpolates
        if below or (entry.source == source and (entry.include_boundary or not table.interpolates)):
            return entry.target
    return table.default


def initial_value(variable: Variable) -> Value:
    """The default; 0 for a numeric outcome without one (QTI 2.2 §5.2 outcomeDeclaration)."""
    if variable.default is not None or variable.scope != "outcome":
        return variable.default
    if variable.cardinality == "single" and variable.type in {"integer", "float"}:
        return Single(variable.type, 0 if variable.type == "integer" else 0.0)
    return None


def response_value(variable: Variable, raw: Any) -> Value:
    """The value of a response as JSON carries it: text, number, truth, list, object or null.

    What is not of the declared base type is no response: NULL.
    """
    if variable.cardinality == "record":
        return _response_record(raw)
    members = raw if isinstance(raw, list) and not _is_point(variable, raw) else [raw]
    texts = [_written(member) for member in members[:MOST_MEMBERS] if member is not None]
    value = value_of_texts(
        [text for text in texts if text != ""], variable.cardinality, variable.type
    )
    return None if is_null(value) else value


def _is_point(variable: Variable, raw: list[Any]) -> bool:
    numbers = len(raw) == 2 and all(isinstance(part, int | float) for part in raw)
    return variable.type == "point" and numbers


def _written(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int | float):
        return atom_text(raw)
    if isinstance(raw, dict) and {"x", "y"} <= raw.keys():
        return f"{raw['x']} {raw['y']}"
    if isinstance(raw, list):
        return " ".join(_written(part) for part in raw)
    return str(raw)


def _response_record(raw: Any) -> Value:
    if isinstance(raw, str | int | float) and not isinstance(raw, bool):
        return number_record(str(raw))
    if not isinstance(raw, Mapping) or not raw:
        return None
    return Record({str(key): _field(value) for key, value in raw.items()})


def _field(raw: Any) -> Single | None:
    match raw:
        case bool():
            return Single("boolean", raw)
        case int():
            return Single("integer", raw)
        case float():
            return Single("float", raw)
        case None | "":
            return None
        case _:
            return Single("string", _written(raw))


def number_record(written: str) -> Value:
    """What a text entry bound to a record gives (QTI 2.2, stringInteraction)."""
    bare = written.strip()
    found = as_number(bare)
    if not bare:
        return None
    fields: dict[str, Single | None] = {"stringValue": Single("string", written)}
    if found is not None:
        mantissa, _, exponent = bare.lower().lstrip("+-").partition("e")
        left, _, right = mantissa.partition(".")
        fields["floatValue"] = Single("float", float(found))
        fields["integerValue"] = Single("integer", found) if isinstance(found, int) else None
        fields["leftDigits"] = Single("integer", len(left))
        fields["rightDigits"] = Single("integer", len(right))
        fields["ndp"] = Single("integer", len(right))
        fields["nsf"] = Single("integer", len((left + right).lstrip("0")))
        fields["exponent"] = Single("integer", int(exponent)) if exponent else None
    return Record(fields)


def json_value(value: Value) -> Any:
    """A value as JSON: numbers and truths as such, pairs and points as text, NULL as null."""
    match value:
        case None:
            return None
        case Single():
            return _json_atom(value.atom)
        case Container():
            return [_json_atom(atom) for atom in value.atoms]
        case Record():
            return {key: json_value(field) for key, field in value.fields.items()}


def _json_atom(atom: Atom) -> Any:
    return atom if isinstance(atom, bool | int | float | str) else str(atom)


def points_of(atoms: Iterable[Atom]) -> list[Point]:
    return [atom for atom in atoms if isinstance(atom, Point)]
