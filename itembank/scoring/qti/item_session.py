"""One item and one candidate's tries at it: from declarations and responses to outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .declarations import Variable, initial_value, read_declarations, response_value
from .evaluation import Evaluation
from .operators import OPERATORS
from .random_stream import RandomStream
from .rules import run_rules, run_template
from .standard_templates import TEMPLATES, template, template_name
from .tree import Node
from .values import Single, Value, as_number, atoms_of, is_null, same_value

COMPLETION = "completionStatus"
_BUILT_IN: tuple[Variable, ...] = (
    Variable("numAttempts", "response", "single", "integer", Single("integer", 0)),
    Variable("duration", "response", "single", "duration", Single("duration", 0.0)),
    Variable(COMPLETION, "outcome", "single", "identifier", Single("identifier", "not_attempted")),
)
_TEMPLATE_OUTCOMES: tuple[Variable, ...] = (
    Variable("SCORE", "outcome", "single", "float"),
    Variable("MAXSCORE", "outcome", "single", "float", Single("float", 1.0)),
    Variable("FEEDBACK", "outcome", "single", "identifier"),
    Variable("FEEDBACKBASIC", "outcome", "single", "identifier"),
)


def is_given_by_candidates(variable: Variable) -> bool:
    """A response of the body, not the count of tries or the time."""
    return variable.scope == "response" and variable not in _BUILT_IN


@dataclass(frozen=True, slots=True)
class ModalFeedback:
    outcome: str
    identifier: str
    shown_on_match: bool
    body: Node


@dataclass(frozen=True, slots=True)
class QtiItem:
    """An item as processing sees it."""

    identifier: str
    adaptive: bool
    variables: Mapping[str, Variable]
    template_processing: Node | None
    response_processing: Node | None
    outcome_processing: Node | None
    modal_feedback: tuple[ModalFeedback, ...]
    body: Node | None


@dataclass(frozen=True, slots=True)
class SessionState:
    """Where a session stands between two tries; `variables` carry keys set by the template."""

    variables: Mapping[str, Variable]
    values: Mapping[str, Value]
    attempts: int = 0
    stream: int = 0  # where the randomness stands
    feedback: tuple[str, ...] = field(default=())

    @property
    def outcomes(self) -> dict[str, Value]:
        return {
            name: self.values.get(name)
            for name, declared in self.variables.items()
            if declared.scope == "outcome"
        }

    @property
    def score(self) -> float:
        """The outcome SCORE as a number; 0 where the item has none."""
        atoms = atoms_of(self.values.get("SCORE"))
        found = as_number(atoms[0]) if len(atoms) == 1 else None
        return 0.0 if found is None else float(found)


def read_item(root: Node, fragments: Mapping[str, Node] | None = None) -> QtiItem:
    """The item of an `assessmentItem` tree. `fragments` are templates that came with a package.

    Raises ProcessingError where a template is neither standard nor in the package.
    """
    processing = root.child("responseProcessing")
    declared = read_declarations(root)
    return QtiItem(
        identifier=root.get("identifier"),
        adaptive=root.flag("adaptive"),
        variables=_with_built_in(declared, processing),
        template_processing=root.child("templateProcessing"),
        response_processing=None if processing is None else _program(processing, fragments or {}),
        outcome_processing=root.child("outcomeProcessing"),
        modal_feedback=tuple(_modal(node) for node in root.all("modalFeedback")),
        body=root.child("itemBody"),
    )


def _with_built_in(
    declared: Mapping[str, Variable], processing: Node | None
) -> dict[str, Variable]:
    """A standard template takes its own outcomes for granted, declared or not."""
    built_in = _BUILT_IN
    if processing is not None and template_name(processing.get("template")) in TEMPLATES:
        built_in += _TEMPLATE_OUTCOMES
    return {variable.identifier: variable for variable in built_in} | dict(declared)


def _program(processing: Node, fragments: Mapping[str, Node]) -> Node:
    """The rules of the item itself, else those of the template it names."""
    if processing.children:
        return processing
    for name in ("template", "templateLocation"):
        address = processing.get(name)
        if address in fragments:
            return fragments[address]
    address = processing.get("template") or processing.get("templateLocation")
    return template(address) if address else processing


def _modal(node: Node) -> ModalFeedback:
    shown = node.get("showHide", "show") != "hide"
    return ModalFeedback(node.get("outcomeIdentifier"), node.get("identifier"), shown, node)


def begin(item: QtiItem, *, seed: int = 0) -> SessionState:
    """A session at its start: defaults set, templates drawn from `seed`."""
    values = {name: initial_value(declared) for name, declared in item.variables.items()}
    run = Evaluation(item.variables, values, OPERATORS, stream=RandomStream(seed))
    if item.template_processing is not None:
        run_template(run, item.template_processing)
    return SessionState(run.variables, run.values, stream=run.stream.position)


def submit(
    item: QtiItem, state: SessionState, responses: Mapping[str, Any], *, seconds: float = 0.0
) -> SessionState:
    """One try: responses in, outcomes out. Pure; the same input gives the same state.

    Outcomes of an item that is not adaptive start again from their defaults at every try, those of
    an adaptive item go on from where they were (QTI 2.2 §6.1).
    """
    values = dict(state.values)
    for name, declared in state.variables.items():
        if declared.scope == "outcome" and not item.adaptive:
            values[name] = initial_value(declared)
        if name in responses and declared.scope == "response":
            values[name] = response_value(declared, responses[name])
    values |= _progress(item, state, seconds)
    run = Evaluation(state.variables, values, OPERATORS, stream=RandomStream(state.stream))
    for processing in (item.response_processing, item.outcome_processing):
        if processing is not None:
            run_rules(run, processing)
    ended = replace(
        state,
        variables=run.variables,
        values=run.values,
        attempts=state.attempts + 1,
        stream=run.stream.position,
    )
    return replace(ended, feedback=shown_feedback(item, ended))


def _progress(item: QtiItem, state: SessionState, seconds: float) -> dict[str, Value]:
    before = state.values.get(COMPLETION) if item.adaptive and state.attempts else None
    status = before or Single("identifier", "unknown" if item.adaptive else "completed")
    return {
        "numAttempts": Single("integer", state.attempts + 1),
        "duration": Single("duration", float(seconds)),
        COMPLETION: status,
    }


def shown_feedback(item: QtiItem, state: SessionState) -> tuple[str, ...]:
    """Identifiers of the modal feedback that shows after this try."""
    return tuple(
        feedback.identifier
        for feedback in item.modal_feedback
        if holds(state.values.get(feedback.outcome), feedback.identifier) == feedback.shown_on_match
    )


def holds(value: Value, identifier: str) -> bool:
    """Whether a variable has this identifier for a value or among its values."""
    return identifier in {str(atom) for atom in atoms_of(value)}


def is_correct(state: SessionState) -> bool:
    """Every response with a key equals it (QTI 2.2 numberCorrect)."""
    from_key = [
        _equals_key(state.values.get(name), declared)
        for name, declared in state.variables.items()
        if declared.scope == "response" and declared.correct is not None
    ]
    return bool(from_key) and all(from_key)


def _equals_key(value: Value, declared: Variable) -> bool:
    return not is_null(value) and same_value(value, declared.correct)


def is_responded(state: SessionState) -> bool:
    """Some response differs from what stood there at the start."""
    return any(
        is_given_by_candidates(declared)
        and not is_null(state.values.get(name))
        and state.values.get(name) != declared.default
        for name, declared in state.variables.items()
    )
