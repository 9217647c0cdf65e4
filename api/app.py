"""The application: middleware, routers, error table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from . import errors
from .admin import routes as admin
from .auth import routes as auth
from .bank import routes as bank
from .db import Database, connect, ready
from .exams import routes as exams
from .jobs import routes as jobs
from .jobs.kinds import BODIES
from .jobs.worker import Worker
from .lab import routes as lab
from .room import routes as room
from .settings import Settings
from .web import system_clock

STATIC = Path(__file__).parent / "static"
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; script-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    app = FastAPI(
        title="Khảo thí", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan
    )
    app.state.settings = settings
    app.state.database = database or connect(settings.database_url)
    app.state.clock = system_clock
    app.middleware("http")(_headers)
    errors.install(app)
    for area in (auth, bank, exams, room, lab, admin, jobs):
        app.include_router(area.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_api_route("/healthz", healthz)
    return app


def healthz(request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok" if ready(request.app.state.database) else "down"})


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    worker = Worker(app.state.database, settings, BODIES) if settings.worker_in_process else None
    if worker:
        worker.start()
    yield
    if worker:
        worker.stop()


async def _headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Frame-Options", "DENY")
    if not request.url.path.startswith("/static"):
        response.headers.setdefault("Cache-Control", "no-store")
    if request.app.state.settings.secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
