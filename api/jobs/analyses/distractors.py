"""Who chooses which option of the choice items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itembank.errors import Invalid, msg
from psychometrics.classical import DistractorAnalysis, OptionStatistics, distractor_analysis

from ..estimates import plain
from .subject import Report, Subject

N_GROUPS = 5


def analyse(subject: Subject, options: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Item label -> its options over score groups."""
    chosen = subject.choices
    if chosen is None or not chosen.items or not chosen.given:
        raise Invalid(
            "Lần hiệu chuẩn này không có câu nhiều lựa chọn nào kèm phương án đã chọn.",
            code="no_choices",
        )
    report(0.4, msg("Đếm phương án theo nhóm điểm"))
    found = distractor_analysis(
        chosen.given,
        chosen.keys,
        items=chosen.items,
        options=chosen.options,
        administered=chosen.administered,
        n_groups=N_GROUPS,
    )
    return {"items": {one.item: _item(one) for one in found}}


def _item(found: DistractorAnalysis) -> dict[str, Any]:
    return {
        "n": found.n,
        "key": found.key,
        "group_sizes": list(found.group_sizes),
        "options": [_option(option) for option in found.options],
        "rare": list(found.rare),
        "attractive_to_able": list(found.attractive_to_able),
        "may_be_miskeyed": found.may_be_miskeyed,
    }


def _option(option: OptionStatistics) -> dict[str, Any]:
    return {
        "option": option.option,
        "is_key": option.is_key,
        "n": option.n,
        "share": plain(option.share),
        "r": plain(option.r),
        "mean_rest": plain(option.mean_rest),
        "by_group": plain(option.by_group),
    }
