"""A candidate's device without a screen: speaks to the room over HTTP as the player does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

HEADERS = {"X-Requested-With": "khaothi"}
PATIENCE = httpx.Timeout(30.0)


class CandidateClient:
    """Sign in, start, save in small batches, hand in. Raises httpx.HTTPStatusError on a refusal."""

    def __init__(self, address: str) -> None:
        headers = {**HEADERS, "Origin": address, "User-Agent": "khaothi-demo"}
        self._http = httpx.Client(
            base_url=address, headers=headers, timeout=PATIENCE, follow_redirects=False
        )
        self._writer = ""
        self._seq = 0

    def __enter__(self) -> CandidateClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def sign_in(self, number: str, code: str) -> None:
        answer = self._http.post("/thi", data={"sbd": number, "ma": code})
        if answer.status_code != httpx.codes.SEE_OTHER:
            answer.raise_for_status()
            raise httpx.HTTPError(f"sign-in answered {answer.status_code}")

    def start(self) -> dict[str, Any]:
        """Open the paper; the document the player would draw."""
        self._http.post("/thi/bat-dau")
        answer = self._http.get("/thi/api/attempt").raise_for_status()
        document: dict[str, Any] = answer.json()
        self._writer = document["writer"]["id"]
        self._seq = document["writer"]["next_seq"]
        return document

    def save(self, answers: Mapping[str, Any]) -> Sequence[int]:
        """Responses by item reference; the sequence numbers the server says are on disk."""
        events = [self._event(ref, value) for ref, value in answers.items()]
        body = {"writer": self._writer, "events": events}
        answer = self._http.post("/thi/api/events", json=body).raise_for_status()
        acknowledged: list[int] = answer.json()["acked"]
        return acknowledged

    def _event(self, ref: str, value: Any) -> dict[str, Any]:
        event = {
            "seq": self._seq,
            "kind": "answer",
            "item": ref,
            "value": value,
            "client_at": datetime.now(UTC).isoformat(),
        }
        self._seq += 1
        return event

    def submit(self) -> dict[str, Any]:
        body = {"writer": self._writer, "last_seq": self._seq - 1}
        answer = self._http.post("/thi/api/submit", json=body).raise_for_status()
        receipt: dict[str, Any] = answer.json()["receipt"]
        return receipt
