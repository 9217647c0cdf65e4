"""The centre's pages about sites: who stands where, packages, codes, results."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery.packages.build import Built
from delivery.packages.envelope import MOST_BYTES
from delivery.sites import repository, results_service, service
from delivery.sites.models import ExamSite, SitePackage
from delivery.sittings.models import Sitting
from delivery.sittings.repository import sitting_of
from delivery.sittings.rules import can_plan
from itembank.errors import KhaothiError, NotFound
from itembank.people.models import Unit
from itembank.permissions import Actor, Role, needs_role, require

from ..auth import passwords
from ..jobs.score_sitting import ask_scoring
from ..pages import page, refused_page
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from . import centre_views as views
from .key_files import centre_keys, known_centre_keys
from .slips import slips_csv
from .software import software_build

router = APIRouter(prefix="/diem-thi")


@router.get("")
def list_page(
    request: Request, staff: Staff, db: ReadDb, now: Now, trang_thai: str = "", tim: str = ""
) -> Response:
    require(needs_role(staff.actor, Role.EXAM_OFFICER))
    model = views.sites_page(db, staff.actor, state=trang_thai, words=tim.strip()[:100], now=now)
    return page(request, "site/sites.html", model, problems=[])


@router.post("/lap-goi")
def build(
    staff: Staff, db: Db, settings: Config, now: Now, ca_thi: Annotated[uuid.UUID, Form()]
) -> Response:
    """One download with the package and the invigilators' slips; neither is kept here."""
    sitting = sitting_of(db, ca_thi)
    require(can_plan(staff.actor, sitting.unit_id))
    built = service.build_package(
        db, staff.actor, site=_own_site(db, staff.actor, sitting, now), sitting=sitting,
        centre=centre_keys(settings.centre_key_file), software=software_build(),
        new_password=passwords.new_code, hash_password=passwords.hash_password, now=now,
        centre_address=settings.public_origin,
    )  # fmt: skip
    name = f"goi-de-{built.manifest['site']['code']}-{built.manifest['number']}"
    return Response(
        _zipped(built, name),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{_plain(name)}.zip"'},
    )


def _plain(name: str) -> str:
    return "".join(ch if ch.isascii() and (ch.isalnum() or ch in "-_") else "-" for ch in name)


def _zipped(built: Built, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{_plain(name)}.ktgoi", built.file)
        archive.writestr("phieu-giam-thi.csv", slips_csv(built.slips).encode("utf-8-sig"))
    return out.getvalue()


def _own_site(db: Session, actor: Actor, sitting: Sitting, now: Now) -> ExamSite:
    """The site of the sitting's unit, named after it the first time."""
    unit = db.get_one(Unit, sitting.unit_id)
    return repository.site_by_code(db, unit.code) or service.create_site(
        db, actor, unit=unit, code=unit.code, name=unit.name, recipient="", now=now
    )


@router.post("/ket-qua")
def merge(
    request: Request, staff: Staff, db: Db, settings: Config, now: Now, tep: UploadFile
) -> Response:
    """A result file from a USB stick. All of it is taken in, or nothing."""
    data = tep.file.read(MOST_BYTES + 1)
    try:
        with db.begin_nested():
            centre = known_centre_keys(settings.centre_key_file)
            merged = results_service.merge_results(db, staff.actor, data, centre, now=now)
    except KhaothiError as error:
        model = views.sites_page(db, staff.actor, state="", words="", now=now)
        return refused_page(request, "site/sites.html", model, error, refused=error)
    sitting = sitting_of(db, merged.package.sitting_id)
    if not merged.was_known:
        ask_scoring(db, staff.actor, sitting, now=now)
    return RedirectResponse(f"/diem-thi/{merged.package.id}", status_code=303)


@router.get("/{package_id}")
def package_page(
    request: Request, package_id: uuid.UUID, staff: Staff, db: ReadDb, now: Now
) -> Response:
    package = _own(db, staff, package_id)
    newest = repository.newest_package(db, package.sitting_id)
    if newest.id != package.id:  # it was built again: the page is that of what the school gets now
        return RedirectResponse(f"/diem-thi/{newest.id}", status_code=303)
    return page(request, "site/package.html", views.package_page(db, staff.actor, package, now=now))


@router.post("/{package_id}/dong-y")
def agree(
    package_id: uuid.UUID, staff: Staff, db: Db, now: Now, reason: Annotated[str, Form()] = ""
) -> Response:
    service.agree_to_release(db, staff.actor, _own(db, staff, package_id), reason=reason, now=now)
    return RedirectResponse(f"/diem-thi/{package_id}", status_code=303)


@router.post("/{package_id}/ma")
def read_code(
    request: Request, package_id: uuid.UUID, staff: Staff, db: Db, settings: Config, now: Now
) -> Response:
    """The code on the screen, to be read out. Each reading is recorded."""
    package = _own(db, staff, package_id)
    centre = known_centre_keys(settings.centre_key_file)
    code = service.released_code(db, staff.actor, package, centre, now=now)
    model = views.package_page(db, staff.actor, package, now=now, code=code)
    return page(request, "site/package.html", model)


def _own(db: Session, staff: SignedIn, package_id: uuid.UUID) -> SitePackage:
    """A package of somebody else's unit is as unknown as one that is not there."""
    package = repository.package_of(db, package_id)
    if not can_plan(staff.actor, sitting_of(db, package.sitting_id).unit_id):
        raise NotFound("Không có gói này. Về danh sách điểm thi rồi chọn lại.")
    return package
