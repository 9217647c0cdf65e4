"""One measured figure, printed as one line of JSON."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """A figure with its target; without one it is shown for comparison only."""

    name: str
    value: float
    unit: str
    target: float | None = None
    met: bool | None = None

    def as_json(self) -> str:
        """The figure as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def at_most(name: str, value: float, unit: str, target: float) -> Figure:
    """A figure that must not be larger than its target."""
    return Figure(name, round(value, 4), unit, target, value <= target)


def shown(name: str, value: float, unit: str) -> Figure:
    """A figure without a target."""
    return Figure(name, round(value, 6), unit)
