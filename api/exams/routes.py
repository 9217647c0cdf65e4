"""Everything about papers, sittings and results, under one router."""

from __future__ import annotations

from fastapi import APIRouter

from . import (
    forms_pages,
    late_pages,
    print_pages,
    rescoring_pages,
    results_pages,
    safe_exam_browser_pages,
    sittings_forms_pages,
    sittings_pages,
)

router = APIRouter()
for pages in (
    forms_pages,
    print_pages,
    sittings_pages,
    sittings_forms_pages,
    safe_exam_browser_pages,
    results_pages,
    rescoring_pages,
    late_pages,
):
    router.include_router(pages.router)
