"""What an exporter gives back: the file, and by name what the format could not hold."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Invalid, Message, msg
from .found import RefusedPart
from .qti.packages_out import Asset, Assets, ExportedItem


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """`untold`: items left out, and what others lost on the way, each with its reason."""

    body: bytes
    written: int
    untold: tuple[RefusedPart, ...] = ()


class NotHeld(Invalid):
    """The format has no way to say this item; the message says what stands in the way."""

    default_code = "not_held"


def left_out(item: ExportedItem, why: Message) -> RefusedPart:
    return RefusedPart(msg("Câu {code}, không xuất", code=item.identifier), why)


def lost(item: ExportedItem, what: Message) -> RefusedPart:
    return RefusedPart(msg("Câu {code}, phần không giữ được", code=item.identifier), what)


def no_assets(name: str) -> Asset | None:
    """For items without pictures."""
    return None


__all__ = ["Asset", "Assets", "ExportedFile", "ExportedItem", "NotHeld", "left_out", "lost",
           "no_assets"]  # fmt: skip
