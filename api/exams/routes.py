"""Everything about papers, sittings and results, under one router."""

from __future__ import annotations

from fastapi import APIRouter

from . import forms_pages, results_pages, sittings_pages

router = APIRouter()
for pages in (forms_pages, sittings_pages, results_pages):
    router.include_router(pages.router)
