"""The department's first quota: what one paper of the 2025 structure uses up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from itembank.forms.structures import presets
from itembank.handover.quotas import BLOCK, cells_of_structure
from itembank.handover.service import Wanted, set_quota
from itembank.permissions import Actor

STRUCTURE = "thpt-2025-toan"


def add_quota(db: Session, officer: Actor, *, now: datetime) -> None:
    structure = presets()[STRUCTURE]
    wanted = Wanted(
        title="Toán 12, đợt 1 năm 2026-2027",
        subject=structure.subject,
        grade=12,
        cells=cells_of_structure(structure, 1),
        on_shortage=BLOCK,
        source=f"{structure.title}, 1 đề",
    )
    set_quota(db, officer, wanted, now=now)
