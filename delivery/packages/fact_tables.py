"""Which rows travel: out with the package, home with the results, or nowhere, with the reason.

Every table of `delivery` stands in one of the three lists; a test sees to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, Table, select

from itembank.db import Base

# Parents before children: rows are stored in this order.
PLAN = ("sitting", "candidate", "sitting_form", "room_plan", "form_assignment", "accommodation")


@dataclass(frozen=True, slots=True)
class FactTable:
    """A table whose rows come home. Two copies of a row must agree in every other column.

    In a column of `planned` what the centre says counts, whatever it has changed since.
    `filled` may be empty in one copy and set in the other; of `newest` the greater value counts;
    of `staged` the one that stands later in the list.
    """

    name: str
    filled: frozenset[str] = frozenset()
    newest: frozenset[str] = frozenset()
    staged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    planned: frozenset[str] = frozenset()

    @property
    def table(self) -> Table:
        return Base.metadata.tables[self.name]

    @property
    def is_append_only(self) -> bool:
        return not (self.filled or self.newest or self.staged)


BACK = (
    FactTable(
        "sitting",
        filled=frozenset({"opened_at", "closed_at"}),
        staged={"state": ("planned", "open", "closed")},
        planned=frozenset(
            {
                "title",
                "starts_at",
                "minutes",
                "grace_seconds",
                "late_minutes",
                "openers",
                "created_by",
                "created_at",
            }
        ),
    ),
    FactTable("code_issue"),
    FactTable("accommodation"),
    FactTable("room_plan"),
    FactTable("form_assignment"),
    FactTable("sitting_action"),
    FactTable(
        "writer_lease",
        filled=frozenset({"epoch", "granted_at", "ended_at", "released_by", "reason"}),
    ),
    FactTable(
        "attempt",
        filled=frozenset({"submitted_at", "submitted_by", "receipt", "suspended_at"}),
        newest=frozenset({"last_seen_at", "deadline", "held_since", "held_by", "n_messages"}),
    ),
    FactTable("attempt_action"),
    FactTable("response_event"),
    FactTable("late_event"),
    FactTable("process_event"),
    FactTable("incident"),
    FactTable("seal"),
    FactTable("attempt_seal"),
    FactTable("safe_exam_browser_sighting"),
)

STAYS = {
    "candidate": "goes out with the package; a change of seat comes home as attempt_action",
    "sitting_form": "goes out with the package and does not change on the day",
    "safe_exam_browser_setting": "each box prepares its own file: address and passwords are its own",
    "score_fact": "scores are given at the centre, where the keys are",
    "key_change": "keys are at the centre",
    "key_change_decision": "keys are at the centre",
    "late_ruling": "what came late is judged at the centre, where it is scored",
    "late_ruling_decision": "what came late is judged at the centre, where it is scored",
    "response_set": "responses from elsewhere are the centre's",
    "imported_response": "responses from elsewhere are the centre's",
    "exam_site": "the centre's own",
    "site_package": "the centre's own",
    "code_release": "the centre's own",
    "site_report": "the centre's own",
    "result_merge": "the centre's own",
    "site_event": "the centre's copy of the boxes' audit events",
    "held_package": "the box's own",
    "sealed_result": "the box's own",
    "process_purge": "each place lets its own copy go at its time",
    "unshipped": "the box's own",
    "room_code": "opens the check of a room where it was issued, and only there",
    "readiness_check": "about machines before the day, read where they stand: no part of the results",
} | {
    table: "practice of a class is no examination and stays where it is"
    for table in (
        "practice_class",
        "practice_pin",
        "practice_device",
        "practice_set",
        "practice_set_item",
        "practice_task",
        "practice_task_item",
        "practice_attempt",
        "practice_answer",
    )
}


def rows_of_sitting(table: Table, sitting_id: object) -> Select[tuple[object, ...]]:
    """Every row of the table that belongs to one sitting, in the order of its key."""
    query = select(table).where(_belongs(table, sitting_id))
    return query.order_by(*table.primary_key.columns)


def _belongs(table: Table, sitting_id: object) -> ColumnElement[bool]:
    if table.name == "sitting":
        return table.c.id == sitting_id
    if "sitting_id" in table.c:
        return table.c.sitting_id == sitting_id
    for column, parent in (("attempt_id", "attempt"), ("candidate_id", "candidate"),
                           ("seal_id", "seal")):  # fmt: skip
        if column in table.c:
            of = Base.metadata.tables[parent]
            return table.c[column].in_(select(of.c.id).where(of.c.sitting_id == sitting_id))
    raise LookupError(f"{table.name} does not say which sitting its rows belong to")
