"""How a program was run, and the same run of ours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.reference.collection import DataSet
from psychometrics import Calibration, Quadrature, ResponseMatrix, calibrate

PRIOR = re.compile(
    r"\(\s*([^()]+?)\s*,\s*(\w+)\s*,\s*(\w+)\s*,\s*([-.\deE]+)\s*,\s*([-.\deE]+)\s*\)"
)
FAMILIES = {  # of mirt: parameter as it names it, density -> ours
    ("g", "norm"): "g=logitnormal",
    ("g", "expbeta"): "g=beta",
    ("u", "norm"): "u=logitnormal",
    ("u", "expbeta"): "u=beta",
    ("a1", "lnorm"): "a=lognormal",
    ("a1", "norm"): "a=normal",
    ("d", "norm"): "intercept=normal",
}


class NotComparable(Exception):
    """This result cannot be repeated here; the message says why."""


@dataclass(frozen=True)
class Run:
    """Everything a calibration depends on."""

    items: tuple[str, ...]
    models: tuple[str, ...]
    quadrature: Quadrature
    priors: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()  # of the persons
    reference_group: str | None = None

    @property
    def model(self) -> str | dict[str, str]:
        """One model, or one for each item."""
        if len(set(self.models)) == 1:
            return self.models[0]
        return dict(zip(self.items, self.models, strict=True))


@dataclass(frozen=True, eq=False)
class Calibrations:
    """Our calibrations of one data set, each done once."""

    data_set: DataSet
    done: dict[Run, tuple[ResponseMatrix, Calibration]] = field(default_factory=dict)

    def of(self, run: Run) -> tuple[ResponseMatrix, Calibration]:
        """The responses and our calibration of them."""
        if run not in self.done:
            responses = self.data_set.responses(run.items, run.groups or None, run.reference_group)
            calibration = calibrate(
                responses,
                run.model,
                quadrature=run.quadrature,
                priors=run.priors,
                covariance=True,
            )
            self.done[run] = responses, calibration
        return self.done[run]


def priors_of_mirt(syntax: str | None, items: Sequence[str]) -> tuple[str, ...]:
    """Priors of mirt's model syntax, ``PRIOR = (1-5, g, norm, -1.4, 0.5)``, as ours.

    Raises
    ------
    NotComparable
        A prior on a parameter, or a density, that is not known here.
    """
    found = []
    for numbers, parameter, density, first, second in PRIOR.findall(syntax or ""):
        family = FAMILIES.get((parameter, density))
        if family is None:
            raise NotComparable(f"prior {density} on {parameter} has no counterpart")
        name, own = family.split("=")
        places = ",".join(items[number - 1] for number in _numbers(numbers))
        found.append(f"{name}[{places}]={own}({first},{second})")
    return tuple(found)


def _numbers(text: str) -> list[int]:
    """``1-3,7`` as 1, 2, 3, 7."""
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers
