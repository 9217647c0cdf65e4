"""Variables, constants, and the score a mapping gives to a response."""

from __future__ import annotations

from ..declarations import AreaMapping, KeyMapping, MapEntry, look_up, points_of, read_table
from ..errors import custom_operator, lacks_operand
from ..evaluation import Evaluation, Operator
from ..tree import Node
from ..values import (
    Atom,
    Single,
    Value,
    atom_text,
    atoms_of,
    base_type,
    is_null,
    parse_atom,
    real,
    same,
)
from .geometry import is_inside
from .logic import number_in
from .test_results import weighted


def variable(run: Evaluation, node: Node) -> Value:
    """The value of a variable; NULL for one that is not declared."""
    name = node.get("identifier")
    if run.test is not None and "." in name and name not in run.values:
        return weighted(run, name, node.get("weightIdentifier"))
    return run.values.get(name)


def base_value(run: Evaluation, node: Node) -> Value:
    base = base_type(node.get("baseType"))
    atom = parse_atom(node.text, base)
    return None if atom is None else Single(base, atom)


def null(run: Evaluation, node: Node) -> Value:
    return None


def correct(run: Evaluation, node: Node) -> Value:
    return run.variable(node.get("identifier")).correct


def default(run: Evaluation, node: Node) -> Value:
    return run.variable(node.get("identifier")).default


def map_response(run: Evaluation, node: Node) -> Value:
    """Sum over the distinct members of the response, within the bounds of the mapping.

    A value that stands in the container twice is counted once (QTI 2.2 mapResponse: "If a container
    contains multiple instances of the same value then that value is counted once only").
    """
    declared = run.variable(node.get("identifier"))
    value = run.values.get(declared.identifier)
    if declared.mapping is None:
        return real(0.0)
    if is_null(value) and declared.cardinality == "single":
        return real(declared.mapping.bounds.clamp(declared.mapping.bounds.default))
    unordered = declared.type == "pair"
    members = _distinct(atoms_of(value), unordered=unordered)
    total = sum(_mapped(declared.mapping, atom, unordered=unordered) for atom in members)
    return real(declared.mapping.bounds.clamp(float(total)))


def _distinct(atoms: tuple[Atom, ...], *, unordered: bool) -> list[Atom]:
    kept: list[Atom] = []
    for atom in atoms:
        if not any(same(atom, other, unordered=unordered) for other in kept):
            kept.append(atom)
    return kept


def _mapped(mapping: KeyMapping, atom: Atom, *, unordered: bool) -> float:
    for entry in mapping.entries:
        if _fits(entry, atom, unordered=unordered):
            return entry.value
    return mapping.bounds.default


def _fits(entry: MapEntry, atom: Atom, *, unordered: bool) -> bool:
    if entry.case_sensitive or not isinstance(atom, str):
        return same(entry.key, atom, unordered=unordered)
    return atom_text(entry.key).casefold() == atom.casefold()


def map_response_point(run: Evaluation, node: Node) -> Value:
    """Each area counts once however many points lie in it; a point in none earns the default."""
    declared = run.variable(node.get("identifier"))
    value = run.values.get(declared.identifier)
    if declared.areas is None:
        return real(0.0)
    return real(_point_score(declared.areas, value))


def _point_score(areas: AreaMapping, value: Value) -> float:
    hit: set[int] = set()
    total = 0.0 if not is_null(value) else areas.bounds.default
    for point in points_of(atoms_of(value)):
        fitting = (n for n, a in enumerate(areas.areas) if is_inside(point, a.shape, a.coords))
        found = next(fitting, None)
        if found is None:
            total += areas.bounds.default
        elif found not in hit:
            hit.add(found)
            total += areas.areas[found].value
    return areas.bounds.clamp(total)


def lookup_table(run: Evaluation, node: Node) -> Value:
    """A table used in place: an extension met in the field."""
    table = node.child("matchTable", "interpolationTable")
    if table is None:
        raise lacks_operand(node.name)
    source = next((child for child in node.children if child is not table), None)
    found = None if source is None else number_in(run.value(source))
    return look_up(read_table(table), found, base_type(node.get("baseType")) or "float")


def refuse_custom(run: Evaluation, node: Node) -> Value:
    raise custom_operator()


OPERATORS: dict[str, Operator] = {
    "variable": variable,
    "baseValue": base_value,
    "null": null,
    "correct": correct,
    "default": default,
    "mapResponse": map_response,
    "mapResponsePoint": map_response_point,
    "lookupTable": lookup_table,
    "customOperator": refuse_custom,
}
