"""The centre's verbs: name a site, send it a package, release the code, hear of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from pyrage import RecipientError, x25519
from sqlalchemy.orm import Session

from delivery.packages import keys
from delivery.packages.build import Built, Ingredients, build
from delivery.packages.envelope import file_hash
from delivery.packages.keys import CentreKeys
from delivery.packages.release_code import grouped
from delivery.packages.repository import invigilators_of
from delivery.sittings.models import Sitting
from delivery.sittings.repository import candidates as candidates_of
from delivery.sittings.repository import sitting_of
from delivery.sittings.rules import can_plan
from itembank import audit
from itembank.errors import Invalid, Problem, msg, problem
from itembank.people.models import Unit
from itembank.permissions import Actor, Decision, require

from . import repository, rules
from .models import CodeRelease, ExamSite, SitePackage, SiteReport
from .states import SiteState


def create_site(
    db: Session, actor: Actor, *, unit: Unit, code: str, name: str, recipient: str, now: datetime
) -> ExamSite:
    """A place with a box of its own. `recipient` is empty, or what the box's own key is."""
    require(can_plan(actor, unit.id))
    code, name, recipient = code.strip(), name.strip(), recipient.strip()
    found = _site_problems(db, code, name, recipient)
    if found:
        raise Invalid("Chưa thêm được điểm thi.", code="site_invalid", problems=found)
    site = ExamSite(
        code=code, name=name, unit_id=unit.id, recipient=recipient, created_by=actor.person_id,
        created_at=now,
    )  # fmt: skip
    db.add(site)
    db.flush()
    audit.record(db, actor, "site.created", "exam_site", site.id, now=now, after={"code": code})
    return site


def set_site(
    db: Session, actor: Actor, *, unit: Unit, code: str, name: str, recipient: str, now: datetime
) -> ExamSite:
    """The site of this code with this box key: a new box changes it for the packages to come."""
    site = repository.site_by_code(db, code.strip())
    if site is None:
        return create_site(db, actor, unit=unit, code=code, name=name, recipient=recipient, now=now)
    require(can_plan(actor, site.unit_id))
    if recipient and not _is_recipient(recipient):
        raise Invalid("Khoá của máy điểm thi bắt đầu bằng age1; chép lại nguyên dòng máy đó in ra.")
    before, site.recipient = {"recipient": site.recipient}, recipient
    after = {"recipient": recipient}
    audit.record(
        db, actor, "site.changed", "exam_site", site.id, now=now, before=before, after=after
    )
    return site


def _site_problems(db: Session, code: str, name: str, recipient: str) -> list[Problem]:
    found = []
    if not code or len(code) > 40:
        found.append(problem("code", "Ghi mã điểm thi, nhiều nhất 40 kí tự."))
    elif repository.site_by_code(db, code) is not None:
        found.append(problem("code", "Mã này đã có điểm thi khác dùng."))
    if not name or len(name) > 200:
        found.append(problem("name", "Ghi tên điểm thi, nhiều nhất 200 kí tự."))
    if recipient and not _is_recipient(recipient):
        what = "Khoá của máy điểm thi bắt đầu bằng age1; chép lại nguyên dòng máy đó in ra."
        found.append(problem("recipient", what))
    return found


def _is_recipient(text: str) -> bool:
    try:
        return bool(x25519.Recipient.from_str(text))
    except RecipientError:
        return False


# --- packages ---------------------------------------------------------------------------------


def build_package(
    db: Session,
    actor: Actor,
    *,
    site: ExamSite,
    sitting: Sitting,
    centre: CentreKeys,
    software: str,
    new_password: Callable[[], str],
    hash_password: Callable[[str], str],
    now: datetime,
    centre_address: str = "",
) -> Built:
    """A new package of a planned sitting; it takes the place of any earlier one."""
    require(rules.can_build(actor, sitting))
    candidates, staff = candidates_of(db, sitting.id), invigilators_of(db, sitting)
    _check_complete(sum(c.code_hash is None for c in candidates), len(candidates), len(staff))
    given = Ingredients(
        site_code=site.code,
        site_name=site.name,
        recipient=site.recipient,
        number=repository.last_number(db, sitting.id) + 1,
        build=software,
        opens_at=sitting.starts_at - rules.OPENS_BEFORE,
        centre_address=centre_address,
        new_password=new_password,
        hash_password=hash_password,
    )
    built = build(db, sitting, candidates, staff, given, centre, now=now)
    db.add(_package_row(built, site, sitting, given, centre, actor, now))
    db.flush()
    after = {"site": site.code, "sitting": str(sitting.id), "number": given.number}
    audit.record(db, actor, "package.built", "site_package", built.package_id, now=now, after=after)
    return built


def _check_complete(without_code: int, candidates: int, staff: int) -> None:
    found = []
    if not candidates:
        found.append(problem("danh sách", "Ca thi chưa có thí sinh nào."))
    if without_code:
        what = "Còn {n} thí sinh chưa có mã dự thi; phát mã trước."
        found.append(problem("mã dự thi", msg(what, n=without_code)))
    if staff < rules.PEOPLE_NEEDED:
        what = "Đơn vị tổ chức thi cần ít nhất {n} giám thị để mở gói; hiện có {m}."
        found.append(problem("giám thị", msg(what, n=rules.PEOPLE_NEEDED, m=staff)))
    if found:
        raise Invalid("Chưa lập được gói.", code="package_incomplete", problems=found)


def _package_row(
    built: Built,
    site: ExamSite,
    sitting: Sitting,
    given: Ingredients,
    centre: CentreKeys,
    actor: Actor,
    now: datetime,
) -> SitePackage:
    return SitePackage(
        id=built.package_id,
        site_id=site.id,
        sitting_id=sitting.id,
        number=given.number,
        file_hash=file_hash(built.file),
        manifest=built.manifest,
        verify_key=built.verify_key,
        code_sealed=keys.sealed_to(centre.public.recipient, built.code.encode()),
        opens_at=given.opens_at,
        built_by=actor.person_id,
        built_at=now,
    )


def agree_to_release(
    db: Session, actor: Actor, package: SitePackage, *, reason: str, now: datetime
) -> int:
    """One person's consent. Returns how many there are now. A replaced package needs a reason."""
    sitting = sitting_of(db, package.sitting_id)
    require(_may_still_open(db, package, [reason]))
    agreed = {one.person_id for one in repository.agreed_people(db, package.id)}
    require(rules.can_release(actor, sitting, agreed=agreed))
    db.add(
        CodeRelease(package_id=package.id, person_id=actor.person_id, at=now, reason=reason[:2000])
    )
    db.flush()
    audit.record(
        db, actor, "release_code.agreed", "site_package", package.id, now=now, reason=reason
    )
    return len(agreed) + 1


def released_code(
    db: Session, actor: Actor | None, package: SitePackage, centre: CentreKeys, *, now: datetime,
    reason: str = "",
) -> str:  # fmt: skip
    """The code as it is read over the telephone. Every reading of it is an event."""
    if actor is not None:
        require(can_plan(actor, sitting_of(db, package.sitting_id).unit_id))
    require(may_be_opened(db, package, reason=reason, now=now))
    code = keys.opened_by(centre.identity, package.code_sealed).decode()
    audit.record(
        db, actor, "release_code.read", "site_package", package.id, now=now, reason=reason[:2000]
    )
    return grouped(code)


def may_be_opened(
    db: Session, package: SitePackage, *, now: datetime, reason: str = ""
) -> Decision:
    """Whether its code may be told now, by telephone or to the box that asks."""
    agreed = repository.agreed_people(db, package.id)
    released = rules.code_is_released(package.opens_at, [one.person_id for one in agreed], now=now)
    if not released:
        return released
    return _may_still_open(db, package, [reason, *(one.reason for one in agreed)])


def _may_still_open(db: Session, package: SitePackage, reasons: Iterable[str]) -> Decision:
    newest = repository.last_number(db, package.sitting_id)
    return rules.may_still_open(package.number, newest, reasons)


# --- reports ----------------------------------------------------------------------------------


def note_report(
    db: Session,
    package: SitePackage,
    *,
    state: SiteState,
    count: repository.Count,
    software: str,
    database: str,
    site_at: datetime,
    now: datetime,
) -> SiteReport:
    """What a box says of itself. It decides nothing here; it is shown with the centre's time."""
    report = SiteReport(
        package_id=package.id,
        state=state.value,
        running=count.running,
        submitted=count.submitted,
        candidates=count.candidates,
        build=software[:64],
        database=database[:20],
        site_at=site_at,
        received_at=now,
    )
    db.add(report)
    db.flush()
    return report


def package_by_text(db: Session, text: object) -> SitePackage:
    """The package a file or a report names."""
    try:
        return repository.package_of(db, uuid.UUID(str(text)))
    except ValueError:
        raise Invalid("Tệp không nói nó thuộc gói nào.", code="file_damaged") from None
