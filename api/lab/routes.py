"""The psychometrician's pages, under one router."""

from __future__ import annotations

from fastapi import APIRouter

from . import analysis_pages, desk_pages, plan_pages, run_pages

router = APIRouter()
for pages in (desk_pages, plan_pages, run_pages, analysis_pages):
    router.include_router(pages.router)
