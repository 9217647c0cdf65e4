"""From the button to the paper: the start, the page, the questions and the journal's key.

A whole sitting does this within seconds, so each step gathers the requests of many.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import FastAPI
from starlette.requests import Request

from delivery.attempts.devices import check_holder
from delivery.attempts.errors import DeviceUnknown, DeviceWaits, NotStarted
from delivery.attempts.repository import Held, held_by_all
from delivery.attempts.starting import NoStart, Start

from ..pages import fragment
from ..web import cookie_name
from .candidate_request import (
    Answer,
    check_form_sender,
    device_of,
    headers_of,
    json_answer,
    language_of,
    redirect,
)
from .device import COOKIE
from .documents import attempt_document, with_paper
from .group_commit import GroupStart
from .sheets import GroupRead, desks, held_keys

Seen = TypeVar("Seen")
SIGN_IN, WAITING, PLAYER = b"/thi", b"/thi/xac-nhan", b"/thi/lam-bai"


class OpeningPath:
    """The four requests of a start."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.cookie = cookie_name(app.state.settings, COOKIE).encode()
        database = app.state.database
        self.starts = GroupStart(database)
        self.devices = GroupRead(database, held_by_all)
        self.desks = GroupRead(database, desks)
        self.keys = GroupRead(database, held_keys)
        self._shells: dict[str, Answer] = {}  # the player's page by language
        self.handlers: dict[tuple[str, str], Callable[[Request], Awaitable[Answer]]] = {
            ("POST", "/thi/bat-dau"): self._start,
            ("GET", "/thi/lam-bai"): self._page,
            ("GET", "/thi/api/attempt"): self._attempt,
            ("GET", "/thi/api/journal-key"): self._journal_key,
        }

    def stop(self) -> None:
        for gathering in (self.starts, self.devices, self.desks, self.keys):
            gathering.stop()

    async def _start(self, request: Request) -> Answer:
        """Whoever may not start sees why on the page they came from."""
        headers = headers_of(request)
        check_form_sender(request, headers)
        device = device_of(headers, self.cookie)
        if device is None:
            return redirect(WAITING)
        begun = await self.starts.answer(Start(device, self.app.state.clock()))
        return redirect(WAITING if isinstance(begun, NoStart) else PLAYER)

    async def _page(self, request: Request) -> Answer:
        """The player's page: the same for everybody, and nothing of the paper in it."""
        device = device_of(headers_of(request), self.cookie)
        held = await self.devices.answer(device) if device else None
        if held is None:
            return redirect(SIGN_IN)
        self._notice(request, held)
        return self._shell(request) if held.attempt is not None else redirect(WAITING)

    def _shell(self, request: Request) -> Answer:
        language = language_of(headers_of(request))
        if language not in self._shells:
            html = fragment(request, "room/player.html").encode()
            self._shells[language] = Answer(html, b"text/html; charset=utf-8")
        return self._shells[language]

    async def _attempt(self, request: Request) -> Answer:
        desk = await self._seen(request, self.desks)
        self._notice(request, desk.held)
        check_holder(desk.held.lease)
        if desk.sheet is None:
            raise NotStarted
        now, language = self.app.state.clock(), language_of(headers_of(request))
        document = attempt_document(desk.sheet, now, language)
        return Answer(with_paper(document, desk.sheet.paper))

    async def _journal_key(self, request: Request) -> Answer:
        """For a device that holds, or has held, the lease: it keeps its journal under this key."""
        mine = await self._seen(request, self.keys)
        self._notice(request, mine.held)
        if mine.held.lease.granted_at is None:
            raise DeviceWaits
        if mine.key is None:
            raise NotStarted
        return json_answer({"key": base64.b64encode(mine.key).decode()})

    async def _seen(self, request: Request, read: GroupRead[Seen]) -> Seen:
        device = device_of(headers_of(request), self.cookie)
        seen = await read.answer(device) if device else None
        if seen is None:
            raise DeviceUnknown
        return seen

    def _notice(self, request: Request, held: Held) -> None:
        self.app.state.browsers.notice(request, held.sitting.id, held.lease.id)
