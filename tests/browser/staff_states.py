"""States of the bank that the demo leaves out, so that every page of the staff has something to show."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from itembank.handover import repository as handovers
from itembank.handover import service as handover
from itembank.handover.minutes import Meeting
from itembank.handover.quotas import Cell
from itembank.handover.service import Parcel, Wanted
from itembank.items import service as items
from itembank.items import stimuli
from itembank.items.content import StimulusContent
from itembank.items.stimulus_use import stimulus_by_id
from itembank.people import repository as people
from itembank.permissions import Actor
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.checklists import MET
from itembank.review.comments import service as comments
from itembank.review.models import ReviewRound
from itembank.review.reopening import change_stimulus
from itembank.signing import signing_key
from tests.factories.bank import complete_choice

KEY = signing_key("33" * 32)


def more_states(db: Session, now: datetime) -> None:
    """What the demo leaves out: a vote, an item that came back with remarks, a package."""
    appraised(db, "Tính 17 + 25 rồi chia đôi.", ("accept", "reject"), now)
    round_ = appraised(db, "Tính 31 − 14 rồi nhân ba.", ("revise", "revise"), now)
    secretary = actor(db, "thuki")
    review.decide(db, secretary, round_, decision="return", reason="Sửa lời dẫn.", now=now)
    hand_over(db, now)
    share_material(db, now)
    submitted_long_ago(db, now)


def submitted_long_ago(db: Session, now: datetime) -> None:
    """Sheets that nobody has filled in before their deadlines."""
    teacher, then = actor(db, "giaovien"), now - timedelta(days=12)
    item = items.create_item(db, teacher, kind="choice", subject="toan", grade=12, now=then)
    content = complete_choice("<p>Tính 19 + 23 rồi chia ba.</p>")
    items.save_draft(db, teacher, item, content, expected_revision=1, now=then)
    review.submit(db, teacher, item, now=then)


def share_material(db: Session, now: datetime) -> None:
    """Material with two versions, and an item that stands on it."""
    teacher = actor(db, "giaovien")
    first = StimulusContent(subject="toan", title="Bảng giá", body="<p>Vé: 20 nghìn đồng.</p>")
    made = stimuli.add_stimulus(db, teacher, code="NL-GIA-VE", content=first, now=now)
    content = complete_choice("<p>Mua bốn vé hết bao nhiêu?</p>", stimulus=made.hash)
    item = items.create_item(db, teacher, kind="choice", subject="toan", grade=12, now=now)
    items.save_draft(db, teacher, item, content, expected_revision=1, now=now)
    review.submit(db, teacher, item, now=now)
    second = first.model_copy(update={"body": "<p>Vé: 25 nghìn đồng.</p>"})
    change_stimulus(db, teacher, stimulus_by_id(db, made.stimulus_id), second, now=now)


def actor(db: Session, username: str) -> Actor:
    person = people.person_by_username(db, username)
    assert person is not None
    return people.load_actor(db, person)


def appraised(db: Session, stem: str, verdicts: tuple[str, str], now: datetime) -> ReviewRound:
    """An item of the teacher's with a remark and both verdicts."""
    teacher = actor(db, "giaovien")
    item = items.create_item(db, teacher, kind="choice", subject="toan", grade=12, now=now)
    content = complete_choice(f"<p>{stem}</p>")
    items.save_draft(db, teacher, item, content, expected_revision=1, now=now)
    review.submit(db, teacher, item, now=now)
    round_ = rounds.open_round(db, item)
    assert round_ is not None
    tasks = {task.assignment.role: task for task in rounds.tasks_of_round(db, round_.id)}
    comments.comment(
        db, actor(db, "thamdinh"), tasks["appraiser"].assignment, anchor="stem",
        text="Nói rõ hơn.", suggestion=f"Em hãy cho biết: {stem}", now=now,
    )  # fmt: skip
    names = (("thamdinh", "appraiser"), ("phanbien", "counter_reviewer"))
    for (name, role), verdict in zip(names, verdicts, strict=True):
        met = {criterion.code: MET for criterion in review.criteria_of(db, tasks[role])}
        review.give_verdict(
            db, actor(db, name), tasks[role].assignment, verdict=verdict, checklist=met,
            comment="Lí do.", now=now,
        )  # fmt: skip
    return round_


def hand_over(db: Session, now: datetime) -> None:
    """A package that waits for a signature."""
    wanted = Wanted("Toán, đợt thử", "toan", None, (Cell(None, None, 1),), "block")
    quota = handover.set_quota(db, actor(db, "totchuc"), wanted, now=now)
    ready = handovers.ready_items(db, quota)[:20]
    meeting = Meeting(place="Sở", began_at=now - timedelta(hours=1), ended_at=now)
    parcel = Parcel(tuple(item.id for item in ready), meeting)
    handover.send(db, actor(db, "thuki"), quota, parcel, department="Sở GDĐT", key=KEY, now=now)
