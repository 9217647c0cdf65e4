"""Why a response is missing, and what is made of it.

Four kinds are told apart: not administered (the item was not in the person's booklet), omitted (seen,
passed over, later items answered), not reached (at the end of the test, after the last answer) and
invalid (an answer that cannot be scored). Only the first is always without information on ability; the
treatment of the others is a decision, and calibration and scoring may decide differently.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from psychometrics.arrays import BoolArray
from psychometrics.errors import ModelError

Made = Literal["wrong", "missing"]


class ResponseKind(IntEnum):
    """What a cell of a response matrix holds."""

    GIVEN = 0
    OMITTED = 1
    NOT_REACHED = 2
    INVALID = 3
    NOT_ADMINISTERED = 4


KindArray = NDArray[np.int8]
MISSING_KINDS: dict[str, ResponseKind] = {
    "omitted": ResponseKind.OMITTED,
    "not_reached": ResponseKind.NOT_REACHED,
    "invalid": ResponseKind.INVALID,
    "not_administered": ResponseKind.NOT_ADMINISTERED,
}


@dataclass(frozen=True)
class MissingTreatment:
    """What each kind of missing response counts as.

    ``"wrong"`` is the item's lowest category, ``"missing"`` no information. What was not
    administered is never anything but missing.
    """

    omitted: Made = "wrong"
    not_reached: Made = "missing"
    invalid: Made = "wrong"

    def __post_init__(self) -> None:
        for kind in ("omitted", "not_reached", "invalid"):
            made = getattr(self, kind)
            if made not in get_args(Made):
                raise ModelError(
                    "unknown_treatment",
                    f"{kind} responses cannot count as {made!r}; choose wrong or missing.",
                    kind=kind,
                    treatment=str(made),
                )

    def counted_wrong(self, kinds: KindArray) -> BoolArray:
        """Cells that become the lowest category, in the shape of ``kinds``."""
        wrong = [
            kind
            for name, kind in MISSING_KINDS.items()
            if kind != ResponseKind.NOT_ADMINISTERED and getattr(self, name) == "wrong"
        ]
        return np.asarray(np.isin(kinds, wrong), dtype=np.bool_)


# Speed should not bias the difficulty of late items, so the calibration leaves out what was not
# reached; a score must not reward leaving the end blank. This is the rule of TIMSS and PIRLS.
FOR_CALIBRATION = MissingTreatment()
FOR_SCORING = MissingTreatment(not_reached="wrong")
