"""Containers and records: making, taking apart, looking into."""

from __future__ import annotations

from ..errors import lacks_operand
from ..evaluation import Evaluation, Operator
from ..tree import Node
from ..values import (
    Atom,
    BaseType,
    Container,
    Record,
    Single,
    Value,
    atoms_of,
    boolean,
    integer,
    is_null,
    same,
)
from .logic import number_in

MOST_REPEATS = 10_000


def multiple(run: Evaluation, node: Node) -> Value:
    return _gathered(run.operands(node), ordered=False)


def ordered(run: Evaluation, node: Node) -> Value:
    return _gathered(run.operands(node), ordered=True)


def _gathered(values: list[Value], *, ordered: bool) -> Value:
    known = [value for value in values if not is_null(value)]
    atoms = tuple(atom for value in known for atom in atoms_of(value))
    if not atoms:
        return None
    return Container(_type(known), atoms, ordered, holds_null=len(known) < len(values))


def _type(values: list[Value]) -> BaseType | None:
    types = {value.type for value in values if isinstance(value, Single | Container)}
    return types.pop() if len(types) == 1 else None


def container_size(run: Evaluation, node: Node) -> Value:
    return integer(len(atoms_of(run.operand(node))))


def index(run: Evaluation, node: Node) -> Value:
    """The n-th member, counted from 1; n is the attribute or the second expression."""
    value = run.operand(node)
    at = run.number_attribute(node, "n")
    if at is None and len(node.children) > 1:
        at = number_in(run.operand(node, 1))
    atoms = atoms_of(value)
    if at is None or at != int(at) or not 1 <= at <= len(atoms):
        return None
    return Single(_base(value), atoms[int(at) - 1])


def _base(value: Value) -> BaseType | None:
    return value.type if isinstance(value, Single | Container) else None


def field_value(run: Evaluation, node: Node) -> Value:
    value = run.operand(node)
    return value.fields.get(node.get("fieldIdentifier")) if isinstance(value, Record) else None


def record(run: Evaluation, node: Node) -> Value:
    """A record of named expressions: an extension met in the field."""
    fields: dict[str, Single | None] = {}
    for part in node.children:
        value = run.operand(part)
        fields[part.get("fieldIdentifier")] = value if isinstance(value, Single) else None
    return Record(fields)


def member(run: Evaluation, node: Node) -> Value:
    value, container = run.operand(node, 0), run.operand(node, 1)
    if is_null(value) or is_null(container):
        return None
    unordered = _base(container) == "pair"
    wanted = atoms_of(value)
    inside = atoms_of(container)
    return boolean(any(same(wanted[0], atom, unordered=unordered) for atom in inside))


def contains(run: Evaluation, node: Node) -> Value:
    """Bag in bag, or list as a run within a list."""
    whole, part = run.operand(node, 0), run.operand(node, 1)
    if is_null(whole) or is_null(part):
        return None
    unordered = _base(whole) == "pair"
    inside, wanted = atoms_of(whole), atoms_of(part)
    in_order = isinstance(whole, Container) and whole.ordered
    found = (
        _run_within(inside, wanted, unordered) if in_order else _within(inside, wanted, unordered)
    )
    return boolean(found)


def _within(inside: tuple[Atom, ...], wanted: tuple[Atom, ...], unordered: bool) -> bool:
    rest = list(inside)
    for atom in wanted:
        at = next((i for i, o in enumerate(rest) if same(atom, o, unordered=unordered)), None)
        if at is None:
            return False
        rest.pop(at)
    return True


def _run_within(inside: tuple[Atom, ...], wanted: tuple[Atom, ...], unordered: bool) -> bool:
    size = len(wanted)
    return any(
        all(same(a, b, unordered=unordered) for a, b in zip(inside[at:], wanted, strict=False))
        for at in range(len(inside) - size + 1)
    )


def delete(run: Evaluation, node: Node) -> Value:
    """The container without any instance of the value."""
    value, container = run.operand(node, 0), run.operand(node, 1)
    if is_null(value) or is_null(container):
        return None
    unordered = _base(container) == "pair"
    gone = atoms_of(value)[0]
    kept = tuple(a for a in atoms_of(container) if not same(gone, a, unordered=unordered))
    in_order = isinstance(container, Container) and container.ordered
    return Container(_base(container), kept, in_order) if kept else None


def repeat(run: Evaluation, node: Node) -> Value:
    """The expressions one after the other, evaluated afresh each time."""
    times = run.number_attribute(node, "numberRepeats")
    if times is None or times > MOST_REPEATS:
        raise lacks_operand(node.name)
    values = [value for _ in range(int(times)) for value in run.operands(node)]
    return _gathered(values, ordered=True)


def random(run: Evaluation, node: Node) -> Value:
    """One member, by the seeded stream."""
    value = run.operand(node)
    atoms = atoms_of(value)
    return Single(_base(value), run.stream.choice(atoms)) if atoms else None


OPERATORS: dict[str, Operator] = {
    "multiple": multiple,
    "ordered": ordered,
    "containerSize": container_size,
    "index": index,
    "fieldValue": field_value,
    "record": record,
    "member": member,
    "contains": contains,
    "delete": delete,
    "repeat": repeat,
    "random": random,
}
