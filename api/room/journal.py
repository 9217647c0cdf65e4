"""The key under which this device keeps its journal; the device must hold, or have held, the lease."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from delivery.attempts.errors import NotStarted
from delivery.rescue import repository

from ..db import Database
from ..web import get_database
from .device import held_by_device

router = APIRouter()
Data = Annotated[Database, Depends(get_database)]


@router.get("/thi/api/journal-key")
def journal_key(request: Request, database: Data) -> JSONResponse:
    with database.read() as db:
        held = held_by_device(db, request)
        if held.attempt is None:
            raise NotStarted
        key = repository.key_of(db, held.attempt)
    return JSONResponse({"key": base64.b64encode(key).decode()})
