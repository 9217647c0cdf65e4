"""The application: middleware, routers, error table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from . import errors
from .admin import routes as admin
from .auth import routes as auth
from .bank import routes as bank
from .db import Database, connect, ready
from .exams import routes as exams
from .headers import set_headers
from .jobs import routes as jobs
from .jobs.kinds import BODIES
from .jobs.worker import Worker
from .lab import routes as lab
from .practice import routes as practice
from .room import routes as room
from .room.answer_path import AnswerPath
from .room.browser_watch import BrowserWatch
from .room.console_feed import Consoles
from .room.group_commit import GroupCommit
from .settings import Settings
from .site import routes as site
from .static_files import PackedFiles
from .stock import routes as stock
from .web import system_clock

STATIC = Path(__file__).parent / "static"


class Application(FastAPI):
    """The application, with the answer path ahead of it."""

    answer_path: AnswerPath

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await self.answer_path.answers(scope, receive, send):
            await super().__call__(scope, receive, send)


def create_app(settings: Settings, database: Database | None = None) -> Application:
    app = Application(
        title="Khảo thí", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan
    )
    app.state.settings = settings
    app.state.database = database or connect(settings.database_url)
    app.state.clock = system_clock
    app.state.browsers = BrowserWatch(app.state.database)
    app.state.consoles = Consoles(app.state.database, lambda: app.state.clock())
    app.state.site_box = app.state.site_reporter = app.state.second_box = None  # see commands/site
    app.answer_path = AnswerPath(app, GroupCommit(app.state.database))
    app.middleware("http")(_headers)
    errors.install(app)
    for area in (auth, bank, exams, room, lab, admin, jobs, site, stock, practice):
        app.include_router(area.router)
    app.mount("/static", PackedFiles(directory=STATIC), name="static")
    app.add_api_route("/healthz", healthz)
    return app


def healthz(request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok" if ready(request.app.state.database) else "down"})


@asynccontextmanager
async def _lifespan(app: Application) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    worker = Worker(app.state.database, settings, BODIES) if settings.worker_in_process else None
    if worker:
        worker.start()
    yield
    app.state.consoles.stop()
    if worker:
        worker.stop()
    app.answer_path.stop()
    app.state.browsers.stop()


async def _headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    set_headers(response.headers, request.app.state.settings, request.url.path)
    return response
