"""The bank's pages: writing, looking up, appraising, deciding."""

from __future__ import annotations

from fastapi import APIRouter

from . import (
    author_pages,
    council_pages,
    council_route_pages,
    difference_pages,
    editor_api,
    editor_pages,
    export_pages,
    family_pages,
    handover_pages,
    handover_quota_pages,
    import_pages,
    likeness_pages,
    minutes_pages,
    openings_pages,
    overdue_pages,
    review_pages,
    search_pages,
    selection_pages,
    stimulus_pages,
    submission_pages,
)

router = APIRouter()
for part in (
    author_pages,
    difference_pages,
    editor_api,
    editor_pages,
    export_pages,
    family_pages,
    handover_quota_pages,
    handover_pages,
    import_pages,
    minutes_pages,
    openings_pages,
    likeness_pages,
    review_pages,
    council_route_pages,
    overdue_pages,
    council_pages,
    search_pages,
    selection_pages,
    stimulus_pages,
    submission_pages,
):
    router.include_router(part.router)
