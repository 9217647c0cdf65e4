"""On which days the forms were, or are to be, sat: what keeps their items out of the next ones."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select, union

from delivery.allocation.models import SittingForm

from .models import Sitting


def days_of_use() -> Select[Any]:
    """Rows (form_id, at): every form of every sitting with its start."""
    own = select(Sitting.form_id.label("form_id"), Sitting.starts_at.label("at"))
    codes = select(SittingForm.form_id.label("form_id"), Sitting.starts_at.label("at")).join(
        Sitting, Sitting.id == SittingForm.sitting_id
    )
    both = union(own, codes).subquery("sat")
    return select(both.c.form_id, both.c.at)
