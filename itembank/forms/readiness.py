"""What keeps a form from being frozen, each with its place and what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..errors import Message, Problem, msg, problem
from ..items.content import KIND_NAMES, PLAYABLE, Essay, ItemContent
from ..items.interactions import QtiOpaque
from .assembly import Enemies
from .models import FormItem
from .repository import FormEntry
from .structures import ExamStructure


def problems_of(
    structure: ExamStructure, entries: Sequence[FormEntry], enemies: Enemies
) -> list[Problem]:
    missing = _missing(structure, [entry.place for entry in entries])
    return [*missing, *_unfit(entries), *_meetings(entries, enemies)]


def _meetings(entries: Sequence[FormEntry], enemies: Enemies) -> Iterator[Problem]:
    """Two that must not meet: marked after the form was filled."""
    named = {entry.item.id: entry.item.code for entry in entries}
    for entry in entries:
        met = sorted(named[one] for one in enemies.get(entry.item.id, ()) if one in named)
        if met and entry.item.code < met[0]:
            where = msg("Phần {part}, câu {n}", part=entry.place.part, n=entry.place.number)
            what = msg("Câu này kị câu {code} cũng có trong đề; thay một trong hai.", code=met[0])
            yield problem(where, what)


def _missing(structure: ExamStructure, places: Sequence[FormItem]) -> list[Problem]:
    return [
        problem(
            msg("Phần {part}", part=part.code),
            msg("Cần {needed} câu, mới có {n}; hãy chọn câu.", needed=part.count, n=n),
        )
        for part in structure.parts
        if (n := sum(place.part == part.code for place in places)) != part.count
    ]


def _unfit(entries: Sequence[FormEntry]) -> list[Problem]:
    """Places whose item has moved on in the bank, or whose rubric is worth something else."""
    found = []
    for entry in entries:
        where = msg("Phần {part}, câu {n}", part=entry.place.part, n=entry.place.number)
        if entry.item.state == "retired" or entry.item.approved_version != entry.place.version_hash:
            found.append(
                problem(where, "Phiên bản này không còn là bản đã duyệt của câu hỏi; thay câu.")
            )
        if entry.content.kind not in PLAYABLE:
            found.append(problem(where, _not_playable(entry.content)))
        most = rubric_points(entry.content)
        if most is not None and most != Decimal(entry.place.weights[-1]):
            found.append(
                problem(
                    where,
                    msg(
                        "Hướng dẫn chấm cộng được {has} điểm, cấu trúc cần {needs}; thay câu.",
                        has=most,
                        needs=entry.place.weights[-1],
                    ),
                )
            )
    return found


def _not_playable(content: ItemContent) -> Message:
    """Which interaction the candidate's player cannot draw, by name."""
    part = content.interaction
    names = part.interactions if isinstance(part, QtiOpaque) else ()
    return msg(
        "Màn hình làm bài chưa hiển thị được dạng «{kind}»; thay câu khác.",
        kind=", ".join(names) or KIND_NAMES[content.kind],
    )


def rubric_points(content: ItemContent) -> Decimal | None:
    """The most a rubric can give; None for items that are not marked by people."""
    part = content.interaction
    if not isinstance(part, Essay):
        return None
    return sum(
        (max((level.points for level in row.levels), default=Decimal(0)) for row in part.rubric),
        Decimal(0),
    )
