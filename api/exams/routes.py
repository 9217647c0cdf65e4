"""Everything about papers, sittings and results, under one router."""

from __future__ import annotations

from fastapi import APIRouter

from . import forms_pages

router = APIRouter()
for pages in (forms_pages,):
    router.include_router(pages.router)
