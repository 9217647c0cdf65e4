"""All pages of this work area."""

from __future__ import annotations

from fastapi import APIRouter

from . import box_pages, box_readiness_pages, centre_pages, report_api, second_box

router = APIRouter()
for part in (centre_pages, box_pages, box_readiness_pages, report_api, second_box):
    router.include_router(part.router)
