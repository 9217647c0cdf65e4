"""Statistics over a container. A NULL put into it, or a member that is no number, makes them NULL.

(QTI 2.2 statsOperator: "if the sub-expression or any value contained in it is NULL, the result is
NULL; if any value contained in it is not a numerical value, the result is NULL".)
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ..errors import lacks_operand
from ..evaluation import Evaluation, Operator
from ..tree import Node
from ..values import Container, Value, real
from .arithmetic import numbers_in


def _mean(found: list[float]) -> float:
    return math.fsum(found) / len(found)


def _squares(found: list[float]) -> float:
    mean = _mean(found)
    return math.fsum((x - mean) ** 2 for x in found)


def _sample_variance(found: list[float]) -> float:
    return _squares(found) / (len(found) - 1)


def _population_variance(found: list[float]) -> float:
    return _squares(found) / len(found)


_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "mean": _mean,
    "samplevariance": _sample_variance,
    "samplesd": lambda found: math.sqrt(_sample_variance(found)),
    "popvariance": _population_variance,
    "popsd": lambda found: math.sqrt(_population_variance(found)),
}


def _statistic(name: str, value: Value) -> Value:
    if isinstance(value, Container) and value.holds_null:
        return None
    found = numbers_in([value])
    if not found:
        return None
    try:
        return real(_STATISTICS[name]([float(x) for x in found]))
    except (ZeroDivisionError, OverflowError, ValueError):
        return None


def stats_operator(run: Evaluation, node: Node) -> Value:
    name = node.get("name").replace("-", "").lower()
    if name not in _STATISTICS:
        raise lacks_operand(node.name)
    return _statistic(name, run.operand(node))


def _named(name: str) -> Operator:
    """The statistic as an element of its own, as some authoring systems write it."""
    return lambda run, node: _statistic(name, run.operand(node))


OPERATORS: dict[str, Operator] = {
    "statsOperator": stats_operator,
    "mean": _named("mean"),
    "sampleVariance": _named("samplevariance"),
    "sampleSD": _named("samplesd"),
    "popVariance": _named("popvariance"),
    "popSD": _named("popsd"),
}
