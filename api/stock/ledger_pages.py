"""The ledger of contributions and the look back at a year, with their files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from itembank.ledger.past import retrospective
from itembank.ledger.retrospective import SHARE_HEADS, day_bins, round_bins
from itembank.ledger.rules import can_see_ledger, can_see_retrospective
from itembank.people.models import Unit
from itembank.permissions import Actor, require
from itembank.stock import service

from ..i18n import Words, words
from ..pages import page
from ..web import Config, Db, Now, ReadDb, Staff
from .board_pages import whole
from .board_views import chosen
from .charts import bars, share_lines
from .files import Kind, file_response
from .ledger_views import PastPage, ledger_lines, ledger_page, past_page
from .reports import (
    after_use,
    ledger_report,
    outcomes,
    past_reasons,
    retrospective_report,
    year_name,
)

router = APIRouter()
Line = Annotated[str, Query(max_length=40)]


@router.get("/dong-gop")
def ledger(
    request: Request, staff: Staff, db: ReadDb, now: Now, nam: Line = "", mon: Line = ""
) -> Response:
    require(can_see_ledger(staff.actor))
    shown = ledger_page(db, staff.actor, whole(nam), mon, now=now)
    return page(request, "stock/ledger.html", shown, year_name=year_name)


@router.get("/dong-gop/tep")
def ledger_file(
    request: Request, staff: Staff, db: ReadDb, now: Now, settings: Config, nam: Line = "",
    mon: Line = "", kieu: Kind = "pdf",
) -> Response:  # fmt: skip
    """For the yearly evaluation: printed and signed, or to go on working with."""
    require(can_see_ledger(staff.actor))
    year = ledger_page(db, staff.actor, whole(nam), mon, now=now).school_year
    lines = ledger_lines(db, staff.actor, year, mon)
    made = ledger_report(lines, year, settings.department_name, words(request), now, of=staff.actor.unit_name)  # fmt: skip
    return file_response(made, kieu, f"dong-gop-{year}")


@router.post("/dong-gop/chi-tieu")
def set_target(
    staff: Staff, db: Db, now: Now, items: Annotated[str, Form(max_length=6)],
    nam: Annotated[str, Form(max_length=6)],
) -> Response:  # fmt: skip
    unit = db.get_one(Unit, staff.actor.unit_id)
    asked = int(items) if items.isascii() and items.isdigit() else -1
    service.set_target(db, staff.actor, unit, school_year=whole(nam), items=asked, now=now)
    return RedirectResponse(f"/dong-gop?nam={whole(nam)}", status_code=303)


@router.get("/kho/nhin-lai")
def past(
    request: Request, staff: Staff, db: ReadDb, now: Now, mon: Line = "", nam: Line = ""
) -> Response:
    subject = _subject(db, staff.actor, now, mon)
    shown = past_page(db, subject, whole(nam), now=now)
    return page(
        request, "stock/past.html", shown, pictures=_pictures(shown, words(request)),
        year_name=year_name, SHARE_HEADS=SHARE_HEADS,
    )  # fmt: skip


def _subject(db: ReadDb, actor: Actor, now: Now, asked: str) -> str:
    subject = chosen(db, actor, now, subject=asked, grade=0, year=0, unit=None).subject
    require(can_see_retrospective(actor, subject))
    return subject


def _pictures(shown: PastPage, t: Words) -> list[dict[str, object]]:
    """Each picture with the same numbers as a table."""
    looked = shown.past
    told = (
        ("ket-qua", t("Kết quả thẩm định"), outcomes(looked, t)),
        ("li-do", t("Lí do không nhận hoặc trả lại"), past_reasons(looked, t)),
        ("vong", t("Số vòng thẩm định của một câu"), round_bins(looked.rounds)),
        ("ngay", t("Số ngày một vòng thẩm định"), day_bins(looked.days)),
        ("sau-khi-dung", t("Sau khi dùng"), after_use(looked, t)),
    )
    same = t("Cùng số liệu ở bảng bên dưới.")
    made: list[dict[str, object]] = [
        {"title": title, "rows": rows,
         "picture": bars(name, [(what, n, str(n)) for what, n in rows], title, same)}
        for name, title, rows in told
    ]  # fmt: skip
    lines = [(t(n), [y.share(h) for y in looked.shares]) for h, n in SHARE_HEADS.items()]
    title = t("Tỉ lệ qua các năm học")
    years = [year_name(y.school_year) for y in looked.shares]
    made.append({"title": title, "rows": None, "picture": share_lines(years, lines, title, same)})
    return made


@router.get("/kho/nhin-lai/tep")
def past_file(
    request: Request, staff: Staff, db: ReadDb, now: Now, settings: Config, mon: Line = "",
    nam: Line = "", kieu: Kind = "pdf",
) -> Response:  # fmt: skip
    subject = _subject(db, staff.actor, now, mon)
    year = past_page(db, subject, whole(nam), now=now).past.school_year
    made = retrospective_report(
        retrospective(db, subject, year), settings.department_name, words(request), now
    )
    return file_response(made, kieu, f"nhin-lai-{subject}-{year}")
