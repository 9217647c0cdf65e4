"""Separation of duty as the databases themselves hold it, whoever writes and by whatever way.

Each guard is one condition under which a row is refused. The conditions are written once, in the
SQL that SQLite and PostgreSQL share; `{day}` and `{moment}` stand for what they say differently.
The services ask the same questions first and answer in words (`eligibility.py`, `rules.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_DAY = {
    "sqlite": "date({moment}, '+7 hours')",
    "postgresql": "CAST({moment} AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date)",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """`event` on `table` is refused with `code` when `refused_if` holds of the NEW row."""

    code: str
    table: str
    event: str
    refused_if: str
    moment: str = "NEW.at"
    since: str = "0007"  # the revision that puts it up

    @property
    def name(self) -> str:
        verb = self.event.split()[0].lower()
        return f"{self.table}_{verb}_{self.code}"


def _wrote(person: str, item: str) -> str:
    """`person` wrote `item`, a version of it, or the material a version of it stands on."""
    return (
        f"(EXISTS (SELECT 1 FROM item i WHERE i.id = {item} AND i.author_id = {person})"
        f" OR EXISTS (SELECT 1 FROM item_version v WHERE v.item_id = {item} AND v.author_id = {person})"
        f" OR EXISTS (SELECT 1 FROM item_version v JOIN stimulus_version m"
        f" ON m.hash = v.stimulus_version WHERE v.item_id = {item} AND m.author_id = {person}))"
    )


def _item_of(round_id: str) -> str:
    return f"(SELECT r.item_id FROM review_round r WHERE r.id = {round_id})"


def _same_school(person: str, round_id: str, stage: str) -> str:
    """At a stage that counts, `person` works where the item was written."""
    return (
        "EXISTS (SELECT 1 FROM review_round r JOIN item i ON i.id = r.item_id"
        " JOIN review_route_stage s ON s.route_id = r.route_id"
        f" JOIN person p ON p.id = {person} WHERE r.id = {round_id} AND s.number = {stage}"
        " AND s.counts AND NOT s.same_school_ok AND NOT r.same_school_ok AND p.unit_id = i.unit_id)"
    )


def _without_role(person: str, role: str, item: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM role_grant g JOIN item i ON i.id = {item}"
        f" WHERE g.person_id = {person} AND g.role = {role} AND g.revoked_at IS NULL"
        " AND (g.subject IS NULL OR g.subject = i.subject))"
    )


def _in_conflict(person: str, item: str) -> str:
    """A declared conflict of interest touches the item's subject and grade on the day."""
    return (
        f"EXISTS (SELECT 1 FROM conflict_of_interest c JOIN item i ON i.id = {item}"
        " LEFT JOIN person_record_end e ON e.record_id = c.id"
        " AND e.record_type = 'conflict_of_interest'"
        f" WHERE c.person_id = {person}"
        " AND (c.subject IS NULL OR c.subject = i.subject)"
        " AND (c.grade IS NULL OR i.grade IS NULL OR c.grade = i.grade)"
        " AND c.valid_from <= {day} AND (c.valid_to IS NULL OR c.valid_to >= {day})"
        " AND (e.ended_on IS NULL OR e.ended_on > {day}))"
    )


def _term_over(person: str, posts: str, item: str) -> str:
    """Appointed to such a post once, but no appointment to one holds on the day."""
    appointed = (
        f"EXISTS (SELECT 1 FROM appointment a JOIN item i ON i.id = {item}"
        " LEFT JOIN person_record_end e ON e.record_id = a.id AND e.record_type = 'appointment'"
        f" WHERE a.person_id = {person} AND a.post IN ({posts})"
        " AND (a.subject IS NULL OR a.subject = i.subject)"
    )
    holds = (
        " AND a.valid_from <= {day} AND (a.valid_to IS NULL OR a.valid_to >= {day})"
        " AND (e.ended_on IS NULL OR e.ended_on > {day})"
    )
    return f"({appointed}) AND NOT {appointed}{holds}))"


def _tied(person: str, item: str) -> str:
    """Somebody of `person`'s family wrote `item`."""
    wrote_either = (
        f"(t.person_id = {person} AND {_wrote('t.relative_id', item)})"
        f" OR (t.relative_id = {person} AND {_wrote('t.person_id', item)})"
    )
    return (
        "EXISTS (SELECT 1 FROM family_tie t LEFT JOIN person_record_end e ON e.record_id = t.id"
        " AND e.record_type = 'family_tie'"
        f" WHERE (e.ended_on IS NULL OR e.ended_on > {{day}}) AND ({wrote_either}))"
    )


_SEAT = "(SELECT a.{column} FROM review_assignment a WHERE a.id = NEW.assignment_id)"
_REVIEWER = _SEAT.format(column="reviewer_id")
_ROUND = _SEAT.format(column="round_id")
_STAGE = _SEAT.format(column="stage")
_ROLE = _SEAT.format(column="role")
_CASE_ITEM = "(SELECT c.item_id FROM council_case c WHERE c.id = NEW.case_id)"
_COUNCIL_POSTS = "'member', 'chair', 'vice_chair', 'secretary'"


def _closed(round_id: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM review_round r WHERE r.id = {round_id} AND r.closed_at IS NOT NULL)"
    )


ASSIGNMENT = (
    Guard("author", "review_assignment", "INSERT", _wrote("NEW.reviewer_id", _item_of("NEW.round_id"))),
    Guard("same_school", "review_assignment", "INSERT", _same_school("NEW.reviewer_id", "NEW.round_id", "NEW.stage")),
    Guard("role_missing", "review_assignment", "INSERT", _without_role("NEW.reviewer_id", "NEW.role", _item_of("NEW.round_id"))),
    Guard("conflict_of_interest", "review_assignment", "INSERT", _in_conflict("NEW.reviewer_id", _item_of("NEW.round_id")), "NEW.assigned_at"),
    Guard("term_over", "review_assignment", "INSERT", _term_over("NEW.reviewer_id", "NEW.role", _item_of("NEW.round_id")), "NEW.assigned_at"),
    Guard("round_closed", "review_assignment", "INSERT", _closed("NEW.round_id")),
    Guard(
        "no_such_seat",
        "review_assignment",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM review_round r JOIN review_route_stage s ON s.route_id = r.route_id"
        " WHERE r.id = NEW.round_id AND s.number = NEW.stage AND NEW.seat BETWEEN 1 AND s.seats)",
    ),
    Guard(
        "seated_already",
        "review_assignment",
        "INSERT",
        "EXISTS (SELECT 1 FROM review_assignment a"
        " LEFT JOIN review_assignment_end e ON e.assignment_id = a.id"
        " WHERE a.round_id = NEW.round_id AND a.reviewer_id = NEW.reviewer_id"
        " AND (e.assignment_id IS NULL OR e.how = 'recused'))",
    ),
    Guard(
        "seat_taken",
        "review_assignment",
        "INSERT",
        "EXISTS (SELECT 1 FROM review_assignment a"
        " LEFT JOIN review_assignment_end e ON e.assignment_id = a.id"
        " WHERE a.round_id = NEW.round_id AND a.stage = NEW.stage AND a.seat = NEW.seat"
        " AND e.assignment_id IS NULL)",
    ),
    Guard(
        "has_verdict",
        "review_assignment_end",
        "INSERT",
        "EXISTS (SELECT 1 FROM review_verdict v WHERE v.assignment_id = NEW.assignment_id)",
    ),
)  # fmt: skip

VERDICT = (
    Guard("author", "review_verdict", "INSERT", _wrote(_REVIEWER, _item_of(_ROUND))),
    Guard("same_school", "review_verdict", "INSERT", _same_school(_REVIEWER, _ROUND, _STAGE)),
    Guard("role_missing", "review_verdict", "INSERT", _without_role(_REVIEWER, _ROLE, _item_of(_ROUND))),
    Guard("conflict_of_interest", "review_verdict", "INSERT", _in_conflict(_REVIEWER, _item_of(_ROUND))),
    Guard("term_over", "review_verdict", "INSERT", _term_over(_REVIEWER, _ROLE, _item_of(_ROUND))),
    Guard("round_closed", "review_verdict", "INSERT", _closed(_ROUND)),
    Guard(
        "not_seated",
        "review_verdict",
        "INSERT",
        "EXISTS (SELECT 1 FROM review_assignment_end e WHERE e.assignment_id = NEW.assignment_id)",
    ),
    Guard(
        "not_this_stage",
        "review_verdict",
        "INSERT",
        f"NOT EXISTS (SELECT 1 FROM review_round r WHERE r.id = {_ROUND} AND r.stage = {_STAGE})",
    ),
)  # fmt: skip

_COUNTING = (
    " FROM review_assignment a JOIN review_verdict v ON v.assignment_id = a.id"
    " JOIN review_round r ON r.id = a.round_id"
    " JOIN review_route_stage s ON s.route_id = r.route_id AND s.number = a.stage"
    " WHERE a.round_id = NEW.round_id AND s.counts"
)
_TWO_REVIEWERS = f"(SELECT COUNT(DISTINCT a.reviewer_id){_COUNTING}) < 2"
_TWO_VOICES = (
    f"(SELECT COUNT(*) FROM (SELECT a.reviewer_id{_COUNTING} AND v.verdict = 'accept'"
    " UNION SELECT w.member_id FROM council_vote w JOIN council_case c ON c.id = w.case_id"
    " JOIN council_outcome o ON o.case_id = c.id"
    " WHERE c.round_id = NEW.round_id AND o.outcome = 'approve' AND w.choice = 'approve') voices) < 2"
)
_DISSENT = (
    f"EXISTS (SELECT 1{_COUNTING} AND v.verdict <> 'accept'"
    " AND NOT EXISTS (SELECT 1 FROM council_case c JOIN council_outcome o ON o.case_id = c.id"
    " WHERE c.round_id = a.round_id AND c.stage = a.stage AND o.outcome = 'approve'))"
)
_SEATS_SILENT = (
    "EXISTS (SELECT 1 FROM review_round r JOIN review_route_stage s ON s.route_id = r.route_id"
    " WHERE r.id = NEW.round_id AND s.counts AND s.seats >"
    " (SELECT COUNT(*) FROM review_assignment a JOIN review_verdict v ON v.assignment_id = a.id"
    " WHERE a.round_id = r.id AND a.stage = s.number))"
)


def _reviewed(person: str, round_id: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM review_assignment a JOIN review_verdict v ON v.assignment_id = a.id"
        f" WHERE a.round_id = {round_id} AND a.reviewer_id = {person})"
    )


def _approving(condition: str) -> str:
    return f"NEW.decision = 'approve' AND {condition}"


DECISION = (
    Guard("author", "review_decision", "INSERT", _wrote("NEW.decided_by", _item_of("NEW.round_id"))),
    Guard("reviewer", "review_decision", "INSERT", _reviewed("NEW.decided_by", "NEW.round_id")),
    Guard("round_closed", "review_decision", "INSERT", _closed("NEW.round_id")),
    Guard("two_reviewers", "review_decision", "INSERT", _approving(_TWO_REVIEWERS)),
    Guard("two_voices", "review_decision", "INSERT", _approving(_TWO_VOICES)),
    Guard("disagreement", "review_decision", "INSERT", _approving(_DISSENT)),
    Guard("seats_silent", "review_decision", "INSERT", _approving(_SEATS_SILENT)),
)  # fmt: skip

_NOT_DECIDED = (
    "NOT EXISTS (SELECT 1 FROM review_decision d JOIN review_round r ON r.id = d.round_id"
    " WHERE d.decision = 'approve' AND r.version_hash = {version})"
)
_NO_EVENT = (
    "NOT EXISTS (SELECT 1 FROM item_version_event e JOIN item_version v ON v.hash = e.version_hash"
    " WHERE e.kind = 'approved' AND e.version_hash = {version} AND v.item_id = NEW.id)"
)
_HELD = "NEW.approved_version IS NOT NULL AND " + _NO_EVENT.format(version="NEW.approved_version")
_CALLED = "NEW.state = 'approved' AND (NEW.approved_version IS NULL OR NEW.approved_version <> NEW.current_version)"

APPROVAL = (
    Guard(
        "not_decided",
        "item_version_event",
        "INSERT",
        "NEW.kind = 'approved' AND " + _NOT_DECIDED.format(version="NEW.version_hash"),
    ),
    Guard("not_approved", "item", "INSERT", _HELD),
    Guard("not_approved", "item", "UPDATE OF approved_version", _HELD),
    Guard("called_approved", "item", "INSERT", _CALLED),
    Guard("called_approved", "item", "UPDATE OF state, approved_version", _CALLED),
    Guard(
        "not_decided",
        "review_round",
        "UPDATE OF outcome",
        "NEW.outcome = 'approved' AND NOT EXISTS (SELECT 1 FROM review_decision d"
        " WHERE d.round_id = NEW.id AND d.decision = 'approve')",
    ),
)

_CASE_ROUND = "(SELECT c.round_id FROM council_case c WHERE c.id = NEW.case_id)"
VOTE = (
    Guard("author", "council_vote", "INSERT", _wrote("NEW.member_id", _CASE_ITEM)),
    Guard("reviewer", "council_vote", "INSERT", _reviewed("NEW.member_id", _CASE_ROUND)),
    Guard("role_missing", "council_vote", "INSERT", _without_role("NEW.member_id", "'council_member'", _CASE_ITEM)),
    Guard("conflict_of_interest", "council_vote", "INSERT", _in_conflict("NEW.member_id", _CASE_ITEM)),
    Guard("term_over", "council_vote", "INSERT", _term_over("NEW.member_id", _COUNCIL_POSTS, _CASE_ITEM)),
    Guard(
        "same_school",
        "council_vote",
        "INSERT",
        _same_school("NEW.member_id", _CASE_ROUND, "(SELECT c.stage FROM council_case c WHERE c.id = NEW.case_id)"),
    ),
    Guard(
        "vote_closed",
        "council_vote",
        "INSERT",
        "EXISTS (SELECT 1 FROM council_outcome o WHERE o.case_id = NEW.case_id)",
    ),
    Guard("author", "council_outcome", "INSERT", _wrote("NEW.decided_by", _CASE_ITEM)),
    Guard("reviewer", "council_outcome", "INSERT", _reviewed("NEW.decided_by", _CASE_ROUND)),
    Guard(
        "quorum",
        "council_outcome",
        "INSERT",
        "(SELECT COUNT(*) FROM council_vote w WHERE w.case_id = NEW.case_id)"
        " < (SELECT c.quorum FROM council_case c WHERE c.id = NEW.case_id)",
    ),
    Guard(
        "majority",
        "council_outcome",
        "INSERT",
        "NEW.outcome = 'approve' AND (SELECT COUNT(*) FROM council_vote w"
        " WHERE w.case_id = NEW.case_id AND w.choice = 'approve') * 2"
        " <= (SELECT COUNT(*) FROM council_vote w WHERE w.case_id = NEW.case_id)",
    ),
)  # fmt: skip

_ASSEMBLER = "(SELECT f.created_by FROM test_form f WHERE f.id = NEW.form_id)"
ASSEMBLY = tuple(
    Guard("author", "form_item", event, _wrote(_ASSEMBLER, "NEW.item_id"))
    for event in ("INSERT", "UPDATE OF item_id, form_id")
)


def _family(table: str, person: str, item: str, moment: str = "NEW.at") -> Guard:
    return Guard("family_tie", table, "INSERT", _tied(person, item), moment, since="0018")


FAMILY = (
    _family("review_assignment", "NEW.reviewer_id", _item_of("NEW.round_id"), "NEW.assigned_at"),
    _family("review_verdict", _REVIEWER, _item_of(_ROUND)),
    _family("review_decision", "NEW.decided_by", _item_of("NEW.round_id")),
    _family("council_vote", "NEW.member_id", _CASE_ITEM),
    _family("council_outcome", "NEW.decided_by", _CASE_ITEM),
)

# A box's copy of a form has neither an assembler nor authors; there these have nothing to say.
_NOBODY_PLACED = (
    f"NEW.placed_by IS NULL AND NEW.version_hash IS NOT NULL AND {_ASSEMBLER} IS NOT NULL"
)
PLACING = (
    *(
        Guard(
            "placed_own", "form_item", event, _wrote("NEW.placed_by", "NEW.item_id"), since="0018"
        )
        for event in ("INSERT", "UPDATE OF item_id, placed_by")
    ),
    Guard("nobody_placed", "form_item", "INSERT", _NOBODY_PLACED, since="0018"),
)

GUARDS: tuple[Guard, ...] = (
    *ASSIGNMENT,
    *VERDICT,
    *DECISION,
    *APPROVAL,
    *VOTE,
    *ASSEMBLY,
    *FAMILY,
    *PLACING,
)


def put_up_by(revision: str) -> tuple[Guard, ...]:
    """The guards that this revision of the schema brings."""
    return tuple(guard for guard in GUARDS if guard.since == revision)


def statements(dialect: str, guards: Sequence[Guard] = GUARDS) -> list[str]:
    """What puts these guards up."""
    return [line for guard in guards for line in _statements(guard, dialect)]


def _statements(guard: Guard, dialect: str) -> list[str]:
    condition = guard.refused_if.replace("{day}", _DAY[dialect].format(moment=guard.moment))
    message = f"separation of duty: {guard.table} {guard.code}"
    head = f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}"
    if dialect == "sqlite":
        refuse = f"SELECT RAISE(ABORT, '{message}') WHERE {condition};"
        return [f"{head} BEGIN {refuse} END"]
    body = f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF; RETURN NEW;"
    function = (
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    )
    return [function, f"{head} FOR EACH ROW EXECUTE FUNCTION {guard.name}()"]


def removals(dialect: str, guards: Sequence[Guard] = GUARDS) -> list[str]:
    """What takes these down again: all of them, or some where much is loaded at once."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {guard.name}" for guard in guards]
    return [f"DROP FUNCTION {guard.name}() CASCADE" for guard in guards]
