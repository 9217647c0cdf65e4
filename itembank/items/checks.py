"""What a draft still lacks before it may be submitted. Pure; each problem names its field."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..errors import Problem, msg, problem
from .content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster, source_of
from .further_checks import further_problems
from .html import has_text, images_without_alt
from .numbers import parse_vn_number

QUARTER = Decimal("0.25")


def problems(content: ItemContent) -> list[Problem]:
    """All that blocks submission; empty when the item is complete."""
    return [*_about(content), *_stem(content), *_interaction(content)]


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
    if images_without_alt(content.stem):
        yield problem("stem", "Có hình chưa có lời mô tả; ghi lời mô tả cho từng hình.")


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
            yield from further_problems(content.interaction, scored=_is_scored_by_source(content))


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


def _short(part: ShortAnswer) -> Iterator[Problem]:
    if not any(key.strip() for key in part.keys):
        yield problem("keys", "Câu hỏi chưa có đáp án; ghi đáp số.")
    for key in part.keys:
        if parse_vn_number(key) is None:
            yield problem(
                "keys",
                msg(
                    "Đáp số «{key}» không phải là số; chỉ dùng chữ số, dấu phẩy, dấu trừ.", key=key
                ),
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
