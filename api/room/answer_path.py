"""The answer path: what candidates ask by the thousand, ahead of the rest of the application.

Saves, signs of life and the opening of papers (`opening_path.py`) are answered without the
framework's routing, threads and dependency graph, and written by one writer in common transactions.
A 200 to a save means that it is on disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from delivery.attempts.errors import (
    AttemptPaused,
    AttemptSubmitted,
    AttemptSuspended,
    DeadlinePassed,
    DeviceUnknown,
)
from delivery.attempts.saves import Refusal, Save, Standing
from itembank.errors import KhaothiError

from .. import errors
from ..headers import set_headers
from ..web import cookie_name
from .candidate_request import (
    Answer,
    Headers,
    Reply,
    body_of,
    check_sender,
    device_of,
    headers_of,
    json_answer,
    language_of,
)
from .device import COOKIE
from .documents import SentEvents, changes_of, clock_document, lease_named, read_sent
from .group_commit import GroupCommit
from .opening_path import OpeningPath

TOLD_WITH_CLOCK = (AttemptPaused, AttemptSuspended, AttemptSubmitted, DeadlinePassed)
Handler = Callable[[Request], Awaitable[Answer]]


class AnswerPath:
    """Answers its own requests; everything else is the application's."""

    def __init__(self, app: FastAPI, saves: GroupCommit) -> None:
        self.app = app
        self.saves = saves
        self.opening = OpeningPath(app)
        self.cookie = cookie_name(app.state.settings, COOKIE).encode()
        self.reply = Reply(app.state.settings)
        self.handlers: dict[tuple[str, str], Handler] = {
            ("POST", "/thi/api/events"): self._save,
            ("GET", "/thi/api/clock"): self._sign_of_life,
            **self.opening.handlers,
        }

    def stop(self) -> None:
        """Finish what was taken."""
        self.saves.stop()
        self.opening.stop()

    async def answers(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Whether the request was one of ours; it is answered then."""
        if scope["type"] != "http":
            return False
        handler = self.handlers.get((scope["method"], scope["path"]))
        if handler is None:
            return False
        scope["app"] = self.app
        request = Request(scope, receive)
        try:
            answer = await handler(request)
        except Exception as error:
            response = _told(request, error)
            set_headers(response.headers, self.app.state.settings, scope["path"])
            await response(scope, receive, send)
        else:
            await self.reply.send(send, answer)
        return True

    async def _save(self, request: Request) -> Answer:
        headers = headers_of(request)
        check_sender(request, headers)
        sent = read_sent(SentEvents, await body_of(request.receive))
        now = self.app.state.clock()
        save = Save(self._device(headers), lease_named(sent.writer), changes_of(sent), now)
        standing = await self._written(save)
        self._notice(request, standing)
        acked = [event.seq for event in sent.events]
        return json_answer({"acked": acked, **_clock(headers, standing, now)})

    async def _sign_of_life(self, request: Request) -> Answer:
        headers, now = headers_of(request), self.app.state.clock()
        standing = await self._written(Save(self._device(headers), None, (), now))
        self._notice(request, standing)
        return json_answer(_clock(headers, standing, now))

    def _device(self, headers: Headers) -> str:
        token_hash = device_of(headers, self.cookie)
        if token_hash is None:
            raise DeviceUnknown
        return token_hash

    def _notice(self, request: Request, standing: Standing) -> None:
        """After the commit: what a browser shows of itself never decides about a save."""
        self.app.state.browsers.notice(request, standing.sitting_id, standing.lease_id)

    async def _written(self, save: Save) -> Standing:
        outcome = await self.saves.answer(save)
        if isinstance(outcome, Refusal):
            raise _RefusedSave(outcome)
        return outcome


class _RefusedSave(Exception):
    """A refusal on its way to the answer, with where the attempt stands."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


def _clock(headers: Headers, standing: Standing, now: datetime) -> dict[str, Any]:
    return clock_document(standing, standing.state, now, language_of(headers))


def _told(request: Request, error: Exception) -> Response:
    """The answer to whoever sent what could not be taken."""
    if isinstance(error, _RefusedSave):
        return _refused(request, error.refusal)
    if isinstance(error, KhaothiError):
        return errors.answer(request, error, errors.status_of(error))
    return errors.unforeseen(request, error)


def _refused(request: Request, refusal: Refusal) -> Response:
    """The refusal; where the attempt itself refuses, with the clock, so that no second question is due."""
    content, standing = errors.body(request, refusal.error), refusal.standing
    if standing is not None and isinstance(refusal.error, TOLD_WITH_CLOCK):
        now = request.app.state.clock()
        content["error"]["clock"] = _clock(headers_of(request), standing, now)
    return JSONResponse(content, status_code=errors.status_of(refusal.error))
