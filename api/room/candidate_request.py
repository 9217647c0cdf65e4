"""A candidate's request as the answer path reads it: its few headers, its body, its answer's bytes.

The rules are those of every other page (`device.py`, `web.py`), without the framework's objects, which
cost more than the rest of a save.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import Receive, Send

from ..headers import set_headers
from ..settings import Settings
from .device import LARGEST_BODY, foreign, from_our_page, too_large

Headers = dict[bytes, bytes]
encode = json.JSONEncoder(separators=(",", ":")).encode


def headers_of(request: Request) -> Headers:
    return dict(request.scope["headers"])


def check_sender(request: Request, headers: Headers) -> None:
    """As :func:`device.from_our_page`; the long way only where the browser tells more to weigh."""
    if b"origin" in headers or b"sec-fetch-site" in headers:
        from_our_page(request)
    elif headers.get(b"x-requested-with") != b"khaothi":
        raise foreign()


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


class Reply:
    """Sends documents with the headers every answer carries."""

    def __init__(self, settings: Settings) -> None:
        headers = MutableHeaders(raw=[(b"content-type", b"application/json")])
        set_headers(headers, settings, "/thi/api")
        self._headers = headers.raw

    async def send(self, send: Send, document: dict[str, Any]) -> None:
        body = encode(document).encode()
        headers = [(b"content-length", b"%d" % len(body)), *self._headers]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
