"""Verbs about units: add, rename, move, merge, close. Each has a day and a reason.

The row of `unit` tells how things stand now; before the first change, what stood so far is kept
as its first standing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from ... import audit
from ...errors import Conflict, Invalid, msg, problem
from ...permissions import Actor, require
from .. import rules
from .. import service as people
from ..models import Person, Unit
from ..repository import unit_by_code
from . import repository
from .models import UnitStanding, UnitSuccession
from .states import UNIT_KINDS, makes_ring, wrong_kind_of_parent


def add_unit(
    db: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: str,
    parent: Unit | None,
    now: datetime,
    professional_parent: Unit | None = None,
    valid_from: date | None = None,
    reason: str = "",
) -> Unit:
    """A new unit below one that the actor administers."""
    require(rules.can_add_below(actor, parent))
    _check_names(code, name, kind)
    for above in filter(None, (parent, professional_parent)):
        _check_kind(kind, above)
    if unit_by_code(db, code.strip()) is not None:
        raise _wrong("code", "Mã này đã có đơn vị dùng; chọn mã khác.")
    unit = people.create_unit(
        db, code=code.strip(), name=name.strip(), kind=kind, admin_parent=parent,
        professional_parent=professional_parent,
    )  # fmt: skip
    unit.valid_from = valid_from
    audit.record(
        db, actor, "unit.added", "unit", unit.id, now=now, reason=reason or None,
        after={"code": unit.code, "name": unit.name, "kind": kind},
    )  # fmt: skip
    return unit


def rename_unit(
    db: Session, actor: Actor | None, unit: Unit, name: str, *, on: date, reason: str, now: datetime
) -> None:
    """Another name from a day on; reports about days before keep the old one."""
    if actor is not None:
        require(rules.can_change_unit(actor, unit))
    if not name.strip() or len(name.strip()) > 200:
        raise _wrong("name", "Ghi tên đơn vị, không quá 200 chữ.")
    _change(
        db, actor, unit, name.strip(), unit.admin_parent_id, unit.professional_parent_id,
        on=on, reason=reason, now=now, action="unit.renamed",
    )  # fmt: skip


def move_unit(
    db: Session,
    actor: Actor | None,
    unit: Unit,
    *,
    parent: Unit | None,
    professional_parent: Unit | None,
    on: date,
    reason: str,
    now: datetime,
) -> None:
    """Other parents from a day on. A ring of parents is refused."""
    if actor is not None:
        require(rules.can_change_unit(actor, unit))
    _check_parents(db, actor, unit, parent, professional_parent, now.date())
    _change(
        db, actor, unit, unit.name, parent.id if parent else None,
        professional_parent.id if professional_parent else None,
        on=on, reason=reason, now=now, action="unit.moved",
    )  # fmt: skip


def _check_parents(
    db: Session, actor: Actor | None, unit: Unit, parent: Unit | None, professional: Unit | None,
    today: date,
) -> None:  # fmt: skip
    if actor is not None and parent is None and unit.admin_parent_id is not None:
        require(rules.can_add_below(actor, None))
    administrative_now, professional_now = repository.parents_today(db)
    chosen = (("parent", parent, administrative_now), ("professional_parent", professional, professional_now))  # fmt: skip
    for where, above, parents in chosen:
        if above is None:
            continue
        if makes_ring(parents, unit.id, above.id):
            raise _wrong(where, "Đơn vị này đang ở dưới chính đơn vị cần chuyển; chọn đơn vị khác.")
        if above.valid_to is not None and above.valid_to < today:
            raise _wrong(where, "Đơn vị này đã đóng; chọn đơn vị đang hoạt động.")
        _check_kind(unit.kind, above)
    if actor is not None and parent is not None and parent.id != unit.admin_parent_id:
        require(rules.can_add_below(actor, parent))


def close_unit(
    db: Session,
    actor: Actor,
    unit: Unit,
    *,
    last_day: date,
    successors: Sequence[Unit],
    reason: str,
    now: datetime,
) -> None:
    """The unit ends with `last_day`. Its one successor takes over its people, roles and units;
    with several successors or none, those must have been moved before."""
    require(rules.can_change_unit(actor, unit))
    _check_closing(unit, last_day, successors, reason, now)
    heir = successors[0] if len(successors) == 1 else None
    if heir is None:
        _check_nobody_left(db, unit, last_day)
    else:
        _hand_over(db, actor, unit, heir, on=last_day + timedelta(days=1), reason=reason, now=now)
    for successor in successors:
        db.add(UnitSuccession(
            unit_id=unit.id, successor_id=successor.id, on=last_day + timedelta(days=1),
            reason=reason.strip(), recorded_by=actor.person_id, recorded_at=now,
        ))  # fmt: skip
    unit.valid_to = last_day
    unit.successor_id = heir.id if heir else None
    db.flush()
    audit.record(
        db, actor, "unit.closed", "unit", unit.id, now=now, reason=reason.strip(),
        after={"last_day": last_day.isoformat(), "successors": [s.code for s in successors]},
    )  # fmt: skip


def merge_units(
    db: Session,
    actor: Actor,
    units: Sequence[Unit],
    into: Unit,
    *,
    last_day: date,
    reason: str,
    now: datetime,
) -> None:
    """Several units become one that exists already (a new one is added first)."""
    if not units:
        raise _wrong("units", "Chọn ít nhất một đơn vị sáp nhập.")
    for unit in units:
        close_unit(
            db, actor, unit, last_day=last_day, successors=[into], reason=reason, now=now
        )  # fmt: skip


def _check_closing(
    unit: Unit, last_day: date, successors: Sequence[Unit], reason: str, now: datetime
) -> None:
    if not reason.strip():
        raise _wrong("reason", "Ghi lí do, ví dụ số quyết định.")
    if unit.valid_to is not None:
        raise Conflict(msg("«{unit}» đã đóng rồi.", unit=unit.name), code="already_closed")
    if unit.valid_from is not None and last_day < unit.valid_from:
        raise _wrong("last_day", "Ngày cuối phải từ ngày thành lập trở đi.")
    if last_day > now.date():
        raise _wrong("last_day", "Ghi khi quyết định đã có hiệu lực: ngày không ở tương lai.")
    for successor in successors:
        if successor.id == unit.id:
            raise _wrong("successor", "Đơn vị không kế tục chính nó.")
        if successor.valid_to is not None:
            raise _wrong("successor", "Đơn vị kế tục phải đang hoạt động.")


def _check_nobody_left(db: Session, unit: Unit, last_day: date) -> None:
    children = repository.open_children(db, unit.id, last_day + timedelta(days=1))
    staff = [p for p in repository.staff_of(db, unit.id) if p.is_active]
    if children or staff:
        raise Conflict(
            msg(
                "Chuyển {units} đơn vị trực thuộc và {people} người của «{unit}» trước khi đóng, "
                "hoặc chọn đúng một đơn vị kế tục để chuyển hết sang đó.",
                units=len(children), people=len(staff), unit=unit.name,
            ),
            code="unit_not_empty",
        )  # fmt: skip


def _hand_over(
    db: Session, actor: Actor, unit: Unit, heir: Unit, *, on: date, reason: str, now: datetime
) -> None:
    for child in repository.open_children(db, unit.id, on):
        # An heir that stood below the unit itself comes to stand where the unit stood.
        instead = unit.admin_parent_id if child.id == heir.id else heir.id
        if child.id != heir.id:
            _check_kind(child.kind, heir, "successor")
        above, beside = (
            instead if parent == unit.id else parent
            for parent in (child.admin_parent_id, child.professional_parent_id)
        )
        _change(db, actor, child, child.name, above, beside, on=on, reason=reason, now=now,
                action="unit.moved")  # fmt: skip
    for person in repository.staff_of(db, unit.id):
        person.unit_id = heir.id
        audit.record(db, actor, "person.moved", "person", person.id, now=now, reason=reason,
                     before={"unit": unit.code}, after={"unit": heir.code})  # fmt: skip
    for grant in repository.grants_at(db, unit.id):
        holder = db.get_one(Person, grant.person_id)
        people.carry_over(db, actor, holder, grant, heir, now=now, reason=reason)


def _change(
    db: Session,
    actor: Actor | None,
    unit: Unit,
    name: str,
    admin_parent_id: uuid.UUID | None,
    professional_parent_id: uuid.UUID | None,
    *,
    on: date,
    reason: str,
    now: datetime,
    action: str,
) -> None:
    """Append how the unit stands from `on`, and make its row say how it stands today."""
    if not reason.strip():
        raise _wrong("reason", "Ghi lí do, ví dụ số quyết định.")
    if on > now.date():
        raise _wrong("on", "Ghi khi quyết định đã có hiệu lực: ngày không ở tương lai.")
    before = {"name": unit.name, "parent": str(unit.admin_parent_id)}
    history = _begun_history(db, unit, now)
    last = history[-1].valid_from or unit.valid_from
    if last is not None and on < last:
        raise _wrong(
            "on", "Đơn vị đã có thay đổi ghi từ một ngày sau đó; ghi theo thứ tự thời gian."
        )
    db.add(UnitStanding(
        unit_id=unit.id, number=len(history), valid_from=on, name=name, admin_parent_id=admin_parent_id,
        professional_parent_id=professional_parent_id, reason=reason.strip(),
        recorded_by=actor.person_id if actor else None, recorded_at=now,
    ))  # fmt: skip
    db.flush()
    _project(db, unit, now.date())
    audit.record(
        db, actor, action, "unit", unit.id, now=now, before=before, reason=reason.strip(),
        after={"name": name, "parent": str(admin_parent_id), "on": on.isoformat()},
    )  # fmt: skip


def _begun_history(db: Session, unit: Unit, now: datetime) -> Sequence[UnitStanding]:
    found = repository.standings_of(db, unit.id)
    if found:
        return found
    first = UnitStanding(
        unit_id=unit.id, number=0, valid_from=None, name=unit.name,
        admin_parent_id=unit.admin_parent_id, professional_parent_id=unit.professional_parent_id,
        reason="", recorded_by=None, recorded_at=now,
    )  # fmt: skip
    db.add(first)
    return [first]


def _project(db: Session, unit: Unit, today: date) -> None:
    now_on = repository.unit_on(db, unit.id, today)
    unit.name = now_on.name
    unit.admin_parent_id = now_on.admin_parent_id
    unit.professional_parent_id = now_on.professional_parent_id
    db.flush()


def _check_names(code: str, name: str, kind: str) -> None:
    if not code.strip() or len(code.strip()) > 40:
        raise _wrong("code", "Ghi mã đơn vị, không quá 40 chữ.")
    if not name.strip() or len(name.strip()) > 200:
        raise _wrong("name", "Ghi tên đơn vị, không quá 200 chữ.")
    if kind not in UNIT_KINDS:
        raise _wrong("kind", "Chọn loại đơn vị.")


def _check_kind(kind: str, above: Unit, where: str = "parent") -> None:
    what = wrong_kind_of_parent(kind, above.kind)
    if what is not None:
        raise Invalid("Có chỗ cần sửa; chưa ghi gì.", problems=[problem(where, what)])


def _wrong(where: str, what: str) -> Invalid:
    return Invalid("Có chỗ cần sửa; chưa ghi gì.", problems=[problem(where, what)])
