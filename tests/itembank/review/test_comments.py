"""Comments stand at a part of the item, stay hidden while others judge, and can be taken at a press."""

from __future__ import annotations

import pytest

from itembank.errors import Conflict, Invalid, Refused
from itembank.items import repository as items
from itembank.items import service as item_service
from itembank.items import stimuli
from itembank.items.content import StimulusContent
from itembank.items.models import Stimulus
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.comments import anchors, service
from itembank.review.reopening import change_stimulus
from tests.factories.appraisal import (
    make_council_province,
    name_of,
    seat_of,
    speak,
    submitted,
)
from tests.factories.bank import complete_choice, make_draft
from tests.factories.forms import cluster_content, essay_content, short_content


@pytest.fixture
def province(db, now):
    return make_council_province(db, now=now)


@pytest.fixture
def round_(db, province, now):
    return submitted(db, province, now=now)[1]


def _item(db, round_):
    return items.item_by_id(db, round_.item_id)


def _reviewer(db, province, round_, role="appraiser"):
    return province.actor(db, name_of(province, seat_of(db, round_, role).reviewer_id))


def _comment(db, province, round_, now, anchor="option.B", text="Sai dấu", suggestion=""):
    seat = seat_of(db, round_, "appraiser")
    actor = _reviewer(db, province, round_)
    return service.comment(
        db, actor, seat, anchor=anchor, text=text, suggestion=suggestion, now=now
    )


def _return(db, province, round_, now):
    speak(db, province, round_, "appraiser", "revise", now=now)
    secretary = province.actor(db, "secretary")
    review.decide(db, secretary, round_, decision="return", reason="Sửa", now=now)


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (
            complete_choice("<p>Tính <span data-tex='x^2 + 2x'></span></p>"),
            {"stem.formula.1", "option.D"},
        ),
        (cluster_content(), {"statement.c", "key"}),
        (short_content(), {"key", "solution"}),
        (essay_content(), {"rubric.r1", "model_answer"}),
    ],
)
def test_every_kind_has_its_parts(content, codes):
    assert codes <= {anchor.code for anchor in anchors.anchors_of(content)}


def test_a_comment_names_a_part_there_is(db, province, round_, now):
    with pytest.raises(Invalid) as caught:
        _comment(db, province, round_, now, anchor="option.Z")
    assert caught.value.code == "anchor_unknown"


def test_others_see_a_comment_only_after_their_own_verdict(db, province, round_, now):
    _comment(db, province, round_, now)
    counter = _reviewer(db, province, round_, "counter_reviewer")
    item, author = _item(db, round_), province.actor(db, "author")
    assert service.visible_threads(db, counter, item) == ()
    assert service.visible_threads(db, author, item) == ()
    speak(db, province, round_, "counter_reviewer", "revise", now=now)
    assert len(service.visible_threads(db, counter, item)) == 1
    _return(db, province, round_, now)
    assert len(service.visible_threads(db, author, item)) == 1


def test_after_the_verdict_nothing_is_added(db, province, round_, now):
    speak(db, province, round_, "appraiser", now=now)
    with pytest.raises(Refused) as caught:
        _comment(db, province, round_, now)
    assert caught.value.code == "has_verdict"


def test_a_suggestion_is_taken_into_the_draft_at_one_press(db, province, round_, now):
    made = _comment(db, province, round_, now, suggestion="Giá trị $x^2+1$")
    _return(db, province, round_, now)
    author = province.actor(db, "author")
    service.take_suggestion(db, author, made, now=now)
    draft = items.draft_of(db, _item(db, round_))
    option = item_service.draft_content(draft).interaction.options[1]
    assert option.body.strip() == '<p>Giá trị <span data-tex="x^2+1"></span></p>'
    with pytest.raises(Conflict) as caught:
        service.take_suggestion(db, author, made, now=now)
    assert caught.value.code == "words_moved"


def test_a_suggestion_never_writes_over_what_the_author_wrote_since(db, province, round_, now):
    made = _comment(db, province, round_, now, anchor="stem", suggestion="Tính 2 + 2.")
    _return(db, province, round_, now)
    author, item = province.actor(db, "author"), _item(db, round_)
    revision = items.draft_of(db, item).revision
    mine = complete_choice("<p>Tính 5 + 5.</p>")
    item_service.save_draft(db, author, item, mine, expected_revision=revision, now=now)
    with pytest.raises(Conflict):
        service.take_suggestion(db, author, made, now=now)
    assert items.draft_of(db, item).content["stem"] == "<p>Tính 5 + 5.</p>"


@pytest.mark.parametrize(
    "html",
    [
        f'<p>x <img src="asset:{"0" * 64}" alt="Hình"></p>',
        "<table><tr><td>1</td></tr></table>",
        "<p>một</p><p>hai</p>",
    ],
)
def test_no_wording_is_suggested_for_what_is_more_than_words(html):
    stem = anchors.anchors_of(complete_choice(html))[0]
    assert not stem.is_wording


def test_only_the_author_takes_and_only_while_the_draft_is_theirs(db, province, round_, now):
    made = _comment(db, province, round_, now, suggestion="Ba")
    with pytest.raises(Refused) as early:
        service.take_suggestion(db, province.actor(db, "author"), made, now=now)
    _return(db, province, round_, now)
    with pytest.raises(Refused) as stranger:
        service.take_suggestion(db, province.actor(db, "stranger"), made, now=now)
    assert (early.value.code, stranger.value.code) == ("not_editable", "not_the_author")


def test_a_thread_goes_on_into_the_next_round_until_it_is_resolved(db, province, round_, now):
    made = _comment(db, province, round_, now)
    _return(db, province, round_, now)
    author, item = province.actor(db, "author"), _item(db, round_)
    service.answer(db, author, made, text="Đã thay.", now=now)
    changed = complete_choice("<p>Tính 4 + 1.</p>")
    revision = items.draft_of(db, item).revision
    item_service.save_draft(db, author, item, changed, expected_revision=revision, now=now)
    review.submit(db, author, item, now=now)
    again = rounds.open_round(db, item)
    counter = _reviewer(db, province, again, "counter_reviewer")
    (thread,) = service.visible_threads(db, counter, item)
    assert [reply.text for reply in thread.replies] == ["Đã thay."]
    with pytest.raises(Refused):
        service.set_resolved(db, author, made, is_resolved=True, now=now)
    service.set_resolved(db, counter, made, is_resolved=True, now=now)
    assert service.visible_threads(db, counter, item)[0].is_resolved


def _approve(db, province, item, now):
    round_ = rounds.open_round(db, item)
    for role in ("appraiser", "counter_reviewer"):
        task = next(t for t in rounds.tasks_of_round(db, round_.id) if t.assignment.role == role)
        actor = province.actor(db, name_of(province, task.assignment.reviewer_id))
        marks = {criterion.code: "dat" for criterion in review.criteria_of(db, task)}
        assert "stimulus" in marks
        review.give_verdict(
            db, actor, task.assignment, verdict="accept", checklist=marks, comment="", now=now
        )
    secretary = province.actor(db, "secretary")
    review.decide(db, secretary, round_, decision="approve", reason="", now=now)


def test_a_new_version_of_shared_material_reopens_every_item_that_stands_on_it(db, province, now):
    author = province.actor(db, "author")
    body = StimulusContent(subject="toan", title="Bảng", body="<p>Bảng cũ</p>")
    first = stimuli.add_stimulus(db, author, code="NL-9", content=body, now=now)
    made = {}
    for name in ("approved", "in_review", "draft", "free"):
        material = None if name == "free" else first.hash
        stem = f"<p>Câu {name}</p>"
        content = complete_choice(stem, stimulus=material)
        made[name] = make_draft(db, author, now=now, content=content)
        if name != "draft":
            review.submit(db, author, made[name], now=now)
    _approve(db, province, made["approved"], now)
    before = made["approved"].approved_version
    running = rounds.open_round(db, made["in_review"])
    stimulus = db.get_one(Stimulus, first.stimulus_id)
    new = body.model_copy(update={"body": "<p>Bảng mới</p>"})
    second = change_stimulus(db, author, stimulus, new, now=now)
    for name in ("approved", "in_review"):
        item = made[name]
        assert item.state == "in_review"
        assert items.read_version(db, item.current_version).stimulus == second.hash
        assert rounds.open_round(db, item).version_hash == item.current_version
    assert running.outcome == "superseded"
    assert made["approved"].approved_version == before
    assert items.read_version(db, before).stimulus == first.hash
    free = made["free"]
    assert rounds.open_round(db, free).version_hash == free.current_version
