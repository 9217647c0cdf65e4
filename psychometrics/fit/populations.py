"""The ability distribution that each person comes from."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np

from psychometrics.errors import DataError
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration, Group


class Labelled(Protocol):
    """Something that belongs to a group of persons."""

    @property
    def group(self) -> str:
        """The group's label."""


Population = TypeVar("Population", bound=Labelled)


def populations_of(responses: ResponseMatrix, calibration: Calibration) -> tuple[Group, ...]:
    """The calibrated population of each of the responses' groups; see :func:`matched`."""
    return matched(responses, calibration.groups)


def matched(responses: ResponseMatrix, populations: Sequence[Population]) -> tuple[Population, ...]:
    """The population of each of the responses' groups, in the order of the codes.

    A single population serves persons of every label.

    Raises
    ------
    DataError
        Persons of a group that was not calibrated.
    """
    if len(populations) == 1:
        return tuple(populations[0] for _ in responses.groups)
    known = {population.group: population for population in populations}
    for code, label in enumerate(responses.groups):
        if label not in known and (responses.group_codes == code).any():
            row = int(np.flatnonzero(responses.group_codes == code)[0]) + 1
            raise DataError(
                "unknown_group",
                f"Row {row}: group {label!r} is not among the calibrated groups "
                f"({', '.join(known)}); say which column holds the group.",
                row=row,
                group=label,
                groups=list(known),
            )
    return tuple(known.get(label, populations[0]) for label in responses.groups)
