"""A candidate over HTTP: the same requests that the player in the browser sends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import httpx

HEADERS = {"X-Requested-With": "khaothi", "User-Agent": "khaothi demo candidate"}


class ClientRefused(RuntimeError):
    """The server answered something a candidate could not go on with."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One change: the item's reference on the paper, and the response."""

    item: str
    value: Any
    kind: str = "answer"


class CandidateClient:
    """Signs in, starts, saves and hands in, one candidate a client.

    A request that the server did not answer is sent again: the same numbers with the same bytes
    are the same events, so nothing is doubled.
    """

    def __init__(self, address: str, *, transport: httpx.BaseTransport | None = None) -> None:
        retrying = transport or httpx.HTTPTransport(retries=3)
        self._http = httpx.Client(
            base_url=address, headers=HEADERS, timeout=60.0, transport=retrying
        )
        self._writer = ""
        self._next_seq = 1

    def __enter__(self) -> CandidateClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def sign_in(self, number: str, code: str) -> None:
        answer = self._http.post("/thi", data={"sbd": number, "ma": code})
        if answer.status_code != 303:
            raise ClientRefused(f"sign-in of {number}: {answer.status_code}")

    def start(self) -> dict[str, Any]:
        """Open the paper; the document the player draws itself from."""
        self._http.post("/thi/bat-dau")
        paper = self._json(self._http.get("/thi/api/attempt"))
        self._writer = paper["writer"]["id"]
        self._next_seq = paper["writer"]["next_seq"]
        return paper

    def save(self, answers: Iterable[Answer]) -> list[int]:
        """Send changes; the numbers the server has on disk."""
        events = [self._event(answer) for answer in answers]
        if not events:
            return []
        sent = {"writer": self._writer, "events": events}
        acked: list[int] = self._json(self._http.post("/thi/api/events", json=sent))["acked"]
        return acked

    def submit(self) -> dict[str, Any]:
        """Hand in; the receipt."""
        sent = {"writer": self._writer, "last_seq": self._next_seq - 1}
        receipt: dict[str, Any] = self._json(self._http.post("/thi/api/submit", json=sent))[
            "receipt"
        ]
        return receipt

    def _event(self, answer: Answer) -> dict[str, Any]:
        event = {
            "seq": self._next_seq,
            "kind": answer.kind,
            "item": answer.item,
            "value": answer.value,
            "client_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        self._next_seq += 1
        return event

    def _json(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.status_code != 200:
            raise ClientRefused(
                f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}"
            )
        document: dict[str, Any] = answer.json()
        return document
