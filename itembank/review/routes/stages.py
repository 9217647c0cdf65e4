"""What a route of appraisal is made of, and what makes one sound. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...errors import Problem, msg, problem
from ...permissions import Role
from ..checklists import Criterion, checklist_for

LEVEL_NAMES: dict[str, str] = {
    "truong": "Trường",
    "cum": "Cụm trường, xã phường",
    "so": "Sở",
}
TIE_NAMES: dict[str, str] = {
    "return": "Hoà phiếu thì trả lại tác giả",
    "reject": "Hoà phiếu thì không nhận",
}
SEAT_ROLES = (Role.GROUP_LEAD, Role.APPRAISER, Role.COUNTER_REVIEWER)
EVERY_KIND = "*"
MOST_STAGES, MOST_SEATS, MOST_DAYS, MOST_QUORUM = 6, 6, 90, 15
LEAST_COUNTING = 2  # people who accept before anything is approved


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a route. `roles` names a role a seat; a stage that `counts` weighs for approval.

    `author_days`: how long an author has to revise what this stage sent back.
    `checklists` adds criteria to the shipped ones, by kind of item or for every kind (`*`).
    """

    name: str
    level: str
    roles: tuple[str, ...]
    counts: bool
    is_blind: bool = True
    same_school_ok: bool = False
    days: int = 7
    author_days: int = 7
    quorum: int = 3
    tie: str = "return"
    skip_if_nobody: bool = False
    needs_appointment: bool = False
    checklists: Mapping[str, tuple[Criterion, ...]] = field(default_factory=dict)

    def criteria(self, kind: str, *, with_stimulus: bool = False) -> tuple[Criterion, ...]:
        """What a reviewer of this stage answers about an item of this kind."""
        own = (*self.checklists.get(EVERY_KIND, ()), *self.checklists.get(kind, ()))
        return (*checklist_for(kind, with_stimulus=with_stimulus), *own)


DEFAULT_STAGES: tuple[Stage, ...] = (
    Stage(
        name="Sàng lọc ở trường",
        level="truong",
        roles=(Role.GROUP_LEAD,),
        counts=False,
        is_blind=False,
        same_school_ok=True,
        days=5,
        skip_if_nobody=True,
    ),
    Stage(
        name="Thẩm định cấp Sở",
        level="so",
        roles=(Role.APPRAISER, Role.COUNTER_REVIEWER),
        counts=True,
    ),
)


def problems_of(stages: Sequence[Stage]) -> list[Problem]:
    """What keeps these stages from being a route, each with its place and what to do."""
    found = [trouble for n, stage in enumerate(stages, 1) for trouble in _of_stage(n, stage)]
    return [*found, *_of_order(stages), *_of_counting(stages)]


def _of_stage(n: int, stage: Stage) -> list[Problem]:
    checks = (
        (bool(stage.name.strip()), "name", "Ghi tên bước."),
        (stage.level in LEVEL_NAMES, "level", "Chọn cấp của bước."),
        (_seats_are_known(stage), "roles", "Chọn từ 1 đến 6 người, mỗi người một vai trò."),
        (1 <= stage.days <= MOST_DAYS, "days", "Ghi thời hạn từ 1 đến 90 ngày."),
        (
            1 <= stage.author_days <= MOST_DAYS,
            "author_days",
            "Ghi hạn sửa của tác giả từ 1 đến 90 ngày.",
        ),
        (2 <= stage.quorum <= MOST_QUORUM, "quorum", "Ghi số phiếu tối thiểu từ 2 đến 15."),
        (stage.tie in TIE_NAMES, "tie", "Chọn cách xử lí khi hoà phiếu."),
        (
            not (stage.level == "truong" and stage.counts),
            "counts",
            "Bước ở trường chỉ là sàng lọc, không tính vào việc duyệt.",
        ),
        (
            not (stage.counts and stage.skip_if_nobody),
            "skip_if_nobody",
            "Bước tính vào việc duyệt không bỏ qua được.",
        ),
    )
    return [problem(f"{n}.{place}", what) for holds, place, what in checks if not holds]


def _seats_are_known(stage: Stage) -> bool:
    return 1 <= len(stage.roles) <= MOST_SEATS and set(stage.roles) <= set(SEAT_ROLES)


def _of_order(stages: Sequence[Stage]) -> list[Problem]:
    if not 1 <= len(stages) <= MOST_STAGES:
        return [problem("stages", msg("Quy trình có từ 1 đến {n} bước.", n=MOST_STAGES))]
    ranks = [list(LEVEL_NAMES).index(s.level) for s in stages if s.level in LEVEL_NAMES]
    if ranks != sorted(ranks):
        what = "Xếp các bước từ trường, qua cụm hoặc xã phường, lên Sở."
        return [problem("stages", what)]
    return []


def _of_counting(stages: Sequence[Stage]) -> list[Problem]:
    if not stages or not stages[-1].counts:
        return [problem("stages", "Bước cuối phải tính vào việc duyệt.")]
    if sum(len(stage.roles) for stage in stages if stage.counts) < LEAST_COUNTING:
        what = "Các bước tính vào việc duyệt phải có ít nhất hai người thẩm định."
        return [problem("stages", what)]
    return []
