"""This machine as a site's box: whom it trusts, what it is, and its steps, each in one transaction."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from delivery.packages.errors import NotExamMode
from delivery.packages.keys import PublicKeys
from delivery.sites import box_service, repository
from delivery.sites.box_service import Opener
from delivery.sites.exam_mode import Box, exam_mode_problems
from delivery.sites.models import HeldPackage, SealedResult
from itembank.errors import Conflict
from itembank.permissions import Actor

from ..auth import passwords
from ..db import Database


@dataclass(frozen=True)
class SiteBox:
    """Present in `app.state.site_box` where the program runs as a site."""

    database: Database
    centre: PublicKeys
    identity: str | None
    build: str
    opening: threading.Lock = field(default_factory=threading.Lock)

    def described(self) -> Box:
        with self.database.read() as db:
            kind, settings = repository.database_settings(db)
        return Box(self.build, kind, settings)

    def check_exam_mode(self) -> None:
        """At every start: a box that was changed after it received its package stays shut."""
        box = self.described()
        with self.database.read() as db:
            held = repository.held_packages(db)
        for package in held:
            found = exam_mode_problems(box, package.manifest["build"])
            if found:
                raise NotExamMode(
                    "Máy này không được phép tổ chức thi bằng gói này.", problems=found
                )

    def receive(self, data: bytes, *, now: datetime) -> HeldPackage:
        box = self.described()
        with self.database.write() as db:
            return box_service.receive(db, data, self.centre, box, now=now)

    def open(
        self, package_id: uuid.UUID, code: str, openers: Sequence[Opener], *, now: datetime
    ) -> HeldPackage:
        """Unseal in memory, then store all of it in one transaction, or nothing.

        One try at a time: each costs a second and much memory, on purpose.
        """
        if not self.opening.acquire(blocking=False):
            raise Conflict("Đang mở gói theo một yêu cầu khác; chờ vài giây rồi thử lại.")
        try:
            box = self.described()
            with self.database.read() as db:
                held = repository.held_package(db, package_id)
            box_service.check_may_open(held, box, now=now)
            inside = box_service.unsealed(held, self.centre, code, identity=self.identity)
            with self.database.write() as db:
                return box_service.open_package(
                    db, package_id, inside, openers, box,
                    verify_password=passwords.verify, now=now,
                )  # fmt: skip
        finally:
            self.opening.release()

    def seal(self, actor: Actor | None, package_id: uuid.UUID, *, now: datetime) -> SealedResult:
        box = self.described()
        with self.database.write() as db:
            held = repository.held_package(db, package_id)
            return box_service.seal_results(db, actor, held, box, now=now)
