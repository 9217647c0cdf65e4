"""One measured figure, as every benchmark prints it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """A figure with its target; `met` is None where there is nothing to meet."""

    name: str
    value: float
    unit: str
    target: float | None
    met: bool | None

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)
