"""What an importer found: one neutral shape for Word, QTI, Moodle, GIFT, Aiken and spreadsheets.

An importer fills a `FoundItem` for whatever it recognised as an item, right or doubtful; doubts
are problems at the item. Nothing is saved here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from ..errors import Message, Problem, msg
from ..items.content import ItemContent, StimulusContent
from ..items.pictures import Picture

Key = str | tuple[str, ...] | None
Progress = Callable[[float], None]  # hears which share of a file has been read


def unheard(share: float) -> None:
    """Nobody waits for this reading."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where imported items belong in the bank unless the file itself says it."""

    subject: str = ""
    grade: int = 12
    topic: str = ""


@dataclass(frozen=True, slots=True)
class FoundImage:
    """A picture of an item. `sha256` names the stored bytes: `<img src="asset:SHA256">`."""

    sha256: str
    picture: Picture
    name: str = ""


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One item of a file.

    `stem`, `options` and `stimulus_text` are plain text with formulas as TeX between `$`.
    `key` by kind: ``"B"`` (choice), ``("A", "C")`` (multiple), ``"ĐSSĐ"`` (tf_cluster),
    ``"-2,5"`` (short); None where there is none or it is not known.
    `content` is None where the item cannot be put into the item model as it stands; the problems
    then say what must be settled first. `stimulus` is shared by object: items that belong to the
    same material name the same `StimulusContent`.
    """

    number: int
    kind: str
    stem: str
    options: tuple[str, ...] = ()
    key: Key = None
    points: Decimal | None = None
    content: ItemContent | None = None
    stimulus: StimulusContent | None = None
    stimulus_text: str = ""
    images: tuple[FoundImage, ...] = ()
    formulas: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    identity: str = ""  # what names the item in its source: to make a new version, not a new item

    @property
    def is_settled(self) -> bool:
        return self.content is not None and not self.problems


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """Something of the file that did not come in, and why."""

    where: Message
    why: Message


NO_ITEMS = RefusedPart(msg("Cả tệp"), msg("Không thấy câu hỏi nào trong tệp."))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All that came of one file or folder."""

    items: tuple[FoundItem, ...] = ()
    refused: tuple[RefusedPart, ...] = ()
    seconds: float = 0.0
    format: Literal["docx", "qti", "moodle", "gift", "aiken", "xlsx"] | None = field(default=None)

    @property
    def opaque(self) -> int:
        """Items kept word for word because the item model does not hold them."""
        return sum(item.kind == "qti" for item in self.items)

    @property
    def modelled(self) -> int:
        return len(self.items) - self.opaque


def report_json(report: ImportReport) -> dict[str, Any]:
    """The report as `khaothi import --json` prints it; sentences in Vietnamese."""
    return {
        "items": [item_json(item) for item in report.items],
        "modelled": report.modelled,
        "opaque": report.opaque,
        "refused": [{"where": str(part.where), "why": str(part.why)} for part in report.refused],
        "seconds": round(report.seconds, 3),
    }


def item_json(item: FoundItem) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": item.number,
        "kind": item.kind,
        "stem": item.stem,
        "options": list(item.options),
        "key": list(item.key) if isinstance(item.key, tuple) else item.key,
        "images": len(item.images),
        "formulas": len(item.formulas),
        "problems": problems_json(item.problems),
    }
    if item.points is not None:
        told["points"] = _number(item.points)
    if item.stimulus_text:
        told["stimulus"] = item.stimulus_text
    return told


def problems_json(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"where": str(found.where), "what": str(found.what)} for found in problems]


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
