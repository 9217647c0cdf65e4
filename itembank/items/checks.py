"""What a draft still lacks before it may be submitted. Pure; each problem names its field."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..errors import Problem, msg, problem
from .content import (
    Choice,
    Essay,
    ItemContent,
    ShortAnswer,
    TrueFalseCluster,
    characters,
    source_of,
)
from .further_checks import further_problems
from .html import gaps_in, has_text, images_without_alt
from .interactions import Cloze, Recording
from .numbers import parse_vn_value

QUARTER = Decimal("0.25")


def problems(content: ItemContent) -> list[Problem]:
    """All that blocks submission; empty when the item is complete."""
    return [
        *_about(content),
        *_stem(content),
        *recording_problems(content.recording),
        *_interaction(content),
        *_undescribed(content),
    ]


def _about(content: ItemContent) -> Iterator[Problem]:
    if not content.topic:
        yield problem("topic", "Chọn chủ đề của câu hỏi.")
    if not content.outcome:
        yield problem("outcome", "Chọn yêu cầu cần đạt mà câu hỏi đo.")
    if content.level is None:
        yield problem("level", "Chọn cấp độ tư duy: Biết, Hiểu hoặc Vận dụng.")
    if content.interaction.type != content.kind:
        yield problem("interaction", "Dạng câu hỏi và phần trả lời không khớp; tạo lại câu hỏi.")


def _stem(content: ItemContent) -> Iterator[Problem]:
    if not has_text(content.stem):
        yield problem("stem", "Viết lời dẫn.")


def recording_problems(recording: Recording | None) -> Iterator[Problem]:
    """Of an item or of a stimulus."""
    if recording is not None and not recording.transcript.strip():
        yield problem(
            "recording.transcript",
            "Ghi lời thoại của đoạn âm thanh; người thẩm định đọc, thí sinh không thấy.",
        )


def _undescribed(content: ItemContent) -> Iterator[Problem]:
    """Pictures without a description, wherever they stand."""
    for where, html in _written(content):
        if images_without_alt(html):
            yield problem(where, "Có hình chưa có lời mô tả; ghi lời mô tả cho từng hình.")


def _written(content: ItemContent) -> Iterator[tuple[str, str]]:
    yield "stem", content.stem
    yield "solution", content.solution
    part = content.interaction
    for name in ("options", "statements", "rows", "columns", "pieces"):
        for one in getattr(part, name, ()):
            where = f"{name}.{one.id}"
            yield f"{where}.body" if name in {"options", "statements"} else where, one.body
    for gap in getattr(part, "gaps", ()):
        for option in getattr(gap, "options", ()):
            yield f"gaps.{gap.id}", option.body
    for name in ("picture", "model_answer", "text"):
        yield name, getattr(part, name, "")


def _interaction(content: ItemContent) -> Iterator[Problem]:
    match content.interaction:
        case Choice():
            yield from _choice(content.interaction)
        case TrueFalseCluster():
            yield from _cluster(content.interaction)
        case ShortAnswer():
            yield from _short(content.interaction)
        case Essay():
            yield from _essay(content.interaction)
        case _:
            yield from _gaps(content)
            yield from further_problems(content.interaction, scored=_is_scored_by_source(content))


def _gaps(content: ItemContent) -> Iterator[Problem]:
    """The places in the text and what belongs into them are the same places."""
    if not isinstance(content.interaction, Cloze):
        return
    told, there = {gap.id for gap in content.interaction.gaps}, gaps_in(content.stem)
    for gap in sorted(told.symmetric_difference(there)):
        yield problem(f"gaps.{gap}", msg("Chỗ trống {id} không còn trong lời dẫn.", id=gap))
    if len(there) != len(set(there)):
        yield problem("stem", "Có chỗ trống đặt hai lần trong lời dẫn; xoá một.")


def _is_scored_by_source(content: ItemContent) -> bool:
    source = source_of(content)
    return source is not None and source.scores


def _choice(part: Choice) -> Iterator[Problem]:
    if len(part.options) < 2:
        yield problem("options", "Cần ít nhất hai phương án.")
    seen: dict[str, str] = {}
    for option in part.options:
        where = f"options.{option.id}"
        if not has_text(option.body):
            yield problem(f"{where}.body", msg("Viết nội dung phương án {id}.", id=option.id))
        elif option.body in seen:
            yield problem(
                f"{where}.body",
                msg(
                    "Phương án {id} trùng với {other}; sửa một.",
                    id=option.id,
                    other=seen[option.body],
                ),
            )
        seen.setdefault(option.body, option.id)
        if not option.rationale.strip():
            yield problem(
                f"{where}.rationale", msg("Ghi lí giải cho phương án {id}.", id=option.id)
            )
    if part.key not in {option.id for option in part.options}:
        yield problem("key", "Câu hỏi chưa có đáp án; chọn nút tròn ở phương án đúng.")


def _cluster(part: TrueFalseCluster) -> Iterator[Problem]:
    if len(part.statements) < 2:
        yield problem("statements", "Cần ít nhất hai ý.")
    for statement in part.statements:
        where = f"statements.{statement.id}"
        if not has_text(statement.body):
            yield problem(f"{where}.body", msg("Viết nội dung ý {id}).", id=statement.id))
        if statement.key is None:
            yield problem(
                f"{where}.key", msg("Ý {id}) chưa có đáp án; chọn Đúng hoặc Sai.", id=statement.id)
            )
        if not statement.rationale.strip():
            yield problem(f"{where}.rationale", msg("Ghi lí giải cho ý {id}).", id=statement.id))
    yield from _shares(part)


def _shares(part: TrueFalseCluster) -> Iterator[Problem]:
    """The item's own score table: one entry for each number of right verdicts, none falling."""
    shares = part.shares
    if not shares:
        return
    if len(shares) != len(part.statements) + 1:
        yield problem(
            "shares",
            msg("Bảng điểm cần {n} mức, từ không ý nào đúng.", n=len(part.statements) + 1),
        )
    elif shares[0] != 0 or shares[-1] != 1 or list(shares) != sorted(shares):
        yield problem("shares", "Bảng điểm phải tăng dần từ 0 đến 100 %.")


def _short(part: ShortAnswer) -> Iterator[Problem]:
    if not any(key.strip() for key in part.keys):
        yield problem("keys", "Câu hỏi chưa có đáp án; ghi đáp số.")
    for key in part.keys:
        yield from _short_key(part, key)


def _short_key(part: ShortAnswer, key: str) -> Iterator[Problem]:
    foreign = sorted(set(key) - set(characters(part.charset)))
    if parse_vn_value(key) is None:
        yield problem(
            "keys",
            msg("Đáp số «{key}» không phải là số; chỉ dùng chữ số, dấu phẩy, dấu trừ.", key=key),
        )
    elif foreign:
        yield problem(
            "keys",
            msg("Đáp số «{key}» có «{sign}», ô trả lời không gõ được.", key=key, sign=foreign[0]),
        )
    elif len(key) > part.max_chars:
        yield problem(
            "keys",
            msg(
                "Đáp số «{key}» dài hơn {n} ô trên phiếu trả lời; đổi câu hỏi hoặc cách làm tròn.",
                key=key,
                n=part.max_chars,
            ),
        )


def _essay(part: Essay) -> Iterator[Problem]:
    if not part.rubric:
        yield problem("rubric", "Câu hỏi chưa có hướng dẫn chấm; thêm ít nhất một tiêu chí.")
    for row in part.rubric:
        if not row.criterion.strip() or not row.levels:
            yield problem(f"rubric.{row.id}", "Tiêu chí cần tên và ít nhất một mức điểm.")
        if any(level.points % QUARTER for level in row.levels):
            yield problem(f"rubric.{row.id}", "Điểm của mỗi mức là bội của 0,25.")
