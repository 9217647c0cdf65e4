"""The administration's pages, under one router."""

from __future__ import annotations

from fastapi import APIRouter

from . import intake_pages, people_pages, person_pages, unit_pages

router = APIRouter()
for pages in (people_pages, intake_pages, unit_pages, person_pages):
    router.include_router(pages.router)
