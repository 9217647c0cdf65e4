"""Small data sets with several abilities."""

import pytest

from psychometrics import ResponseMatrix
from psychometrics.multidimensional import BifactorItem
from tests.psychometrics.multidimensional.samples import several_abilities, with_testlets


@pytest.fixture(scope="session")
def two_abilities() -> ResponseMatrix:
    return several_abilities(400, 0.6, 2, 6, seed=11)


@pytest.fixture(scope="session")
def three_testlets() -> tuple[ResponseMatrix, dict[str, str], list[BifactorItem]]:
    return with_testlets(400, (4, 3, 5), 3, seed=21)
