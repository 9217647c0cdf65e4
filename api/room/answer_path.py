"""The answer path: a candidate's saves and signs of life, ahead of the rest of the application.

The two requests that come by the thousand are answered without the framework's routing, threads
and dependency graph, and written by one writer in common transactions. A 200 to a save means that
it is on disk.
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
from ..auth import passwords
from ..headers import set_headers
from ..web import cookie_name
from .candidate_request import (
    Headers,
    Reply,
    body_of,
    check_sender,
    cookie,
    headers_of,
    language_of,
)
from .device import COOKIE
from .documents import SentEvents, changes_of, clock_document, lease_named, read_sent
from .group_commit import GroupCommit

TOLD_WITH_CLOCK = (AttemptPaused, AttemptSuspended, AttemptSubmitted, DeadlinePassed)
Handler = Callable[[Request], Awaitable[dict[str, Any]]]


class AnswerPath:
    """Answers its two requests; everything else is the application's."""

    def __init__(self, app: FastAPI, saves: GroupCommit) -> None:
        self.app = app
        self.saves = saves
        self.cookie = cookie_name(app.state.settings, COOKIE).encode()
        self.reply = Reply(app.state.settings)
        self.handlers: dict[tuple[str, str], Handler] = {
            ("POST", "/thi/api/events"): self._save,
            ("GET", "/thi/api/clock"): self._sign_of_life,
        }

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
            document = await handler(request)
        except Exception as error:
            response = _told(request, error)
            set_headers(response.headers, self.app.state.settings, scope["path"])
            await response(scope, receive, send)
        else:
            await self.reply.send(send, document)
        return True

    async def _save(self, request: Request) -> dict[str, Any]:
        headers = headers_of(request)
        check_sender(request, headers)
        sent = read_sent(SentEvents, await body_of(request.receive))
        now = self.app.state.clock()
        save = Save(self._device(headers), lease_named(sent.writer), changes_of(sent), now)
        standing = await self._written(save)
        self._notice(request, standing)
        acked = [event.seq for event in sent.events]
        return {"acked": acked, **_clock(headers, standing, now)}

    async def _sign_of_life(self, request: Request) -> dict[str, Any]:
        headers, now = headers_of(request), self.app.state.clock()
        standing = await self._written(Save(self._device(headers), None, (), now))
        self._notice(request, standing)
        return _clock(headers, standing, now)

    def _device(self, headers: Headers) -> str:
        token = cookie(headers, self.cookie)
        if token is None:
            raise DeviceUnknown
        return passwords.token_hash(token)

    def _notice(self, request: Request, standing: Standing) -> None:
        """After the commit: what a browser shows of itself never decides about a save."""
        self.app.state.browsers.notice(request, standing.sitting_id, standing.lease_id)

    async def _written(self, save: Save) -> Standing:
        outcome = await self.saves.save(save)
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
