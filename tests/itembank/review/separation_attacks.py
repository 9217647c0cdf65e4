"""What each guard must refuse, by the guard's name."""

from __future__ import annotations

from sqlalchemy import insert, update

from itembank.db import new_id
from itembank.forms.models import FormItem
from itembank.items.models import Item, ItemVersionEvent
from itembank.review import repository
from itembank.review.council.models import CouncilOutcome, CouncilVote
from itembank.review.models import ReviewDecision, ReviewRound, ReviewVerdict
from tests.factories.bank import complete_choice, make_draft

from .separation_world import ROLE, World


def _seat_after(prepare):
    def attack(w):
        w.empty()
        person = w.id("both") if w.id("both") not in _seated(w) else w.id("appraiser")
        prepare(w, person)
        w.seat(person)

    return attack


def _seated(w):
    return {t.assignment.reviewer_id for t in repository.seatings_of_round(w.db, w.round.id)}


def _verdict_after(prepare):
    def attack(w):
        prepare(w, w.holder().reviewer_id)
        w.verdict()

    return attack


def _vote_after(prepare):
    def attack(w):
        case = w.divide()
        prepare(w, w.id("member1"))
        w.vote(case, "member1")

    return attack


def _second_seat(w):
    w.empty("counter_reviewer")
    w.seat(w.holder().reviewer_id, number=2)


def _end_with_verdict(w):
    w.speak()
    w.empty()


def _verdict_of_one_who_left(w):
    seat = w.holder()
    w.empty()
    given = {"verdict": "accept", "checklist": {}, "comment": "", "at": w.now}
    w.run(insert(ReviewVerdict), assignment_id=seat.id, **given)


def _verdict_elsewhere(w):
    w.run(update(ReviewRound).where(ReviewRound.id == w.round.id), stage=1)
    w.verdict()


def _both_accept(w):
    w.speak()
    w.speak("counter_reviewer")


def _decision_by_author(w):
    w.decision("author", "return")


def _decision_by_reviewer(w):
    _both_accept(w)
    made = {"decision": "return", "reason": "x", "at": w.now}
    reviewer = w.holder().reviewer_id
    w.run(insert(ReviewDecision), round_id=w.round.id, decided_by=reviewer, **made)


def _decision_after_close(w):
    _both_accept(w)
    w.close_round()
    w.decision()


def _approve_alone(w):
    w.speak()
    w.decision()


def _approve_divided(w):
    w.divide()
    w.decision()


def _vote_by_author(w):
    case = w.divide()
    w.vote(case, "author")


def _vote_by_reviewer(w):
    case = w.divide()
    cast = {"choice": "approve", "reason": "", "at": w.now}
    w.run(insert(CouncilVote), case_id=case.id, member_id=w.holder().reviewer_id, **cast)


def _vote_of_schoolmate(w):
    w.vote(w.divide(), "schoolmate")


def _vote_too_late(w):
    case = w.divide()
    for name in ("member1", "member2", "member3"):
        w.vote(case, name, "return")
    w.outcome(case)
    w.vote(case, "member4")


def _outcome(by=None, votes=("return",) * 3, outcome="return"):
    def attack(w):
        case = w.divide()
        for n, choice in enumerate(votes, start=1):
            w.vote(case, f"member{n}", choice)
        made = {"outcome": outcome, "counts": {}, "reason": "", "at": w.now}
        decider = {"author": w.id("author"), "reviewer": w.holder().reviewer_id}
        chosen = decider.get(by, w.id("secretary"))
        w.run(insert(CouncilOutcome), case_id=case.id, decided_by=chosen, **made)

    return attack


def _event_without_decision(w):
    told = {"id": new_id(), "kind": "approved", "at": w.now, "note": ""}
    w.run(insert(ItemVersionEvent), version_hash=w.round.version_hash, **told)


def _item_without_event(w):
    w.run(update(Item).where(Item.id == w.item.id), approved_version=w.item.current_version)


def _state_without_approval(w):
    w.run(update(Item).where(Item.id == w.item.id), state="approved")


def _new_item(**values):
    def attack(w):
        row = {"id": new_id(), "code": "TU-DUYET", "kind": "choice", "subject": "toan"}
        told = {"topic": "", "label": "", "n_categories": 2}
        version = w.item.current_version
        chosen = {k: version if v == "version" else v for k, v in values.items()}
        w.run(insert(Item), **row, **told, created_at=w.now, current_version=version, **chosen)

    return attack


def _outcome_without_decision(w):
    w.run(
        update(ReviewRound).where(ReviewRound.id == w.round.id),
        outcome="approved",
        closed_at=w.now,
    )


def _own_item_in_form(w):
    w.run(insert(FormItem), **w.form_place(w.item))


def _own_item_swapped_in(w):
    stranger = w.province.actor(w.db, "stranger")
    other = make_draft(w.db, stranger, now=w.now, content=complete_choice("<p>Khác</p>"))
    place = w.form_place(other)
    w.run(insert(FormItem), **place)
    w.run(update(FormItem).where(FormItem.id == place["id"]), item_id=w.item.id)


def _placed_by_its_author(w):
    w.run(insert(FormItem), **w.form_place(w.item, by="officer"))


def _author_named_later(w):
    place = w.form_place(w.item, by="officer", placed_by="officer")
    w.run(insert(FormItem), **place)
    w.run(update(FormItem).where(FormItem.id == place["id"]), placed_by=w.id("author"))


def _placed_by_nobody(w):
    w.run(insert(FormItem), **w.form_place(w.item, by="officer", placed_by=None))


def _decision_by_family(w):
    w.tie(w.id("secretary"))
    w.decision("secretary", "return")


def _count_by_family(w):
    w.tie(w.id("secretary"))
    _outcome()(w)


ATTACKS = {
    "review_assignment_insert_author": _seat_after(World.write),
    "review_assignment_insert_same_school": _seat_after(World.move_to_authors_school),
    "review_assignment_insert_role_missing": _seat_after(World.revoke),
    "review_assignment_insert_conflict_of_interest": _seat_after(World.declare_conflict),
    "review_assignment_insert_term_over": _seat_after(lambda w, p: w.end_term(p, ROLE)),
    "review_assignment_insert_round_closed": _seat_after(lambda w, p: w.close_round()),
    "review_assignment_insert_no_such_seat": lambda w: w.seat(w.id("colleague"), number=3),
    "review_assignment_insert_seat_taken": lambda w: w.seat(w.id("colleague")),
    "review_assignment_insert_seated_already": _second_seat,
    "review_assignment_end_insert_has_verdict": _end_with_verdict,
    "review_verdict_insert_author": _verdict_after(World.write),
    "review_verdict_insert_same_school": _verdict_after(World.move_to_authors_school),
    "review_verdict_insert_role_missing": _verdict_after(World.revoke),
    "review_verdict_insert_conflict_of_interest": _verdict_after(World.declare_conflict),
    "review_verdict_insert_term_over": _verdict_after(lambda w, p: w.end_term(p, ROLE)),
    "review_verdict_insert_round_closed": _verdict_after(lambda w, p: w.close_round()),
    "review_verdict_insert_not_seated": _verdict_of_one_who_left,
    "review_verdict_insert_not_this_stage": _verdict_elsewhere,
    "review_decision_insert_author": _decision_by_author,
    "review_decision_insert_reviewer": _decision_by_reviewer,
    "review_decision_insert_round_closed": _decision_after_close,
    "review_decision_insert_two_reviewers": _approve_alone,
    "review_decision_insert_two_voices": _approve_alone,
    "review_decision_insert_seats_silent": _approve_alone,
    "review_decision_insert_disagreement": _approve_divided,
    "item_version_event_insert_not_decided": _event_without_decision,
    "item_insert_not_approved": _new_item(state="draft", approved_version="version"),
    "item_update_not_approved": _item_without_event,
    "item_insert_called_approved": _new_item(state="approved"),
    "item_update_called_approved": _state_without_approval,
    "review_round_update_not_decided": _outcome_without_decision,
    "council_vote_insert_author": _vote_by_author,
    "council_vote_insert_reviewer": _vote_by_reviewer,
    "council_vote_insert_role_missing": _vote_after(World.revoke),
    "council_vote_insert_conflict_of_interest": _vote_after(World.declare_conflict),
    "council_vote_insert_term_over": _vote_after(lambda w, p: w.end_term(p, "member")),
    "council_vote_insert_same_school": _vote_of_schoolmate,
    "council_vote_insert_vote_closed": _vote_too_late,
    "council_outcome_insert_author": _outcome("author"),
    "council_outcome_insert_reviewer": _outcome("reviewer"),
    "council_outcome_insert_quorum": _outcome(votes=("return",)),
    "council_outcome_insert_majority": _outcome(
        votes=("approve", "approve", "return", "return"), outcome="approve"
    ),
    "form_item_insert_author": _own_item_in_form,
    "form_item_update_author": _own_item_swapped_in,
    "review_assignment_insert_family_tie": _seat_after(World.tie),
    "review_verdict_insert_family_tie": _verdict_after(World.tie),
    "review_decision_insert_family_tie": _decision_by_family,
    "council_vote_insert_family_tie": _vote_after(World.tie),
    "council_outcome_insert_family_tie": _count_by_family,
    "form_item_insert_placed_own": _placed_by_its_author,
    "form_item_update_placed_own": _author_named_later,
    "form_item_insert_nobody_placed": _placed_by_nobody,
}
