"""One line of a list as a wanted state, and how it differs from what stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ...errors import Message, Problem, msg

Thing = Literal["unit", "person", "class", "pupil", "enrolment", "teacher"]
Action = Literal["create", "change", "leave", "refuse"]
State = Mapping[str, Any]
THINGS: tuple[Thing, ...] = ("unit", "person", "class", "pupil", "enrolment", "teacher")
THING_NAMES: dict[Thing, str] = {
    "unit": "Đơn vị",
    "person": "Người",
    "class": "Lớp",
    "pupil": "Học sinh",
    "enrolment": "Xếp lớp",
    "teacher": "Dạy lớp",
}
ACTION_NAMES: dict[Action, str] = {
    "create": "Thêm mới",
    "change": "Thay đổi",
    "leave": "Giữ nguyên",
    "refuse": "Từ chối",
}
FIELD_NAMES: dict[str, str] = {
    "name": "Tên",
    "kind": "Loại",
    "parent": "Đơn vị cấp trên",
    "professional_parent": "Cấp trên chuyên môn",
    "valid_from": "Từ ngày",
    "valid_to": "Đến ngày",
    "full_name": "Họ tên",
    "unit": "Đơn vị",
    "roles": "Vai trò",
    "subjects": "Môn",
    "levels": "Cấp dạy",
    "is_active": "Được dùng tài khoản",
    "birth_date": "Ngày sinh",
    "grade": "Khối",
    "subject": "Môn",
    "joined_on": "Vào lớp",
    "left_on": "Rời lớp",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line asks for. A field that is None says nothing; `problems` are told by cell."""

    line: int
    thing: Thing
    key: str
    label: str
    fields: State
    problems: tuple[Problem, ...] = ()
    at_creation: frozenset[str] = frozenset()  # fields that say nothing about what stands already

    def refused(self, where: Message, what: Message) -> Wanted:
        return replace(self, problems=(*self.problems, Problem(where, what)))


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What would be done about one line: `before` and `after` hold the fields that differ."""

    line: int
    thing: Thing
    key: str
    label: str
    action: Action
    before: State | None = None
    after: State | None = None
    problems: tuple[Problem, ...] = ()


def planned_row(wanted: Wanted, have: State | None) -> PlannedRow:
    """The difference between a line and what stands; roles are only ever added."""
    if wanted.problems:
        return _row(wanted, "refuse", problems=wanted.problems)
    if have is None:
        return _row(wanted, "create", after=dict(wanted.fields))
    after = {
        name: _joined(name, value, have.get(name))
        for name, value in wanted.fields.items()
        if value is not None and name not in wanted.at_creation
    }
    changed = {name: value for name, value in after.items() if have.get(name) != value}
    if not changed:
        return _row(wanted, "leave")
    before = {name: have.get(name) for name in changed}
    return _row(wanted, "change", before=before, after=changed)


def _row(wanted: Wanted, action: Action, **more: Any) -> PlannedRow:
    return PlannedRow(wanted.line, wanted.thing, wanted.key, wanted.label, action, **more)


def _joined(name: str, value: Any, have: Any) -> Any:
    if name != "roles":
        return value
    held = set(have or ())
    return sorted(held | {word for word in value if _role_for_all_subjects(word) not in held})


def _role_for_all_subjects(word: str) -> str:
    """`teacher@A@toan` is held already by whoever holds `teacher@A`."""
    return "@".join(word.split("@")[:2])


def is_overtaken(row: PlannedRow, have: State | None) -> bool:
    """Whether what stands has changed since the plan was shown."""
    if row.action == "create":
        return have is not None
    return have is None or any(have.get(n) != value for n, value in (row.before or {}).items())


def once_each(rows: Iterable[Wanted]) -> list[Wanted]:
    """A key that stands twice is refused where it stands again."""
    seen: dict[tuple[Thing, str], int] = {}
    found: list[Wanted] = []
    for row in rows:
        first = seen.setdefault((row.thing, row.key), row.line)
        if first != row.line and row.key:
            row = row.refused(
                msg("dòng {line}", line=row.line),
                msg("«{key}» đã có ở dòng {first}; bỏ một dòng.", key=row.key, first=first),
            )
        found.append(row)
    return found
