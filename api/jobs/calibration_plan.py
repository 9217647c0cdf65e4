"""What a person asks of a calibration: which responses, which model, which options."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from itembank.errors import Invalid, Problem, msg, problem

MOST_NODES = 201
FEWEST_NODES = 11
USUAL_GUESSING_PRIOR = "g=logitnormal(-1.386294,0.5)"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model on offer. `only_binary`: refused where an item has more than two categories."""

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
    ModelChoice("grm", "2PL và GRM", "Câu nhiều mức theo mô hình đáp ứng phân bậc.", False),
    ModelChoice(
        "pcm", "PCM (Rasch)", "Mọi câu cùng độ phân biệt 1; phương sai năng lực tự do.", False
    ),
    ModelChoice("1pl", "1PL", "Một độ phân biệt chung cho mọi câu.", True),
    ModelChoice("3pl", "3PL", "Thêm tham số đoán mò, có phân phối tiên nghiệm.", True),
)
MODELS_BY_CODE: Mapping[str, ModelChoice] = {model.code: model for model in MODELS}


@dataclass(frozen=True, slots=True)
class CalibrationPlan:
    """`sources` are `sitting:<id>` and `set:<id>`, stacked in this order."""

    form_id: uuid.UUID
    sources: tuple[str, ...]
    model: str = "gpcm"
    nodes: int = 61
    limit: float = 6.0
    priors: tuple[str, ...] = ()
    title: str = ""

    def as_inputs(self) -> dict[str, Any]:
        return {**asdict(self), "form_id": str(self.form_id)}

    @classmethod
    def from_inputs(cls, inputs: Mapping[str, Any]) -> CalibrationPlan:
        return cls(
            form_id=uuid.UUID(inputs["form_id"]),
            sources=tuple(inputs["sources"]),
            model=inputs["model"],
            nodes=int(inputs["nodes"]),
            limit=float(inputs["limit"]),
            priors=tuple(inputs["priors"]),
            title=inputs["title"],
        )


def check(plan: CalibrationPlan) -> None:
    """Refuse what no calibration could carry out; the field of each problem is the form's."""
    found: list[Problem] = []
    if not plan.sources:
        found.append(problem("sources", "Chọn ít nhất một tập bài làm."))
    if plan.model not in MODELS_BY_CODE:
        found.append(problem("model", "Chọn một mô hình trong danh sách."))
    if not FEWEST_NODES <= plan.nodes <= MOST_NODES:
        what = msg("Số nút từ {low} đến {high}.", low=FEWEST_NODES, high=MOST_NODES)
        found.append(problem("nodes", what))
    if not 2.0 <= plan.limit <= 12.0:
        found.append(problem("limit", "Khoảng năng lực từ 2 đến 12 logit."))
    if found:
        raise Invalid("Chưa chạy được hiệu chuẩn.", code="plan_invalid", problems=found)


def check_categories(plan: CalibrationPlan, n_categories: Sequence[int]) -> None:
    """Refuse a model for two categories where the form has clusters."""
    chosen = MODELS_BY_CODE[plan.model]
    if chosen.only_binary and max(n_categories, default=2) > 2:
        what = msg(
            "{model} chỉ dùng khi mọi câu có hai mức điểm; đề này có câu nhiều mức, hãy chọn 2PL và GPCM.",
            model=chosen.name,
        )
        raise Invalid(
            "Chưa chạy được hiệu chuẩn.", code="plan_invalid", problems=[problem("model", what)]
        )
