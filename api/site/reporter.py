"""The box's line to the centre, where there is one. The examination never waits for it."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from delivery.packages.envelope import file_hash
from delivery.packages.keys import opened_by
from delivery.packages.release_code import grouped
from delivery.sites import repository
from delivery.sites.models import HeldPackage
from delivery.sites.states import state_at_site
from delivery.sittings.models import Sitting

from .box import SiteBox
from .report_api import SIGNED_BY, proof

log = logging.getLogger("khaothi.site")
EVERY_SECONDS = 30
PATIENCE_SECONDS = 10


class Reporter:
    """Tells the centre every half minute how the box stands; `sent_at` is the last that arrived."""

    def __init__(self, box: SiteBox, clock: Callable[[], datetime]) -> None:
        self.box = box
        self.clock = clock
        self.sent_at: datetime | None = None
        self.code = ""  # as the centre released it to this box
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="site reports", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=PATIENCE_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.report_once()
            except Exception as error:  # no line, no centre, or no sense: the room goes on
                log.info("no report reached the centre: %s", type(error).__name__)
            self._stopping.wait(EVERY_SECONDS)

    def report_once(self) -> None:
        with self.box.database.read() as db:
            held = next(iter(repository.held_packages(db)), None)
        if held is None or not held.manifest["centre"]["address"]:
            return
        body = json.dumps(self._told(held)).encode()
        answer = self._post(held, "/api/diem-thi/bao-cao", body)
        self.sent_at = self.clock()
        sealed = answer.get("code")
        if sealed and self.box.identity:
            code = opened_by(self.box.identity, base64.b64decode(sealed))
            self.code = grouped(code.decode())

    def send_results(self, held: HeldPackage, file: bytes) -> dict[str, Any]:
        return self._post(held, "/api/diem-thi/ket-qua", file)

    def _post(self, held: HeldPackage, path: str, body: bytes) -> dict[str, Any]:
        with self.box.database.read() as db:
            name = file_hash(repository.held_package(db, held.id).file)
        answer = httpx.post(
            held.manifest["centre"]["address"] + path,
            content=body,
            headers={SIGNED_BY: proof(name, body)},
            timeout=PATIENCE_SECONDS,
        )
        answer.raise_for_status()
        return dict(answer.json())

    def _told(self, held: HeldPackage) -> dict[str, Any]:
        box = self.box.described()
        with self.box.database.read() as db:
            sitting = db.get(Sitting, held.sitting_id)
            count = repository.count_of(db, held.sitting_id)
            sealed = bool(repository.sealed_results(db, held.id))
        state = state_at_site(
            is_open=held.opened_at is not None,
            sitting_state=sitting.state if sitting else "",
            is_sealed=sealed,
        )
        return {
            "package": str(held.id), "state": state.value, "candidates": count.candidates,
            "running": count.running, "submitted": count.submitted, "build": box.build,
            "database": box.database, "site_at": self.clock().isoformat(),
        }  # fmt: skip
