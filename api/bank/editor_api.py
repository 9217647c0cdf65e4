"""What the item editor asks for while an author types: save, preview, formula, picture."""

from __future__ import annotations

import uuid
from typing import Any

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from itembank.errors import Invalid, NotFound
from itembank.items import checks, repository, service, sounds
from itembank.items.content import ItemContent, StimulusContent
from itembank.items.hints import hints
from itembank.items.rendering import mathml
from itembank.items.rules import can_create
from itembank.permissions import Role, needs_role, require

from ..i18n import language, translate
from ..web import Config, Db, Now, ReadDb, Staff
from .formula import unbalanced_at
from .preview import heard, paper_html, preview_html

router = APIRouter(prefix="/ngan-hang")

PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "inline",
    "Cache-Control": "private, max-age=31536000, immutable",
}


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DraftIn(Sent):
    """`revision` is the one the author's page was drawn from."""

    revision: int
    content: ItemContent


class PreviewIn(Sent):
    content: ItemContent


class FormulaIn(Sent):
    tex: str = Field(max_length=20_000)
    display: bool = False


@router.put("/api/cau-hoi/{item_id}/nhap")
def save_draft(
    request: Request, item_id: uuid.UUID, sent: DraftIn, staff: Staff, db: Db, now: Now
) -> dict[str, Any]:
    item = repository.item_by_id(db, item_id)
    draft = service.save_draft(
        db, staff.actor, item, sent.content, expected_revision=sent.revision, now=now
    )
    return {
        "revision": draft.revision,
        "saved_at": draft.updated_at.isoformat(),
        **drawn(request, db, service.draft_content(draft)),
    }


@router.post("/api/xem-truoc")
def preview(request: Request, sent: PreviewIn, staff: Staff, db: Db) -> dict[str, Any]:
    require(can_create(staff.actor, sent.content.subject))
    return drawn(request, db, service.clean(sent.content))


def drawn(request: Request, db: Session, content: ItemContent) -> dict[str, Any]:
    """The item seen, printed and heard; what is still missing; what could be better."""
    stimulus = stimulus_of(db, content)
    return {
        "preview_html": preview_html(content, stimulus=stimulus),
        "paper_html": paper_html(content, stimulus),
        "heard": heard(content, stimulus),
        "problems": problems_of(request, content),
        "hints": hints_of(request, content, stimulus),
    }


def hints_of(
    request: Request, content: ItemContent, stimulus: StimulusContent | None
) -> list[dict[str, str]]:
    lang = language(request)
    return [
        {
            "key": hint.key,
            "where": hint.where,
            "what": translate(hint.what, lang),
            "why": translate(hint.why, lang),
        }
        for hint in hints(content, stimulus)
    ]


def problems_of(request: Request, content: ItemContent) -> list[dict[str, str]]:
    lang = language(request)
    return [
        {"where": str(p.where), "what": translate(p.what, lang)} for p in checks.problems(content)
    ]


def stimulus_of(db: Session, content: ItemContent) -> StimulusContent | None:
    return repository.stimulus_version(db, content.stimulus) if content.stimulus else None


class BrokenFormula(Invalid):
    """`extra` tells the editor where to put the cursor."""

    default_code = "tex_invalid"

    def __init__(self, position: int) -> None:
        super().__init__("Ngoặc nhọn ở đây chưa có cặp; thêm hoặc bỏ một dấu ngoặc.")
        self.extra = {"position": position}


@router.post("/api/cong-thuc")
def formula(sent: FormulaIn, staff: Staff) -> dict[str, str]:
    """MathML of a formula. The converter forgives a lost brace, the author should not."""
    position = unbalanced_at(sent.tex)
    if position is not None:
        raise BrokenFormula(position)
    return {"mathml": mathml(sent.tex, display=sent.display)}


@router.post("/api/assets")
def add_asset(
    file: UploadFile, staff: Staff, db: Db, settings: Config, now: Now
) -> dict[str, object]:
    require(needs_role(staff.actor, Role.TEACHER))
    raw = file.file.read(settings.max_picture_bytes + 1)
    asset = service.add_asset(db, staff.actor, raw, most_bytes=settings.max_picture_bytes, now=now)
    return {
        "sha256": asset.sha256,
        "url": f"/ngan-hang/hinh/{asset.sha256}",
        "width": asset.width,
        "height": asset.height,
    }


@router.post("/api/am-thanh")
def add_sound(file: UploadFile, staff: Staff, db: Db, now: Now) -> dict[str, object]:
    require(needs_role(staff.actor, Role.TEACHER))
    raw = file.file.read(sounds.MOST_BYTES + 1)
    asset = service.add_sound(db, staff.actor, raw, now=now)
    return {"sha256": asset.sha256, "url": f"/ngan-hang/hinh/{asset.sha256}"}


@router.get("/hinh/{sha256}")
def picture(sha256: str, staff: Staff, db: ReadDb) -> Response:
    """A picture or a sound of the bank. Its name is the hash of its bytes: nobody finds one by
    guessing.
    """
    asset = repository.asset(db, sha256)
    if asset is None:
        raise NotFound("Không có hình này.")
    return Response(asset.body, media_type=asset.media_type, headers=PICTURE_HEADERS)
