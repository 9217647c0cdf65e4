"""Verbs of the hand-over: set a quota, draw up minutes, send a package, sign for it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from .. import audit
from ..calibrations import repository as calibrations
from ..calibrations.models import ItemParameters
from ..curriculum import SUBJECTS
from ..db import new_id
from ..errors import Conflict, Invalid, msg, problem
from ..items import repository as item_repository
from ..items.content import ItemContent
from ..items.models import Item
from ..notices.service import tell
from ..openings import service as openings
from ..openings.service import Opened
from ..openings.states import HANDED_OVER
from ..people import repository as people
from ..people.models import Person
from ..permissions import Actor, Role, require
from ..review import repository as rounds
from ..signing import verify_key_of
from . import package, quotas, repository, rules
from .contents import contents_hash, files_of, manifest_of
from .criteria import unmet
from .evidence import Evidence, evidence_of
from .gates import ItemLine, Report
from .minutes import Matter, Meeting, Shortfall, minutes_of
from .models import AppraisalMinutes, Handover, HandoverItem, HandoverReceipt, Quota
from .process import appraisal_of, unsigned
from .quotas import Cell, Standing


@dataclass(frozen=True, slots=True)
class Wanted:
    """A quota as the department's officer writes it."""

    title: str
    subject: str
    grade: int | None
    cells: tuple[Cell, ...]
    on_shortage: str
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the secretary sends: these items, with the words of the minutes."""

    item_ids: tuple[uuid.UUID, ...]
    meeting: Meeting
    note: str = ""


class GateShut(Conflict):
    """Something stands before the hand-over; the problems say where and what."""

    default_code = "gate_shut"


def set_quota(
    db: Session, actor: Actor, wanted: Wanted, *, now: datetime, series: uuid.UUID | None = None
) -> Quota:
    """A new quota, or the next number of one there is. What was sent under the old one stays."""
    require(rules.can_set_quota(actor, wanted.subject))
    before = repository.newest_quota(db, series) if series else None
    found = quotas.problems_of(
        wanted.title, wanted.subject, wanted.cells, wanted.on_shortage, wanted.reason
    )
    if before is not None and before.subject != wanted.subject:
        found.append(problem("subject", "Không đổi được môn của chỉ tiêu; lập chỉ tiêu khác."))
    if found:
        raise Invalid("Chỉ tiêu chưa đủ.", code="quota_invalid", problems=found)
    made = _quota(actor, wanted, before, now)
    db.add(made)
    db.flush()
    after = {"series": str(made.series), "number": made.number, "on_shortage": made.on_shortage}
    audit.record(
        db, actor, "quota.set", "quota", made.id, now=now, after=after, reason=wanted.reason
    )
    return made


def _quota(actor: Actor, wanted: Wanted, before: Quota | None, now: datetime) -> Quota:
    return Quota(
        series=before.series if before else new_id(),
        number=before.number + 1 if before else 1,
        title=wanted.title.strip()[:200],
        subject=wanted.subject,
        grade=wanted.grade,
        cells=quotas.stored(wanted.cells),
        on_shortage=wanted.on_shortage,
        source=wanted.source[:200],
        reason=wanted.reason.strip(),
        created_by=actor.person_id,
        created_at=now,
    )


def report(db: Session, quota: Quota, items: Sequence[Item]) -> Report:
    """How these items stand at the three gates. What earlier packages took along counts too."""
    names = {item.approved_version for item in items if item.approved_version}
    gone = set(repository.handed_over(db, quota))
    contents = item_repository.read_versions(db, names | gone)
    statistics = calibrations.operational_for_items(db, [item.id for item in items])
    evidence = evidence_of(db, items)
    lines = tuple(
        _line(item, contents[item.approved_version], statistics.get(item.id), evidence)
        for item in items
        if item.approved_version
    )
    there = [(contents[name].topic, contents[name].level) for name in names | gone]
    return Report(lines, quotas.standings(quotas.read(quota.cells), there), quota.on_shortage)


def _line(
    item: Item, content: ItemContent, statistics: ItemParameters | None, evidence: Evidence
) -> ItemLine:
    appraisal = appraisal_of(item, evidence)
    lacking = unsigned(item, appraisal, evidence)
    poor = unmet(item, content, appraisal, statistics, evidence)
    name = item.approved_version or ""
    return ItemLine(item, name, content.topic, content.level, lacking, poor)


def draw_up(
    db: Session, actor: Actor, matter: Matter, meeting: Meeting, *, now: datetime
) -> AppraisalMinutes:
    """Minutes of the decided rounds of a matter, kept as they were drawn up."""
    require(rules.can_draw_up(actor, matter.subject_code))
    _check_meeting(meeting)
    if not matter.rounds:
        raise Invalid(
            "Chưa có câu nào được hội đồng quyết định trong thời gian này.", code="nothing_decided"
        )
    told = minutes_of(db, matter, meeting, db.get_one(Person, actor.person_id))
    made = AppraisalMinutes(
        subject=matter.subject_code,
        title=f"{matter.subject}, {len(told.lines)} phiên bản",
        told=told.model_dump(mode="json"),
        drawn_up_by=actor.person_id,
        at=now,
    )
    db.add(made)
    db.flush()
    after = {"rounds": len(told.lines)}
    audit.record(db, actor, "minutes.drawn_up", "appraisal_minutes", made.id, now=now, after=after)
    return made


def _check_meeting(meeting: Meeting) -> None:
    found = []
    if not meeting.place.strip():
        found.append(problem("place", "Ghi địa điểm họp hội đồng."))
    if meeting.ended_at <= meeting.began_at:
        found.append(problem("ended_at", "Giờ kết thúc phải sau giờ bắt đầu."))
    if found:
        raise Invalid("Biên bản chưa đủ.", code="minutes_incomplete", problems=found)


def send(
    db: Session,
    actor: Actor,
    quota: Quota,
    parcel: Parcel,
    *,
    department: str,
    key: Ed25519PrivateKey,
    now: datetime,
) -> Handover:
    """Through the three gates into a signed package. The same contents are sent once."""
    db.refresh(quota, with_for_update=True)
    items = repository.items(db, parcel.item_ids)
    writers = {writer for item in items for writer in rounds.writers_of(db, item)}
    require(rules.can_send(actor, quota.subject, writers))
    name = contents_hash(item.approved_version or "" for item in items)
    known = repository.same_contents(db, quota.id, name)
    if known is not None:
        return known
    _check_newest(db, quota, items)
    found = report(db, quota, items)
    _refuse_shut(found)
    matter = matter_of(db, quota, items, found.shortages, department=department, now=now)
    minutes = draw_up(db, actor, matter, parcel.meeting, now=now)
    made = _packed(db, actor, quota, parcel, found, minutes, key=key, name=name, now=now)
    _tell_officers(db, quota, made, now)
    after = {"file": made.file_hash, "items": len(items), "short": len(made.shortages)}
    audit.record(db, actor, "handover.sent", "handover", made.id, now=now, after=after)
    return made


def _check_newest(db: Session, quota: Quota, items: Sequence[Item]) -> None:
    if repository.newest_quota(db, quota.series).id != quota.id:
        raise Conflict("Chỉ tiêu vừa được sửa; tải lại trang rồi xem lại.", code="quota_changed")
    ready = {item.id for item in repository.ready_items(db, quota)}
    gone = [item.code for item in items if item.id not in ready]
    if gone or not items:
        raise Conflict(
            "Danh sách câu không còn đúng: có câu đã bàn giao hoặc không còn được duyệt. "
            "Tải lại trang rồi chọn lại.",
            code="items_changed",
            problems=[problem(msg("Câu {code}", code=code), "Bỏ câu này.") for code in gone],
        )


def _refuse_shut(found: Report) -> None:
    if found.is_open:
        return
    raise GateShut(
        "Chưa bàn giao được: còn việc ở các cửa kiểm tra.",
        problems=[p for gate in found.gates if not gate.is_open for p in gate.problems],
    )


def matter_of(
    db: Session,
    quota: Quota,
    items: Sequence[Item],
    shortages: Sequence[Standing],
    *,
    department: str,
    now: datetime,
) -> Matter:
    """The rounds of these items, and whatever of the subject the council decided beside them."""
    own = repository.rounds_of_items(db, [item.id for item in items])
    since = min((round_.opened_at for round_, _ in own), default=None)
    beside = repository.decided_rounds(db, quota.subject, quota.grade, since, now)
    gone = set(repository.handed_over(db, quota))
    every = {r.id: (r, item) for r, item in [*own, *beside] if r.version_hash not in gone}
    return Matter(
        department=department,
        subject=SUBJECTS[quota.subject],
        subject_code=quota.subject,
        grade=quota.grade,
        rounds=sorted(every.values(), key=lambda pair: (pair[1].code, pair[0].opened_at)),
        shortfalls=tuple(_shortfall(standing) for standing in shortages),
    )


def _shortfall(standing: Standing) -> Shortfall:
    topic, level = (str(standing.cell.name.params[name]) for name in ("topic", "level"))
    return Shortfall(
        topic=topic, level=level, needed=standing.cell.count, available=standing.available
    )


def _packed(
    db: Session,
    actor: Actor,
    quota: Quota,
    parcel: Parcel,
    found: Report,
    minutes: AppraisalMinutes,
    *,
    key: Ed25519PrivateKey,
    name: str,
    now: datetime,
) -> Handover:
    made_id = new_id()
    told = manifest_of(db, quota, found, actor, parcel.note, made_id, now)
    file = package.build(told, files_of(db, found, minutes), key)
    made = Handover(
        id=made_id,
        quota_id=quota.id,
        minutes_id=minutes.id,
        contents_hash=name,
        file_hash=package.sha256(file),
        file=file,
        verify_key=verify_key_of(key),
        shortages=[one for one in told["quota"]["cells"] if one["short"]],
        note=parcel.note.strip(),
        sent_by=actor.person_id,
        sent_at=now,
    )
    db.add(made)
    db.flush()
    db.add_all(
        HandoverItem(handover_id=made.id, version_hash=line.version_hash, item_id=line.item.id)
        for line in found.lines
    )
    db.flush()
    return made


def _tell_officers(db: Session, quota: Quota, made: Handover, now: datetime) -> None:
    message = msg("Hội đồng gửi gói câu hỏi «{title}», chờ Sở kí nhận.", title=quota.title)
    for person in people.people_with_role(db, Role.EXAM_OFFICER, quota.subject):
        tell(db, person.id, "to_receive", message, f"/ban-giao/goi/{made.id}", now=now)


def receive(
    db: Session, actor: Actor, handover: Handover, *, note: str = "", now: datetime
) -> HandoverReceipt:
    """The department's officer signs for the package, after every byte was found true."""
    quota = repository.quota_by_id(db, handover.quota_id)
    known = repository.receipt_of(db, handover)
    writers = writers_in(db, handover)
    require(rules.can_receive(actor, quota.subject, handover, known, writers))
    file = repository.file_of(db, handover)
    package.check(file, handover.verify_key)
    receipt = HandoverReceipt(
        handover_id=handover.id,
        sent_by=handover.sent_by,
        received_by=actor.person_id,
        file_hash=package.sha256(file),
        note=note.strip(),
        at=now,
    )
    db.add(receipt)
    db.flush()
    message = msg("Sở đã kí nhận gói câu hỏi «{title}».", title=quota.title)
    tell(db, handover.sent_by, "received", message, f"/ban-giao/goi/{handover.id}", now=now)
    after = {"file": receipt.file_hash}
    audit.record(db, actor, "handover.received", "handover", handover.id, now=now, after=after)
    return receipt


def take_file(db: Session, actor: Actor, handover: Handover, *, now: datetime) -> bytes:
    """The package itself, keys and all: an opening of every item in it."""
    quota = repository.quota_by_id(db, handover.quota_id)
    require(rules.can_take_file(actor, quota.subject, writers_in(db, handover)))
    inside = [Opened(item, version.hash) for item, version in repository.items_of(db, handover)]
    openings.record(db, actor, inside, HANDED_OVER, now=now)
    audit.record(db, actor, "handover.taken", "handover", handover.id, now=now)
    return repository.file_of(db, handover)


def writers_in(db: Session, handover: Handover) -> set[uuid.UUID]:
    inside = repository.items_of(db, handover)
    return {writer for item, _ in inside for writer in rounds.writers_of(db, item)}
