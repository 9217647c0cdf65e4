"""The answer path: what candidates ask by the thousand, ahead of the rest of the application.

Saves, signs of life and the opening of papers (`opening_path.py`) are answered without the
framework's routing, threads and dependency graph, and written by one writer in common transactions.
A 200 to a save means that it is on disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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
from delivery.attempts.saves import Outcome, Refusal, Save, Standing
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
from .loop_commit import LoopCommit
from .opening_path import OpeningPath

SAVE_PATH = b"/thi/api/events"
TOLD_WITH_CLOCK = (AttemptPaused, AttemptSuspended, AttemptSubmitted, DeadlinePassed)
Handler = Callable[[Request], Awaitable[Answer]]


class AnswerPath:
    """Answers its own requests; everything else is the application's."""

    def __init__(self, app: FastAPI, saves: GroupCommit) -> None:
        self.app = app
        self.saves = saves
        self.saves_on_loop: LoopCommit | GroupCommit | None = None
        self.opening = OpeningPath(app)
        self.cookie = cookie_name(app.state.settings, COOKIE).encode()
        self.reply = Reply(app.state.settings)
        self.handlers: dict[tuple[str, str], Handler] = {
            ("POST", SAVE_PATH.decode()): self._save,
            ("GET", "/thi/api/clock"): self._sign_of_life,
            **self.opening.handlers,
        }

    def on_loop(self) -> LoopCommit | GroupCommit:
        """Who takes saves on the event loop that serves; asked by every connection."""
        if self.saves_on_loop is None:
            self.saves_on_loop = self.saves.on_loop()
        return self.saves_on_loop

    def stop(self) -> None:
        """Finish what was taken."""
        if self.saves_on_loop is not None:
            self.saves_on_loop.stop()
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
            await self.told(request, error)(scope, receive, send)
        else:
            await self.reply.send(send, answer)
        return True

    async def _save(self, request: Request) -> Answer:
        body = await body_of(request.receive)
        sent = self.read_save(request, headers_of(request), body)
        return self.saved(request, sent, await self.saves.answer(sent.save))

    def read_save(self, request: Request, headers: Headers, body: bytes) -> SentSave:
        """What a device asks to keep; refuses what does not come from our page."""
        check_sender(request, headers)
        sent = read_sent(SentEvents, body)
        now = self.app.state.clock()
        save = Save(self._device(headers), lease_named(sent.writer), changes_of(sent), now)
        return SentSave(save, language_of(headers))

    def saved(self, request: Request, sent: SentSave, outcome: Outcome) -> Answer:
        """The answer after the commit, or the refusal."""
        standing = self._standing(request, outcome)
        acked = [change.seq for change in sent.save.changes]
        clock = clock_document(standing, standing.state, sent.save.received_at, sent.language)
        return json_answer({"acked": acked, **clock})

    async def _sign_of_life(self, request: Request) -> Answer:
        headers, now = headers_of(request), self.app.state.clock()
        outcome = await self.saves.answer(Save(self._device(headers), None, (), now))
        return json_answer(_clock(headers, self._standing(request, outcome), now))

    def _device(self, headers: Headers) -> str:
        token_hash = device_of(headers, self.cookie)
        if token_hash is None:
            raise DeviceUnknown
        return token_hash

    def _standing(self, request: Request, outcome: Outcome) -> Standing:
        """After the commit: what a browser shows of itself never decides about a save."""
        if isinstance(outcome, Refusal):
            raise _RefusedSave(outcome)
        self.app.state.browsers.notice(request, outcome.sitting_id, outcome.lease_id)
        return outcome

    def told(self, request: Request, error: Exception) -> Response:
        """The answer to whoever sent what could not be taken."""
        response = _told(request, error)
        set_headers(response.headers, self.app.state.settings, request.url.path)
        return response


@dataclass(frozen=True, slots=True)
class SentSave:
    """A save as it came, and the language its answer is in."""

    save: Save
    language: str


class _RefusedSave(Exception):
    """A refusal on its way to the answer, with where the attempt stands."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


def _clock(headers: Headers, standing: Standing, now: datetime) -> dict[str, Any]:
    return clock_document(standing, standing.state, now, language_of(headers))


def _told(request: Request, error: Exception) -> Response:
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
