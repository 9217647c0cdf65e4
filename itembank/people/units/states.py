"""What a unit was called and whom it belonged to on a day; rings of parents. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ...errors import Message, msg

UNIT_KINDS: dict[str, str] = {
    "so": "Sở GDĐT",
    "phong_gddt": "Phòng GDĐT (đến 30/6/2025)",
    "xa": "Xã, phường, đặc khu",
    "cum": "Cụm chuyên môn",
    "truong": "Trường",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Name and parents from `valid_from` on; None is «since it began»."""

    unit_id: uuid.UUID
    number: int
    valid_from: date | None
    name: str
    admin_parent_id: uuid.UUID | None
    professional_parent_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class UnitOn:
    """A unit as it stood on a day."""

    id: uuid.UUID
    code: str
    kind: str
    name: str
    admin_parent_id: uuid.UUID | None
    professional_parent_id: uuid.UUID | None
    valid_from: date | None
    valid_to: date | None

    def is_open_on(self, on: date) -> bool:
        began = self.valid_from is None or self.valid_from <= on
        return began and (self.valid_to is None or on <= self.valid_to)


def standing_on(standings: Iterable[Standing], on: date) -> Standing | None:
    """The one in force: the latest day not after `on`; of one day, the last recorded."""
    begun = [s for s in standings if s.valid_from is None or s.valid_from <= on]
    return max(begun, key=lambda s: (s.valid_from or date.min, s.number), default=None)


def makes_ring(
    parents: Mapping[uuid.UUID, uuid.UUID | None], unit_id: uuid.UUID, parent_id: uuid.UUID | None
) -> bool:
    """Whether the unit would stand above itself if `parent_id` became its parent."""
    seen: set[uuid.UUID] = set()
    above = parent_id
    while above is not None and above not in seen:
        if above == unit_id:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def wrong_kind_of_parent(kind: str, parent_kind: str) -> Message | None:
    """A school has no unit below it, and nothing stands above a department."""
    if parent_kind == "truong":
        return msg("Trường không có đơn vị trực thuộc.")
    if kind == "so" and parent_kind != "so":
        return msg("Sở không trực thuộc đơn vị cấp dưới.")
    return None
