"""What an interaction beyond the official papers' four still lacks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import Problem, msg, problem
from .composite import MARKED_BY_PEOPLE, Composite
from .html import has_text
from .interactions import (
    Cloze,
    GapMatch,
    Hotspot,
    Hottext,
    Link,
    Match,
    MultipleChoice,
    Option,
    Order,
    Part,
    QtiOpaque,
)

Further = (
    MultipleChoice | Cloze | Match | Order | Hotspot | GapMatch | Hottext | Composite | QtiOpaque
)


def further_problems(part: Further, *, scored: bool) -> Iterator[Problem]:
    """`scored`: the key stands in the QTI the item came from, so none is asked for here."""
    yield from _parts(part)
    if not scored:
        yield from _key(part)


def _parts(part: Further) -> Iterator[Problem]:
    match part:
        case MultipleChoice() | Order():
            yield from _options(part.options)
        case Cloze() if not part.gaps:
            yield problem("gaps", "Câu điền từ chưa có chỗ trống nào.")
        case Match():
            yield from _bodies("rows", part.rows)
            yield from _bodies("columns", part.columns)
        case Hotspot():
            yield from _areas(part)
        case GapMatch() if not part.gaps or not part.pieces:
            yield problem("gaps", "Cần ít nhất một chỗ trống và một mảnh để kéo vào.")
        case Composite() if not part.places:
            yield problem("places", "Câu chưa có phần trả lời nào.")
        case Hottext() if not part.words:
            yield problem("words", "Đoạn văn chưa có từ nào để chọn.")
        case _:
            return


def _areas(part: Hotspot) -> Iterator[Problem]:
    if not part.areas or not has_text(part.picture):
        yield problem("areas", "Cần một hình và ít nhất một vùng để chọn.")
    for area in part.areas:
        if area.shape != "default" and not area.label.strip():
            yield problem(
                f"areas.{area.id}",
                msg("Đặt tên cho vùng {id}: người không nhìn thấy hình chọn theo tên.", id=area.id),
            )


def _options(options: Sequence[Option]) -> Iterator[Problem]:
    if len(options) < 2:
        yield problem("options", "Cần ít nhất hai phương án.")
    seen: dict[str, str] = {}
    for option in options:
        where = f"options.{option.id}.body"
        if not has_text(option.body):
            yield problem(where, msg("Viết nội dung phương án {id}.", id=option.id))
        elif option.body in seen:
            told = {"id": option.id, "other": seen[option.body]}
            yield problem(where, msg("Phương án {id} trùng với {other}; sửa một.", **told))
        seen.setdefault(option.body, option.id)


def _bodies(where: str, parts: Sequence[Part]) -> Iterator[Problem]:
    if not parts:
        yield problem(where, "Câu ghép cặp cần cả hai cột.")
    for part in parts:
        if not has_text(part.body):
            yield problem(f"{where}.{part.id}", msg("Viết nội dung mục {id}.", id=part.id))


def _key(part: Further) -> Iterator[Problem]:
    match part:
        case Composite():
            yield from _unkeyed(part)
        case QtiOpaque():
            yield problem("qti", "Câu giữ nguyên văn thiếu phần chấm; nhập lại từ gói gốc.")
        case Cloze():
            for gap in part.gaps:
                if not any(key.strip() for key in gap.keys):
                    yield problem(
                        f"gaps.{gap.id}", msg("Chỗ trống {id} chưa có đáp án.", id=gap.id)
                    )
        case Match() | GapMatch():
            if not part.keys or not _known(part):
                yield problem("keys", "Đáp án phải gồm các cặp có trong câu hỏi.")
        case Order():
            if sorted(part.keys) != sorted(option.id for option in part.options):
                yield problem("keys", "Thứ tự đúng phải gồm mọi mục, mỗi mục một lần.")
        case _:
            if not part.keys or not set(part.keys) <= set(_choices(part)):
                yield problem("keys", "Câu hỏi chưa có đáp án đúng; đánh dấu ít nhất một.")


def _unkeyed(part: Composite) -> Iterator[Problem]:
    for place in part.places:
        if not isinstance(place.asks, MARKED_BY_PEOPLE) and not place.asks.key_lines:
            yield problem(
                f"places.{place.id}", msg("Phần trả lời {id} chưa có đáp án.", id=place.id)
            )


def _choices(part: MultipleChoice | Hotspot | Hottext) -> Iterator[str]:
    match part:
        case MultipleChoice():
            yield from (option.id for option in part.options)
        case Hotspot():
            yield from (area.id for area in part.areas)
        case Hottext():
            yield from part.words


def _known(part: Match | GapMatch) -> bool:
    left, right = sides(part)
    return all(_fits(link, left, right) for link in part.keys)


def sides(part: Match | GapMatch) -> tuple[frozenset[str], frozenset[str]]:
    """Identifiers that may stand first and second in a pair."""
    if isinstance(part, Match):
        return frozenset(row.id for row in part.rows), frozenset(c.id for c in part.columns)
    return frozenset(piece.id for piece in part.pieces), frozenset(part.gaps)


def _fits(link: Link, left: frozenset[str], right: frozenset[str]) -> bool:
    return link.left in left and link.right in right
