"""The state of one run: variables, their values, randomness, and how much work is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from .declarations import Bounds, Variable
from .errors import lacks_operand, too_long, unknown_element, unknown_variable
from .random_stream import RandomStream
from .tree import Node
from .values import Value, as_number, atoms_of, is_null

MOST_STEPS = 200_000
DEEPEST = 150

__all__ = ["Bounds", "Evaluation", "ItemResult", "Operator", "TestResults"]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item of a test: where it stands and what came of it."""

    reference: str
    outcomes: Mapping[str, Value]
    declared: Mapping[str, Variable]
    responses: Mapping[str, Value]
    sections: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    weights: Mapping[str, float] | None = None
    is_selected: bool = True
    is_presented: bool = True
    is_responded: bool = False
    is_correct: bool = False
    is_incorrect: bool = False


class TestResults(Protocol):
    """What the operators of a whole test look at."""

    def items(self) -> tuple[ItemResult, ...]: ...


class Evaluation:
    """Evaluates expressions with the given operators, within a bound of steps and depth."""

    def __init__(
        self,
        variables: Mapping[str, Variable],
        values: dict[str, Value],
        operators: Mapping[str, Operator],
        *,
        stream: RandomStream,
        test: TestResults | None = None,
    ) -> None:
        self.variables = dict(variables)
        self.values = values
        self.stream = stream
        self.test = test
        self._operators = operators
        self._steps = MOST_STEPS
        self._depth = 0

    def value(self, node: Node) -> Value:
        """The value of an expression. Raises ProcessingError for what cannot be run."""
        operator = self._operators.get(node.name)
        if operator is None:
            raise unknown_element(node.name)
        self.spend()
        self._depth += 1
        if self._depth > DEEPEST:
            raise too_long()
        try:
            return operator(self, node)
        finally:
            self._depth -= 1

    def spend(self, steps: int = 1) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise too_long()

    def operands(self, node: Node) -> list[Value]:
        values = []
        for child in node.children:
            value = self.value(child)
            self.spend(len(atoms_of(value)))
            values.append(value)
        return values

    def operand(self, node: Node, index: int = 0) -> Value:
        """The value of one sub-expression, which must be there."""
        if index >= len(node.children):
            raise lacks_operand(node.name)
        return self.value(node.children[index])

    def variable(self, identifier: str) -> Variable:
        found = self.variables.get(identifier)
        if found is None:
            raise unknown_variable(identifier)
        return found

    def attribute(self, node: Node, name: str) -> str:
        """An attribute that may name a variable, in braces or plain: its text either way."""
        return self.text_of(node.get(name))

    def text_of(self, written: str) -> str:
        bare = written.strip()
        named = bare[1:-1].strip() if bare.startswith("{") and bare.endswith("}") else bare
        value = self.values.get(named)
        if is_null(value):
            return written
        return " ".join(str(atom) for atom in atoms_of(value))

    def number_attribute(self, node: Node, name: str) -> int | float | None:
        return as_number(self.attribute(node, name)) if name in node.attributes else None


Operator = Callable[[Evaluation, Node], Value]
