"""The examination room: candidates' pages and interface, and the invigilator's desk."""

from __future__ import annotations

from fastapi import APIRouter

from . import (
    attempt_api,
    console_stream,
    day_pages,
    entry,
    inspector_pages,
    readiness_pages,
    readiness_report_pages,
    rescue,
    watch,
)

router = APIRouter()
for part in (
    entry, attempt_api, rescue, watch, console_stream, day_pages,
    readiness_pages, readiness_report_pages, inspector_pages,
):  # fmt: skip
    router.include_router(part.router)
