"""The stock: board, requirements, plans; contributions and the look back."""

from __future__ import annotations

from fastapi import APIRouter

from . import board_pages, ledger_pages, requirement_pages

router = APIRouter()
for part in (board_pages, requirement_pages, ledger_pages):
    router.include_router(part.router)
