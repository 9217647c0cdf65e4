"""Advice about keys that are not options: numbers, verdicts, pairs, gaps, rubrics. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import msg
from ..content import Essay, ItemContent, ShortAnswer, TrueFalseCluster
from ..html import plain_text
from ..interactions import Cloze, Match, Order
from ..numbers import parse_vn_value
from .advice import Hint

WITH_UNITS = {"vat-li", "hoa-hoc", "sinh-hoc", "dia-li", "khtn"}
_UNIT_TOLD = re.compile(
    r"đơn vị|theo (?:\S+ ){0,2}?(?:m|s|kg|mol|lít|gam|%)|làm tròn|bao nhiêu\s+(?!$)\S+|%|"
    r"\((?:[^()]{1,12})\)|bằng bao nhiêu \S+",
    re.I,
)


def answer_hints(content: ItemContent) -> Iterator[Hint]:
    match content.interaction:
        case ShortAnswer():
            yield from _unit(content, content.interaction)
            yield from _several_values(content.interaction)
        case TrueFalseCluster():
            yield from _one_sided(content.interaction)
        case Match():
            yield from _by_elimination(content.interaction)
        case Cloze():
            yield from _single_choice_gaps(content.interaction)
        case Order() as order if 0 < len(order.options) < 3:
            yield Hint(
                "few_to_order",
                "options",
                msg("Chỉ có {n} mục để sắp xếp.", n=len(order.options)),
                msg("Hai mục thì đoán đúng một nửa; nên có ít nhất ba."),
            )
        case Essay():
            yield from _rubric(content.interaction)
        case _:
            return


def _unit(content: ItemContent, part: ShortAnswer) -> Iterator[Hint]:
    told = f"{plain_text(content.stem)} {part.hint}"
    needs = content.subject in WITH_UNITS or content.real_life
    if needs and part.keys and plain_text(content.stem) and not _UNIT_TOLD.search(told):
        yield Hint(
            "missing_unit",
            "hint",
            msg("Chưa thấy nói đáp số tính theo đơn vị nào, làm tròn ra sao."),
            msg("Cùng một đại lượng, đơn vị khác cho số khác: thí sinh làm đúng vẫn mất điểm."),
        )


def _several_values(part: ShortAnswer) -> Iterator[Hint]:
    values = {parse_vn_value(key) for key in part.keys} - {None}
    if len(values) > 1:
        yield Hint(
            "several_values",
            "keys",
            msg("Các cách viết được tính đúng không cùng một giá trị."),
            msg("Hai số khác nhau cùng đúng thường là do chưa nói cách làm tròn; nói rõ hoặc đặt"
                " sai số cho phép."),
            "; ".join(part.keys),
        )  # fmt: skip


def _one_sided(part: TrueFalseCluster) -> Iterator[Hint]:
    keys = {statement.key for statement in part.statements}
    if len(part.statements) > 1 and len(keys) == 1 and None not in keys:
        verdict = msg("Mọi ý đều đúng.") if True in keys else msg("Mọi ý đều sai.")
        why = msg("Chọn một cột từ trên xuống là được trọn điểm; nên có cả ý đúng và ý sai.")
        yield Hint("one_sided", "statements", verdict, why)


def _by_elimination(part: Match) -> Iterator[Hint]:
    once = all(piece.most == 1 for piece in (*part.rows, *part.columns))
    if once and len(part.rows) > 1 and len(part.rows) == len(part.columns):
        yield Hint(
            "elimination",
            "columns",
            msg("Hai cột có số mục bằng nhau, mỗi mục dùng một lần."),
            msg("Cặp cuối cùng tự ra do loại trừ; thêm một mục thừa ở cột bên phải."),
        )


def _single_choice_gaps(part: Cloze) -> Iterator[Hint]:
    for number, gap in enumerate(part.gaps, start=1):
        if len(gap.options) == 1:
            yield Hint(
                "one_choice",
                f"gaps.{gap.id}",
                msg("Chỗ trống {n} chỉ có một lựa chọn.", n=number),
                msg("Không còn gì để chọn; thêm phương án nhiễu hoặc cho thí sinh tự gõ."),
                gap.id,
            )


def _rubric(part: Essay) -> Iterator[Hint]:
    for row in part.rubric:
        points = [level.points for level in row.levels]
        if len(points) > 1 and len(set(points)) < len(points):
            yield Hint(
                "same_level",
                f"rubric.{row.id}",
                msg("Tiêu chí «{name}» có hai mức cùng điểm.", name=row.criterion or row.id),
                msg("Hai mức cùng điểm không giúp người chấm phân biệt; gộp lại hoặc đổi điểm."),
                row.id,
            )
    if part.rubric and not plain_text(part.model_answer):
        yield Hint(
            "model_answer",
            "model_answer",
            msg("Chưa có bài làm mẫu."),
            msg("Có bài mẫu, hai người chấm hiểu mỗi mức giống nhau hơn."),
        )
