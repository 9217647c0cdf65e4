"""Presets: every shipped structure sums to its total and says where it comes from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from itembank.forms.structures import ExamStructure, presets


@pytest.mark.parametrize("preset", presets().values(), ids=lambda p: p.id)
def test_every_preset_sums_to_its_total_and_is_dated(preset) -> None:
    assert sum(part.points for part in preset.parts) == preset.total == Decimal(10)
    assert preset.legal_ref and preset.valid_from
    for part in preset.parts:
        assert sum(cell.count for cell in part.cells) == part.count
        assert part.instruction_text() and "{" not in part.instruction_text()


def test_mathematics_has_the_official_counts_and_points() -> None:
    paper = presets()["thpt-2025-toan"]
    assert [(p.count, p.points) for p in paper.parts] == [(12, 3), (4, 4), (6, 3)]
    assert paper.minutes == 90
    assert paper.part("II").weights == tuple(map(Decimal, ("0", "0.1", "0.25", "0.5", "1")))
    assert not paper.matrix_verified


def test_paper_with_items_to_choose_from_cannot_be_assembled() -> None:
    assert [p.id for p in presets().values() if not p.can_be_assembled] == ["thpt-2025-tin-hoc"]


@pytest.mark.parametrize(
    "broken",
    [
        {"total": "9"},
        {
            "parts": [
                {"code": "I", "title": "", "kind": "choice", "count": 2, "weights": ["1", "0"]}
            ]
        },
        {
            "parts": [
                {
                    "code": "I",
                    "title": "",
                    "kind": "choice",
                    "count": 2,
                    "weights": ["0", "5"],
                    "matrix": [{"level": "biet", "count": 1}],
                }
            ]
        },
    ],
)
def test_structure_that_does_not_add_up_is_refused(broken) -> None:
    good = presets()["thpt-2025-toan"].model_dump(mode="json")
    with pytest.raises(ValidationError):
        ExamStructure.model_validate({**good, **broken})
