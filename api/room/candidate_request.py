"""A candidate's request as the answer path reads it: its few headers, its body, its answer's bytes.

The rules are those of every other page (`device.py`, `web.py`), without the framework's objects, which
cost more than the rest of a save.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import Receive, Send

from ..auth import passwords
from ..headers import set_headers
from ..settings import Settings
from .device import LARGEST_BODY, foreign, form_from_our_page, from_our_page, too_large

Headers = dict[bytes, bytes]
encode = json.JSONEncoder(separators=(",", ":")).encode


def headers_of(request: Request) -> Headers:
    return dict(request.scope["headers"])


def check_sender(request: Request, headers: Headers) -> None:
    """As :func:`device.from_our_page`; the long way only where the browser tells more to weigh."""
    if _tells_where_from(headers):
        from_our_page(request)
    elif headers.get(b"x-requested-with") != b"khaothi":
        raise foreign()


def check_form_sender(request: Request, headers: Headers) -> None:
    """As :func:`device.form_from_our_page`, likewise."""
    if _tells_where_from(headers):
        form_from_our_page(request)


def _tells_where_from(headers: Headers) -> bool:
    return b"origin" in headers or b"sec-fetch-site" in headers


def device_of(headers: Headers, name: bytes) -> str | None:
    """The hash of the device's token; None for a device nobody signed in on."""
    token = cookie(headers, name)
    return passwords.token_hash(token) if token else None


def cookie(headers: Headers, name: bytes) -> str | None:
    for part in headers.get(b"cookie", b"").split(b";"):
        key, _, value = part.strip().partition(b"=")
        if key == name:
            return value.decode("latin-1")
    return None


def language_of(headers: Headers) -> str:
    """As :func:`i18n.language`."""
    return "en" if cookie(headers, b"khaothi_lang") == "en" else "vi"


async def body_of(receive: Receive) -> bytes:
    """The body, read no further than a candidate's changes can reach."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= LARGEST_BODY:
        message = await receive()
        body += message.get("body", b"")
    if len(body) > LARGEST_BODY:
        raise too_large()
    return body


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, but for the headers every answer carries."""

    body: bytes
    kind: bytes = b"application/json"
    status: int = 200
    location: bytes | None = None


def json_answer(document: dict[str, Any]) -> Answer:
    return Answer(encode(document).encode())


def redirect(path: bytes) -> Answer:
    return Answer(b"", b"text/plain; charset=utf-8", 303, path)


def lines_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)


class Reply:
    """Sends answers with the headers every answer carries."""

    def __init__(self, settings: Settings) -> None:
        headers = MutableHeaders(raw=[])
        set_headers(headers, settings, "/thi/api")
        self._headers = headers.raw
        self._lines = lines_of(headers.raw)

    def lines_for(self, answer: Answer) -> bytes:
        """The headers of an answer that leads nowhere else, as they go over the wire."""
        about = b"content-length: %d\r\ncontent-type: %b\r\n" % (len(answer.body), answer.kind)
        return about + self._lines

    async def send(self, send: Send, answer: Answer) -> None:
        headers = [
            (b"content-length", b"%d" % len(answer.body)),
            (b"content-type", answer.kind),
            *self._headers,
        ]
        if answer.location is not None:
            headers.append((b"location", answer.location))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})
