"""The ability distribution that each person comes from."""

import numpy as np

from psychometrics.data import ResponseMatrix
from psychometrics.errors import DataError
from psychometrics.results import Calibration, Group


def populations_of(responses: ResponseMatrix, calibration: Calibration) -> tuple[Group, ...]:
    """The calibrated population of each of the responses' groups, in the order of the codes.

    A calibration of one group serves persons of every label.

    Raises
    ------
    DataError
        Persons of a group that was not calibrated.
    """
    if not calibration.has_groups:
        return tuple(calibration.groups[0] for _ in responses.groups)
    known = {group.group: group for group in calibration.groups}
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
    return tuple(known.get(label, calibration.groups[0]) for label in responses.groups)
