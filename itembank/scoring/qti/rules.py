"""The statements of response, outcome and template processing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .declarations import Variable, initial_value, look_up
from .errors import lacks_operand, unknown_element
from .evaluation import Evaluation
from .operators.logic import condition_holds, number_in
from .tree import Node
from .values import (
    Cardinality,
    Container,
    Record,
    Single,
    Value,
    as_number,
    atom_text,
    atoms_of,
    is_null,
    parse_atom,
)

MOST_REDRAWS = 100


class Stop(Exception):
    """`exitResponse`, `exitTest`, `exitTemplate`: the rest of the processing is left out."""


class DrawAgain(Exception):
    """`templateConstraint` did not hold: the template variables are drawn again."""


def run_rules(run: Evaluation, processing: Node) -> None:
    """Carry out the statements in order, until the end or an exit."""
    try:
        run_block(run, processing.children)
    except Stop:
        return


def run_template(run: Evaluation, processing: Node) -> None:
    """Template processing, drawn again while a constraint does not hold (at most 100 times).

    QTI 2.2 templateConstraint: when the tries are used up the variables go back to their defaults.
    """
    variables, values = dict(run.variables), dict(run.values)
    for _ in range(MOST_REDRAWS):
        try:
            run_rules(run, processing)
            return
        except DrawAgain:
            run.variables, run.values = dict(variables), dict(values)


def run_block(run: Evaluation, rules: tuple[Node, ...]) -> None:
    for rule in rules:
        run.spend()
        action = _RULES.get(rule.name)
        if action is None:
            raise unknown_element(rule.name)
        action(run, rule)


def _condition(run: Evaluation, rule: Node) -> None:
    for branch in rule.children:
        if branch.name.endswith("Else"):
            run_block(run, branch.children)
            return
        if not branch.children:
            raise lacks_operand(branch.name)
        if condition_holds(run, branch.children[0]):
            run_block(run, branch.children[1:])
            return


def _fragment(run: Evaluation, rule: Node) -> None:
    run_block(run, rule.children)


def _stop(run: Evaluation, rule: Node) -> None:
    raise Stop


def _set_value(run: Evaluation, rule: Node) -> None:
    declared = run.variable(rule.get("identifier"))
    run.values[declared.identifier] = fitted(run.operand(rule), declared)


def _set_outcome(run: Evaluation, rule: Node) -> None:
    """An outcome that was not declared takes the value as it is."""
    name = rule.get("identifier")
    if name not in run.variables:
        value = run.operand(rule)
        base = value.type if isinstance(value, Single | Container) else None
        kind: Cardinality = "single" if isinstance(value, Single | None) else "multiple"
        run.variables[name] = Variable(name, "outcome", kind, base)
        run.values[name] = value
        return
    _set_value(run, rule)


def _set_correct(run: Evaluation, rule: Node) -> None:
    declared = run.variable(rule.get("identifier"))
    correct = fitted(run.operand(rule), declared)
    run.variables[declared.identifier] = replace(declared, correct=correct)


def _set_default(run: Evaluation, rule: Node) -> None:
    """With an expression a new default; without one the variable goes back to its default."""
    declared = run.variable(rule.get("identifier"))
    if rule.children:
        declared = replace(declared, default=fitted(run.operand(rule), declared))
        run.variables[declared.identifier] = declared
    run.values[declared.identifier] = initial_value(declared)


def _look_up(run: Evaluation, rule: Node) -> None:
    declared = run.variable(rule.get("identifier"))
    if declared.table is None:
        raise lacks_operand(rule.name)
    source = number_in(run.operand(rule))
    found = None if source is None else float(source)
    run.values[declared.identifier] = look_up(declared.table, found, declared.type)


def _constraint(run: Evaluation, rule: Node) -> None:
    if not condition_holds(run, rule.children[0] if rule.children else Node("null")):
        run.spend(100)
        raise DrawAgain


def fitted(value: Value, declared: Variable) -> Value:
    """The value in the cardinality and base type of the variable that takes it."""
    if value is None or isinstance(value, Record):
        return value
    if declared.cardinality == "record":
        return value
    if declared.cardinality == "single":
        return _single(value, declared)
    atoms = atoms_of(value)
    return Container(declared.type, atoms, declared.cardinality == "ordered") if atoms else None


def _single(value: Single | Container, declared: Variable) -> Value:
    """One value; a container gives its only member."""
    atoms = atoms_of(value)
    if len(atoms) != 1:
        return None if is_null(value) else value
    atom = atoms[0]
    if declared.type in {"integer", "float"}:
        found = as_number(atom)
        if found is None:
            return None
        whole = declared.type == "integer" and found == found // 1
        return Single(declared.type, int(found) if whole else found)
    if declared.type is None or value.type == declared.type:
        return Single(declared.type or value.type, atom)
    parsed = parse_atom(atom_text(atom), declared.type)
    return None if parsed is None else Single(declared.type, parsed)


_RULES: dict[str, Callable[[Evaluation, Node], None]] = {
    "responseCondition": _condition,
    "outcomeCondition": _condition,
    "templateCondition": _condition,
    "responseProcessingFragment": _fragment,
    "outcomeProcessingFragment": _fragment,
    "setOutcomeValue": _set_outcome,
    "setResponseValue": _set_value,
    "setTemplateValue": _set_value,
    "setCorrectResponse": _set_correct,
    "setDefaultValue": _set_default,
    "lookupOutcomeValue": _look_up,
    "templateConstraint": _constraint,
    "exitResponse": _stop,
    "exitTest": _stop,
    "exitTemplate": _stop,
}
STATEMENTS = frozenset(_RULES)
