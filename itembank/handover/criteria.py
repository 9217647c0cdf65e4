"""The second gate: does the version meet the criteria of quality? Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..calibrations.flags import RULES_BY_CODE
from ..calibrations.models import ItemParameters
from ..errors import Message, msg
from ..items import checks
from ..items.content import ItemContent
from ..items.models import Item
from ..review.checklists import NOT_MET
from ..review.council.after_use import QUEUED
from .evidence import Evidence
from .process import Appraisal


def unmet(
    item: Item,
    content: ItemContent,
    appraisal: Appraisal | None,
    statistics: ItemParameters | None,
    evidence: Evidence,
) -> tuple[Message, ...]:
    """What the approved version does not meet; nothing where it is good."""
    return (
        *_checked(content),
        *_of_checklist(appraisal, content),
        *_open_threads(evidence.n_unresolved[item.id]),
        *_after_use(item, statistics, evidence),
    )


def _checked(content: ItemContent) -> list[Message]:
    return [trouble.what for trouble in checks.problems(content)]


def _of_checklist(appraisal: Appraisal | None, content: ItemContent) -> Iterator[Message]:
    """A criterion not met passes only where the council approved it with its reason."""
    if appraisal is None or (appraisal.decision is not None and appraisal.decision.reason):
        return
    for step in appraisal.steps:
        named = step.stage.criteria(content.kind, with_stimulus=content.stimulus is not None)
        names = {criterion.code: criterion.name for criterion in named}
        marks = [task.verdict.checklist for task in step.tasks if task.verdict]
        for code in _not_met(marks) if step.stage.counts else []:
            name = Message(names.get(code, code))
            yield msg("Tiêu chí «{name}» chưa đạt, hội đồng chưa ghi lí do duyệt.", name=name)


def _not_met(marks: Sequence[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(c for one in marks for c, mark in one.items() if mark == NOT_MET))


def _open_threads(n: int) -> Iterator[Message]:
    if n:
        yield msg("Còn {n} nhận xét chưa giải quyết.", n=n)


def _after_use(
    item: Item, statistics: ItemParameters | None, evidence: Evidence
) -> Iterator[Message]:
    """Poor numbers of the version in use, unless the council has looked at them and keeps it."""
    if item.id in evidence.before_council:
        yield msg("Hội đồng chưa biểu quyết về số liệu sau khi dùng.")
        return
    name = item.approved_version
    if statistics is None or statistics.version_hash != name or name in evidence.kept:
        return
    for code in statistics.flags:
        if code in QUEUED:
            label = RULES_BY_CODE[code].label
            yield msg("Số liệu sau khi dùng chưa tốt: {flag}.", flag=Message(label))
