"""Which lines of a list are within what the acting person administers. Pure, but for loading."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import Message, msg
from ...permissions import Actor
from ..models import Person, Unit
from ..rules import administered, units_below_own
from .rows import State, Thing, Wanted

Have = Mapping[tuple[Thing, str], State]


@dataclass(frozen=True, slots=True)
class Reach:
    """Codes of units: `inside` are administered, `below` may be renamed and moved, `open` live."""

    username: str
    inside: frozenset[str]
    below: frozenset[str]
    open: frozenset[str]


def reach_of(db: Session, actor: Actor) -> Reach:
    inside, below = administered(actor), units_below_own(actor)
    units = db.scalars(select(Unit)).all()
    tops = {u.id for u in units if not u.admin_parent_id and not u.professional_parent_id}
    changeable = below | (inside & tops)
    return Reach(
        db.get_one(Person, actor.person_id).username,
        frozenset(u.code for u in units if u.id in inside),
        frozenset(u.code for u in units if u.id in changeable),
        frozenset(u.code for u in units if u.valid_to is None),
    )


@dataclass
class Checking:
    """Goes through the lines in order; what a line adds is ground for the lines after it.

    `reach` None is the installation itself, which reaches everything.
    """

    reach: Reach | None
    have: Have
    added: set[tuple[Thing, str]] = field(default_factory=set)

    def checked(self, wanted: Iterable[Wanted]) -> Iterator[Wanted]:
        for row in wanted:
            what = None if row.problems else self._wrong(row)
            if what is not None:
                row = row.refused(msg("dòng {line}", line=row.line), what)
            if not row.problems:
                self.added.add((row.thing, row.key))
            yield row

    def _wrong(self, row: Wanted) -> Message | None:
        missing = self._missing_ground(row)
        if missing is not None or self.reach is None:
            return missing
        have = self.have.get((row.thing, row.key))
        if row.thing == "unit":
            return self._unit(self.reach, row, have)
        return self._place(self.reach, row, have)

    def _missing_ground(self, row: Wanted) -> Message | None:
        for ground in grounds(row):
            if ground not in self.have and ground not in self.added:
                return msg("«{key}» chưa có, hoặc dòng thêm nó bị từ chối.", key=_shown(ground[1]))
        return None

    def _unit(self, reach: Reach, row: Wanted, have: State | None) -> Message | None:
        for above in filter(None, (row.fields["parent"], row.fields["professional_parent"])):
            if above not in reach.inside and ("unit", above) not in self.added:
                return _outside(above)
        if have is None:
            return None if row.fields["parent"] else msg("Ghi mã đơn vị cấp trên.")
        if row.key not in reach.below and _differs(row, have):
            return msg("Đơn vị này do quản trị cấp trên đổi.")
        return _beyond_a_list(row, have)

    def _place(self, reach: Reach, row: Wanted, have: State | None) -> Message | None:
        for code in _units_of(row):
            is_new = ("unit", code) in self.added and ("unit", code) not in self.have
            if code not in reach.inside & reach.open and not is_new:
                return _outside(code)
        if row.thing != "person":
            return None
        return _person(reach, row, have)


def grounds(row: Wanted) -> list[tuple[Thing, str]]:
    """What must stand before this line can."""
    if row.thing == "unit":
        parents = (row.fields["parent"], row.fields["professional_parent"])
        return [("unit", code) for code in parents if code]
    if row.thing == "enrolment":
        return [("class", row.fields["class"]), ("pupil", row.fields["pupil"])]
    if row.thing == "teacher":
        return [("class", row.fields["class"]), ("person", row.fields["person"])]
    return [("unit", code) for code in sorted(_units_of(row))]


def _units_of(row: Wanted) -> set[str]:
    if row.thing == "person":
        words = row.fields["roles"] or ()
        return {row.fields["unit"]} | {word.split("@")[1] for word in words}
    return {json.loads(row.key)[0]}


def _shown(key: str) -> str:
    return " ".join(map(str, json.loads(key)))[:80] if key.startswith("[") else key[:80]


def _differs(row: Wanted, have: State) -> bool:
    told = {n: v for n, v in row.fields.items() if v is not None and n not in row.at_creation}
    return any(have.get(name) != value for name, value in told.items())


def _beyond_a_list(row: Wanted, have: State) -> Message | None:
    """What needs a day, a reason and a look of its own is not done by a list."""
    fields = row.fields
    if "kind" not in row.at_creation and fields["kind"] not in (None, have["kind"]):
        return msg("Loại đơn vị không đổi bằng cách nhập danh sách.")
    if fields["valid_to"] not in (None, have["valid_to"]):
        return msg("Đóng hoặc sáp nhập đơn vị ở trang «Đơn vị», kèm lí do.")
    if fields["valid_from"] not in (None, have["valid_from"]) and have["valid_from"]:
        return msg("Ngày thành lập đã ghi khác; không đổi bằng cách nhập danh sách.")
    return None


def _person(reach: Reach, row: Wanted, have: State | None) -> Message | None:
    if have is not None and have["unit"] not in reach.inside:
        return msg("«{key}» đã có ở đơn vị ngoài phạm vi bạn quản trị.", key=row.key[:80])
    if row.key == reach.username:
        held = set(have["roles"]) if have else set()
        if set(row.fields["roles"] or ()) - held:
            return msg("Không tự cấp vai trò cho mình được; nhờ một quản trị khác.")
        if row.fields["is_active"] is False:
            return msg("Không tự khoá tài khoản của mình được; nhờ một quản trị khác.")
    return None


def _outside(code: str) -> Message:
    return msg(
        "Không có đơn vị «{code}» đang hoạt động trong phạm vi bạn quản trị.", code=code[:40]
    )
