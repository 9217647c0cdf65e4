"""A sitting's Safe Exam Browser: prepare the file, download it, switch the check off."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.safe_exam_browser import repository, service
from delivery.safe_exam_browser.addresses import normal_origin
from delivery.safe_exam_browser.errors import UnsafeSetting
from delivery.safe_exam_browser.models import SafeExamBrowserSetting
from delivery.sittings import repository as sittings
from delivery.sittings import rules
from delivery.sittings.models import Sitting
from itembank.errors import Conflict, NotFound
from itembank.people import repository as people
from itembank.permissions import require

from ..auth.passwords import CODE_ALPHABET
from ..pages import page, refused_page
from ..settings import Settings
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff

router = APIRouter(prefix="/ca-thi/{sitting_id}/safe-exam-browser")
GROUPS, QUIT_GROUPS, LETTERS = 4, 2, 5  # 25**20 > 2**92: the file's own key stretching is weak
TEMPLATE = "exams/safe_exam_browser.html"


@dataclass(frozen=True, slots=True)
class Line:
    """One setting of the past or the present."""

    number: int
    mode: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Passwords:
    """Shown once, on the page that answers the button; stored nowhere."""

    opens_file: str
    quits: str


@dataclass(frozen=True, slots=True)
class BrowserPage:
    sitting: Sitting
    setting: SafeExamBrowserSetting | None
    history: Sequence[Line]
    can_set: bool
    origin: str
    passwords: Passwords | None

    @property
    def is_on(self) -> bool:
        return self.setting is not None and self.setting.mode == service.REPORT

    @property
    def has_moved(self) -> bool:
        """The file opens an address that is no longer this server's."""
        return self.is_on and self.setting is not None and self.setting.origin != self.origin


@router.get("")
def browser_page(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: ReadDb, settings: Config
) -> Response:
    sitting = _planned(db, staff, sitting_id)
    return page(request, TEMPLATE, _page(db, staff, sitting, settings), problems=[])


@router.post("")
def prepare(
    request: Request, sitting_id: uuid.UUID, staff: Staff, db: Db, settings: Config, now: Now
) -> Response:
    """A new file; the answer is the only time its passwords can be read."""
    sitting = _planned(db, staff, sitting_id)
    made = Passwords(_new_password(GROUPS), _new_password(QUIT_GROUPS))
    try:
        service.prepare(
            db,
            staff.actor,
            sitting,
            public_origin=settings.public_origin,
            password=made.opens_file,
            quit_password=made.quits,
            now=now,
        )
    except UnsafeSetting as error:
        return refused_page(request, TEMPLATE, _page(db, staff, sitting, settings), error)
    return page(request, TEMPLATE, _page(db, staff, sitting, settings, made), problems=[])


@router.post("/tat")
def switch_off(sitting_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    sitting = _planned(db, staff, sitting_id)
    with suppress(Conflict):  # the button was pressed twice: it is off, as was wanted
        service.switch_off(db, staff.actor, sitting, now=now)
    return RedirectResponse(f"/ca-thi/{sitting_id}/safe-exam-browser", status_code=303)


@router.get("/tep/{number}.seb")
def download(sitting_id: uuid.UUID, number: int, staff: Staff, db: ReadDb) -> Response:
    """The file in force; an older one would only bring mismatches into the room."""
    sitting = _planned(db, staff, sitting_id)
    setting = repository.setting_of(db, sitting.id)
    if setting is None or setting.mode != service.REPORT or setting.number != number:
        raise NotFound("Không có tệp .seb này nữa; tải tệp đang dùng ở trang của ca thi.")
    disposition = f'attachment; filename="ca-thi-{sitting.starts_at:%Y%m%d}-{number}.seb"'
    return Response(
        setting.file,
        media_type="application/seb",
        headers={"Content-Disposition": disposition},
    )


def _planned(db: Session, staff: SignedIn, sitting_id: uuid.UUID) -> Sitting:
    sitting = sittings.sitting_of(db, sitting_id)
    require(rules.can_plan(staff.actor, sitting.unit_id))
    return sitting


def _page(
    db: Session,
    staff: SignedIn,
    sitting: Sitting,
    settings: Settings,
    passwords: Passwords | None = None,
) -> BrowserPage:
    history = repository.settings_of(db, sitting.id)
    names = people.names(db, {setting.set_by for setting in history})
    return BrowserPage(
        sitting=sitting,
        setting=next(iter(history), None),
        history=[Line(s.number, s.mode, s.at, names.get(s.set_by, "")) for s in history],
        can_set=bool(service.can_set(staff.actor, sitting)),
        origin=_origin(settings),
        passwords=passwords,
    )


def _origin(settings: Settings) -> str:
    """Our own address as browsers write it; empty where it is not set."""
    try:
        return normal_origin(settings.public_origin)
    except UnsafeSetting:
        return ""


def _new_password(groups: int) -> str:
    letters = [secrets.choice(CODE_ALPHABET) for _ in range(groups * LETTERS)]
    return "-".join("".join(letters[n : n + LETTERS]) for n in range(0, len(letters), LETTERS))
