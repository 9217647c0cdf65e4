"""What a person asks of a calibration: which responses, which models, which options. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from itembank.errors import Invalid, Problem, msg, problem

MOST_NODES = 201
FEWEST_NODES = 11
USUAL_GUESSING_PRIOR = "g=logitnormal(-1.386294,0.5)"
BY_KIND = "by_kind"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model on offer for the whole form. `only_binary`: refused where an item has more categories."""

    code: str
    name: str
    hint: str
    only_binary: bool


MODELS: tuple[ModelChoice, ...] = (
    ModelChoice(
        "gpcm",
        "2PL và GPCM",
        "Câu hai mức theo 2PL, cụm đúng/sai và câu nhiều mức theo GPCM. Dùng cho đề Toán 2025.",
        False,
    ),
    ModelChoice(
        BY_KIND,
        "3PL, 2PL và GPCM theo dạng câu",
        "Nhiều lựa chọn theo 3PL có tiên nghiệm, trả lời ngắn theo 2PL, câu nhiều mức theo GPCM.",
        False,
    ),
    ModelChoice("grm", "2PL và GRM", "Câu nhiều mức theo mô hình đáp ứng phân bậc.", False),
    ModelChoice(
        "pcm", "PCM (Rasch)", "Mọi câu cùng độ phân biệt 1; phương sai năng lực tự do.", False
    ),
    ModelChoice("1pl", "1PL", "Một độ phân biệt chung cho mọi câu.", True),
    ModelChoice("3pl", "3PL", "Thêm tham số đoán mò, có phân phối tiên nghiệm.", True),
)
MODELS_BY_CODE: Mapping[str, ModelChoice] = {model.code: model for model in MODELS}

BINARY_MODELS: Mapping[str, str] = {
    "2pl": "2PL", "1pl": "1PL", "3pl": "3PL", "4pl": "4PL", "pcm": "Rasch",
}  # fmt: skip
GRADED_MODELS: Mapping[str, str] = {"gpcm": "GPCM", "grm": "GRM", "pcm": "PCM", "rsm": "RSM"}
WITH_GUESSING = frozenset({"3pl", "4pl"})

GROUPINGS: Mapping[str, str] = {
    "none": "Một tổng thể chung",
    "group": "Trường, hoặc cột nhóm của tệp",
    "room": "Phòng thi",
    "source": "Từng tập bài làm",
}
TREATMENTS: Mapping[str, str] = {"wrong": "tính là sai", "missing": "bỏ qua"}


@dataclass(frozen=True, slots=True)
class CalibrationPlan:
    """`sources` are `sitting:<id>` and `set:<id>`, stacked in this order; items go by their label.

    `item_models` overrules `model` for some items; `dropped` gives the reason beside each item left
    out. `anchor_run` names the run whose parameters are held fixed, for `anchors` or, when that is
    empty, for all items both runs have.
    """

    form_id: uuid.UUID
    sources: tuple[str, ...]
    model: str = "gpcm"
    nodes: int = 61
    limit: float = 6.0
    priors: tuple[str, ...] = ()
    title: str = ""
    item_models: Mapping[str, str] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    omitted: str = "wrong"
    not_reached: str = "missing"
    invalid: str = "wrong"
    exclude_blank: bool = True
    exclude_handed_in: bool = False
    excluded: tuple[str, ...] = ()
    exclusion_reason: str = ""
    grouping: str = "none"
    anchor_run: uuid.UUID | None = None
    anchors: tuple[str, ...] = ()
    repeats: uuid.UUID | None = None

    def as_inputs(self) -> dict[str, Any]:
        """The plan as JSON takes it; what `from_inputs` reads back."""
        given = asdict(self)
        ids = {k: str(v) for k, v in given.items() if isinstance(v, uuid.UUID)}
        lists = {k: list(v) for k, v in given.items() if isinstance(v, tuple)}
        return {**given, **ids, **lists}

    @classmethod
    def from_inputs(cls, inputs: Mapping[str, Any]) -> CalibrationPlan:
        """Options a plan of an earlier version does not name keep their usual value."""
        known = {f.name: inputs[f.name] for f in fields(cls) if f.name in inputs}
        for name in ("sources", "priors", "excluded", "anchors"):
            known[name] = tuple(known.get(name, ()))
        for name in ("form_id", "anchor_run", "repeats"):
            known[name] = uuid.UUID(known[name]) if known.get(name) else None
        return cls(**known)


def check(plan: CalibrationPlan) -> None:
    """Refuse what no calibration could carry out; the field of each problem is the form's."""
    found = [*_data_problems(plan), *_model_problems(plan)]
    if found:
        raise refused(found)


def refused(problems: Sequence[Problem]) -> Invalid:
    return Invalid("Chưa chạy được hiệu chuẩn.", code="plan_invalid", problems=problems)


def _data_problems(plan: CalibrationPlan) -> list[Problem]:
    found: list[Problem] = []
    if not plan.sources:
        found.append(problem("sources", "Chọn ít nhất một tập bài làm."))
    if plan.grouping not in GROUPINGS:
        found.append(problem("grouping", "Chọn một cách chia nhóm trong danh sách."))
    for kind in ("omitted", "not_reached", "invalid"):
        if getattr(plan, kind) not in TREATMENTS:
            found.append(problem(kind, "Chọn tính là sai, hoặc bỏ qua."))
    if plan.excluded and not plan.exclusion_reason.strip():
        found.append(problem("exclusion_reason", "Ghi lí do loại các thí sinh này."))
    return found


def _model_problems(plan: CalibrationPlan) -> list[Problem]:
    found: list[Problem] = []
    if plan.model not in MODELS_BY_CODE:
        found.append(problem("model", "Chọn một mô hình trong danh sách."))
    if not FEWEST_NODES <= plan.nodes <= MOST_NODES:
        what = msg("Số nút từ {low} đến {high}.", low=FEWEST_NODES, high=MOST_NODES)
        found.append(problem("nodes", what))
    if not 2.0 <= plan.limit <= 12.0:
        found.append(problem("limit", "Khoảng năng lực từ 2 đến 12 logit."))
    return found


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """What the choice of a model needs to know of an item."""

    label: str
    kind: str
    n_categories: int

    @property
    def models(self) -> Mapping[str, str]:
        """The models this item can follow."""
        return BINARY_MODELS if self.n_categories == 2 else GRADED_MODELS


def check_items(plan: CalibrationPlan, items: Sequence[PlannedItem]) -> None:
    """Refuse models an item cannot follow, and items left out without a reason.

    The fields are `model-1`, `drop-1`, … by the item's place in `items`.
    """
    found: list[Problem] = []
    for place, item in enumerate(items, start=1):
        if item.label in plan.dropped and not plan.dropped[item.label].strip():
            what = msg("Ghi lí do bỏ câu {label}.", label=item.label)
            found.append(problem(f"drop-{place}", what))
        chosen = plan.item_models.get(item.label)
        if chosen is not None and chosen not in item.models:
            what = msg("Câu {label} không theo được mô hình này.", label=item.label)
            found.append(problem(f"model-{place}", what))
    kept = [item for item in items if item.label not in plan.dropped]
    if found:
        raise refused(found)
    check_categories(plan, [i.n_categories for i in kept if i.label not in plan.item_models])


def check_categories(plan: CalibrationPlan, n_categories: Sequence[int]) -> None:
    """Refuse a model for two categories where the form has clusters."""
    chosen = MODELS_BY_CODE[plan.model]
    if chosen.only_binary and max(n_categories, default=2) > 2:
        what = msg(
            "{model} chỉ dùng khi mọi câu có hai mức điểm; đề này có câu nhiều mức, hãy chọn 2PL và GPCM.",
            model=chosen.name,
        )
        raise refused([problem("model", what)])


def models_of(plan: CalibrationPlan, items: Sequence[PlannedItem]) -> dict[str, str]:
    """The model of every item: its own choice, else that of the form."""
    return {
        item.label: plan.item_models.get(item.label) or usual_model(plan.model, item)
        for item in items
    }


def usual_model(form_model: str, item: PlannedItem) -> str:
    """What the form's model means for one item."""
    if form_model == BY_KIND:
        if item.n_categories > 2:
            return "gpcm"
        return "3pl" if item.kind == "choice" else "2pl"
    if item.n_categories == 2 and form_model in {"gpcm", "grm"}:
        return "2pl"
    return form_model


def second_model(options: Mapping[str, Any]) -> str | None:
    """The model under which a second program can repeat the run; None where there is none.

    It knows no priors and no anchors, and one family for all items.
    """
    models = set((options.get("models") or {}).values())
    if options.get("priors") or options.get("anchors") or not models:
        return None
    for name, family in (("2pl", {"2pl"}), ("1pl", {"1pl"}), ("gpcm", {"2pl", "gpcm"})):
        if models <= family:
            return name
    return "grm" if models <= {"2pl", "grm"} else None
