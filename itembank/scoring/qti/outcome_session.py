"""Outcome processing of a whole test: item results in, test outcomes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .declarations import Variable, initial_value, read_declarations
from .evaluation import Evaluation, ItemResult
from .item_session import QtiItem, SessionState, holds, is_correct, is_responded
from .operators import OPERATORS
from .random_stream import RandomStream
from .rules import run_rules
from .tree import Node
from .values import Value, as_number

_DURATION = Variable("duration", "outcome", "single", "duration")


@dataclass(frozen=True, slots=True)
class ItemReference:
    """An `assessmentItemRef`: where the item stands in the test and what it weighs there."""

    identifier: str
    href: str
    sections: tuple[str, ...]
    categories: tuple[str, ...]
    weights: Mapping[str, float]
    mappings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QtiTest:
    identifier: str
    variables: Mapping[str, Variable]
    items: tuple[ItemReference, ...]
    outcome_processing: Node | None
    feedback: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TestState:
    outcomes: Mapping[str, Value]
    feedback: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Results:
    results: tuple[ItemResult, ...]

    def items(self) -> tuple[ItemResult, ...]:
        return self.results


def read_test(root: Node) -> QtiTest:
    return QtiTest(
        identifier=root.get("identifier"),
        variables=read_declarations(root),
        items=tuple(_references(root, ())),
        outcome_processing=root.child("outcomeProcessing"),
        feedback=tuple(root.find("testFeedback")),
    )


def _references(node: Node, sections: tuple[str, ...]) -> Iterator[ItemReference]:
    for child in node.children:
        if child.name == "assessmentItemRef":
            yield _reference(child, sections)
        elif child.name in {"testPart", "assessmentSection"}:
            yield from _references(child, (*sections, child.get("identifier")))


def _reference(node: Node, sections: tuple[str, ...]) -> ItemReference:
    weights = {w.get("identifier"): as_number(w.get("value")) for w in node.all("weight")}
    renamed = {
        m.get("targetIdentifier"): m.get("sourceIdentifier") for m in node.all("variableMapping")
    }
    return ItemReference(
        node.get("identifier"),
        node.get("href"),
        sections,
        tuple(node.get("category").split()),
        {name: float(value) for name, value in weights.items() if value is not None},
        renamed,
    )


def result_of(reference: ItemReference, item: QtiItem, state: SessionState | None) -> ItemResult:
    """An item's part in a test; a state of None means that it was not presented."""
    declared = item.variables if state is None else state.variables
    values: Mapping[str, Value] = (
        {name: initial_value(v) for name, v in declared.items()} if state is None else state.values
    )
    split = {scope: _of_scope(declared, values, scope) for scope in ("outcome", "response")}
    outcomes = split["outcome"] | {
        new: split["outcome"].get(old) for new, old in reference.mappings.items()
    }
    return ItemResult(
        reference=reference.identifier,
        outcomes=outcomes,
        declared=declared,
        responses=split["response"],
        sections=reference.sections,
        categories=reference.categories,
        weights=reference.weights,
        is_presented=state is not None,
        is_responded=state is not None and is_responded(state),
        is_correct=state is not None and is_correct(state),
        is_incorrect=state is not None and is_responded(state) and not is_correct(state),
    )


def _of_scope(
    declared: Mapping[str, Variable], values: Mapping[str, Value], scope: str
) -> dict[str, Value]:
    return {name: values.get(name) for name, v in declared.items() if v.scope == scope}


def not_selected(result: ItemResult) -> ItemResult:
    return replace(result, is_selected=False, is_presented=False, is_responded=False)


def process_test(test: QtiTest, results: Sequence[ItemResult], *, seed: int = 0) -> TestState:
    """Outcomes of the test from the results of its items, and the feedback that shows."""
    variables = {"duration": _DURATION} | dict(test.variables)
    values = {name: initial_value(declared) for name, declared in variables.items()}
    run = Evaluation(
        variables, values, OPERATORS, stream=RandomStream(seed), test=_Results(tuple(results))
    )
    if test.outcome_processing is not None:
        run_rules(run, test.outcome_processing)
    shown = tuple(node.get("identifier") for node in test.feedback if _shows(node, run.values))
    return TestState({name: run.values.get(name) for name in test.variables}, shown)


def _shows(node: Node, values: Mapping[str, Value]) -> bool:
    matches = holds(values.get(node.get("outcomeIdentifier")), node.get("identifier"))
    return matches == (node.get("showHide", "show") != "hide")
