"""Every expression of the specification by its element name."""

from __future__ import annotations

from collections.abc import Mapping

from ..evaluation import Operator
from . import arithmetic, containers, geometry, logic, statistics, test_results, texts, variables

OPERATORS: Mapping[str, Operator] = {
    **variables.OPERATORS,
    **logic.OPERATORS,
    **arithmetic.OPERATORS,
    **statistics.OPERATORS,
    **containers.OPERATORS,
    **texts.OPERATORS,
    **geometry.OPERATORS,
    **test_results.OPERATORS,
}
