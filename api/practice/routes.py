"""Practice for a class: the teacher's pages and the pupils'."""

from __future__ import annotations

from fastapi import APIRouter

from . import player_api, pupil_pages, staff_pages

router = APIRouter()
for part in (staff_pages, player_api, pupil_pages):
    router.include_router(part.router)
