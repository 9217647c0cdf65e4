"""Pages of shared material: the list, one with its versions and items, writing and changing it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.errors import Invalid, KhaothiError, TooLarge, problem
from itembank.items import repository, service, stimuli
from itembank.items.content import StimulusContent
from itembank.items.html import sanitise
from itembank.items.markup import to_html
from itembank.items.models import Stimulus
from itembank.items.rules import can_change_stimulus, can_create
from itembank.items.stimulus_use import stimulus_by_id, versions_of
from itembank.permissions import Role, needs_role, require
from itembank.review.reopening import change_stimulus

from ..pages import page, problems_for
from ..settings import Settings
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from .stimulus_sound import SoundFields, recording_of, sound_fields, stored_name, typed_of
from .stimulus_views import KINDS, stimuli_page, stimulus_form, stimulus_page

router = APIRouter(prefix="/ngan-hang/ngu-lieu")
Text = Annotated[str, Form()]
Sound = Annotated[SoundFields, Depends(sound_fields)]
LONGEST = 60_000


@dataclass(frozen=True, slots=True)
class Files:
    """What was sent beside the text: a picture with its words, a sound."""

    alt: str
    picture: UploadFile | None
    sound: UploadFile | None


@router.get("")
def listed(request: Request, staff: Staff, db: ReadDb) -> Response:
    return page(request, "bank/stimuli.html", stimuli_page(db, staff.actor))


@router.get("/moi")
def new(request: Request, staff: Staff, db: ReadDb) -> Response:
    require(needs_role(staff.actor, Role.TEACHER))
    return page(request, "bank/stimulus_form.html", stimulus_form(db, staff.actor, None))


@router.get("/{stimulus_id}")
def shown(
    request: Request,
    stimulus_id: uuid.UUID,
    staff: Staff,
    db: ReadDb,
    ban: int | None = None,
    cu: int | None = None,
) -> Response:
    """`ban` is the version to read, `cu` the one to compare it with."""
    stimulus = stimulus_by_id(db, stimulus_id)
    found = stimulus_page(db, staff.actor, stimulus, number=ban, old=cu)
    return page(request, "bank/stimulus.html", found)


@router.get("/{stimulus_id}/sua")
def edit(request: Request, stimulus_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    stimulus = stimulus_by_id(db, stimulus_id)
    return page(request, "bank/stimulus_form.html", stimulus_form(db, staff.actor, stimulus))


@router.post("/moi")
def add(
    request: Request, staff: Staff, db: Db, settings: Config, now: Now, sound: Sound,
    ma: Text = "", mon: Text = "", ten: Text = "", body: Text = "", viet: Text = "markup",
    lam: Text = "luu", alt: Text = "", hinh: UploadFile | None = None,
) -> Response:  # fmt: skip
    require(needs_role(staff.actor, Role.TEACHER))
    typed = {"ma": ma, "mon": mon, "ten": ten, "body": body, "viet": viet, **sound.typed()}
    files = Files(alt, hinh, sound.file)
    return _sent(request, db, staff, None, typed, lam, files, settings, now)


@router.post("/{stimulus_id}/sua")
def change(
    request: Request, stimulus_id: uuid.UUID, staff: Staff, db: Db, settings: Config, now: Now,
    sound: Sound, ten: Text = "", body: Text = "", viet: Text = "markup",
    lam: Text = "luu", alt: Text = "", hinh: UploadFile | None = None,
) -> Response:  # fmt: skip
    stimulus = stimulus_by_id(db, stimulus_id)
    require(can_change_stimulus(staff.actor, stimulus))
    typed = {"ma": stimulus.code, "mon": stimulus.subject, "ten": ten, "body": body, "viet": viet}
    typed |= sound.typed()
    files = Files(alt, hinh, sound.file)
    return _sent(request, db, staff, stimulus, typed, lam, files, settings, now)


def _sent(
    request: Request,
    db: Session,
    staff: SignedIn,
    stimulus: Stimulus | None,
    typed: dict[str, str],
    wanted: str,
    files: Files,
    settings: Settings,
    now: datetime,
) -> Response:
    """Save, add a picture or a sound, or only look: `wanted` is the button pressed."""
    try:
        if wanted == "hinh":
            typed["body"] += _picture(db, staff, files, settings, now)
        if wanted == "am":
            typed["am_thanh"] = stored_name(db, staff.actor, files.sound, now=now)
        if wanted == "bo-am":
            typed |= typed_of(None)
        content = _content(stimulus, typed)
        if wanted == "luu":
            with db.begin_nested():
                saved = _save(db, staff, stimulus, typed["ma"].strip(), content, now)
            return RedirectResponse(f"/ngan-hang/ngu-lieu/{saved}", status_code=303)
    except (Invalid, TooLarge) as error:
        found = problems_for(request, error) or [{"where": "body", "what": str(error)}]
        form = stimulus_form(db, staff.actor, stimulus, typed=typed, problems=found)
        return page(request, "bank/stimulus_form.html", form, status=_status(error))
    form = stimulus_form(db, staff.actor, stimulus, typed=typed, preview=content)
    return page(request, "bank/stimulus_form.html", form)


def _status(error: KhaothiError) -> int:
    return 413 if isinstance(error, TooLarge) else 422


def _picture(
    db: Session,
    staff: SignedIn,
    files: Files,
    settings: Settings,
    now: datetime,
) -> str:
    alt, file = files.alt, files.picture
    if file is None or not file.filename:
        raise Invalid("Chưa có hình.", problems=[problem("hinh", "Chọn tệp hình.")])
    if not alt.strip():
        words = "Ghi lời mô tả hình cho người không nhìn thấy hình."
        raise Invalid("Hình cần lời mô tả.", problems=[problem("alt", words)])
    most = settings.max_picture_bytes
    asset = service.add_asset(db, staff.actor, file.file.read(most + 1), most_bytes=most, now=now)
    words = alt.strip().replace("[", "(").replace("]", ")").replace("\n", " ")
    return f"\n\n![{words}]({asset.sha256})\n"


def _content(stimulus: Stimulus | None, typed: dict[str, str]) -> StimulusContent:
    text = typed["body"].replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise TooLarge("Ngữ liệu dài quá; tách thành vài ngữ liệu.")
    body = sanitise(text) if typed["viet"] == "xhtml" else to_html(text, str)
    subject = stimulus.subject if stimulus else typed["mon"]
    title, recording = typed["ten"].strip()[:300], recording_of(typed)
    return StimulusContent(subject=subject, title=title, body=body, recording=recording)


def _save(
    db: Session,
    staff: SignedIn,
    stimulus: Stimulus | None,
    code: str,
    content: StimulusContent,
    now: datetime,
) -> uuid.UUID:
    if stimulus is not None:
        change_stimulus(db, staff.actor, stimulus, content, now=now)
        return stimulus.id
    if not code or len(code) > 60:
        raise Invalid("Chưa có mã.", problems=[problem("ma", "Đặt mã cho ngữ liệu.")])
    version = stimuli.add_stimulus(db, staff.actor, code=code, content=content, now=now)
    return version.stimulus_id


@router.post("/{stimulus_id}/cau-moi")
def write_item(
    stimulus_id: uuid.UUID, staff: Staff, db: Db, now: Now, dang: Text = "choice", lop: Text = "12"
) -> RedirectResponse:
    """A new item of this person that stands on the newest version."""
    stimulus = stimulus_by_id(db, stimulus_id)
    require(can_create(staff.actor, stimulus.subject))
    if dang not in KINDS or lop not in {"9", "10", "11", "12"}:
        raise Invalid("Chọn dạng câu hỏi và lớp.")
    stimulus_page(db, staff.actor, stimulus, number=None, old=None)  # may they read it?
    item = service.create_item(
        db, staff.actor, kind=dang, subject=stimulus.subject, grade=int(lop), now=now
    )
    draft = repository.draft_of(db, item)
    assert draft is not None
    newest = versions_of(db, stimulus)[-1].hash
    content = service.draft_content(draft).model_copy(update={"stimulus": newest})
    service.save_draft(db, staff.actor, item, content, expected_revision=draft.revision, now=now)
    return RedirectResponse(f"/ngan-hang/cau-hoi/{item.id}/soan", status_code=303)
