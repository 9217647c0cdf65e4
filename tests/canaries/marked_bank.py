"""A sitting on a form whose every secret carries its own mark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from delivery.safe_exam_browser import service as safe_exam_browser
from delivery.sittings.models import Candidate, Sitting
from itembank.forms import repository as forms_repository
from itembank.forms import service as forms
from itembank.forms.structures import ExamStructure
from itembank.items.content import ItemContent
from itembank.permissions import Role
from tests.canaries.hiding_places import digits_of, mark_of
from tests.factories.attempts import make_candidate
from tests.factories.forms import make_actor, make_item, make_person, make_unit

SEEN = "stem of the choice"  # the one mark the candidate is meant to read


class Marks:
    """Hands out marks and remembers which place each stands for."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.by_place: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        return self._kept(place, mark_of(self.prefix + place))

    def digits(self, place: str) -> str:
        return self._kept(place, digits_of(self.prefix + place))

    def _kept(self, place: str, mark: str) -> str:
        self.by_place[self.prefix + place] = mark
        return mark


def marked_contents(mark: Marks, *, mark_the_seen: bool = False) -> list[ItemContent]:
    """Items of the kinds that have a place for a mark; with `mark_the_seen`, stems and options too."""

    def seen(place: str) -> str:
        return mark(place) if mark_the_seen or place == SEEN else f"Câu {place}"

    options = [
        {"id": i, "body": f"<p>{seen('option ' + i)}</p>", "rationale": mark(f"rationale {i}")}
        for i in "ABCD"
    ]
    statements = [
        {"id": i, "body": f"<p>{seen('statement ' + i)}</p>", "key": i in "ac",
         "rationale": mark(f"rationale of statement {i}")}
        for i in "abcd"
    ]  # fmt: skip
    levels = [{"points": p, "text": mark(f"rubric level {p}")} for p in ("0", "4")]
    rubric = [{"id": "r1", "criterion": mark("criterion"), "levels": levels}]
    short = {"type": "short", "keys": [mark.digits("key of the short")], "max_chars": 24,
             "hint": seen("hint")}  # fmt: skip
    essay = {"type": "essay", "rubric": rubric, "model_answer": f"<p>{mark('model answer')}</p>"}
    parts: list[tuple[str, dict[str, Any]]] = [
        ("choice", {"type": "choice", "options": options, "key": "B"}),
        ("tf_cluster", {"type": "tf_cluster", "statements": statements}),
        ("short", short),
        ("essay", essay),
        *_further(mark, seen),
    ]
    return [_content(kind, part, mark, seen(f"stem of the {kind}")) for kind, part in parts]


def _further(mark: Marks, seen: Callable[[str], str]) -> list[tuple[str, dict[str, Any]]]:
    def options(of: str) -> list[dict[str, Any]]:
        return [
            {"id": i, "body": f"<p>{seen(f'option {i} of {of}')}</p>",
             "rationale": mark(f"rationale {i} of {of}")}
            for i in "AB"
        ]  # fmt: skip

    target = {"id": mark("target"), "shape": "rect", "coords": [1, 2, 3, 4], "label": mark("label")}
    places: list[tuple[str, dict[str, Any]]] = [
        ("R1", {"type": "entry", "keys": [mark("key of a place"), mark("other key of a place")]}),
        ("R2", {"type": "multiple", "options": options("a place"), "keys": ["B"], "most": 1}),
        ("R3", {"type": "picture_points", "width": 9, "height": 9, "targets": [target]}),
        ("R4", {"type": "order", "options": options("an order"), "keys": ["B", "A"]}),
        ("R5", {"type": "text"}),
    ]
    gap = {"id": "G1", "keys": [mark("key of a gap")]}
    return [
        ("multiple", {"type": "multiple", "options": options("the multiple"), "keys": ["A"]}),
        ("cloze", {"type": "cloze", "gaps": [gap]}),
        ("composite", {"type": "composite", "places": [
            {"id": name, "asks": asks} for name, asks in places]}),
    ]  # fmt: skip


GAPS = {"cloze": ["G1"], "composite": ["R1", "R2", "R3", "R4", "R5"]}


def _content(kind: str, interaction: dict[str, Any], mark: Marks, stem: str) -> ItemContent:
    return ItemContent.model_validate(
        {
            "kind": kind,
            "subject": "toan",
            "grade": 12,
            "topic": "toan.12.dao-ham",
            "outcome": mark(f"outcome of {kind}"),
            "level": "biet",
            "stem": f"<p>{stem}</p>"
            + "".join(f'<p><span data-gap="{gap}"></span></p>' for gap in GAPS.get(kind, [])),
            "solution": f"<p>{mark(f'solution of {kind}')}</p>",
            "interaction": interaction,
        }
    )


STRUCTURE = ExamStructure.model_validate(
    {
        "id": "marked",
        "title": "Đề có dấu",
        "subject": "toan",
        "minutes": 45,
        "total": "11.75",
        "parts": [
            {"code": "I", "title": "I", "kind": "choice", "count": 1, "weights": ["0", "0.25"]},
            {"code": "II", "title": "II", "kind": "tf_cluster", "count": 1,
             "weights": ["0", "0.1", "0.25", "0.5", "1"]},
            {"code": "III", "title": "III", "kind": "short", "count": 1, "weights": ["0", "0.5"]},
            {"code": "IV", "title": "IV", "kind": "essay", "count": 1, "weights": ["0", "4"]},
            {"code": "V", "title": "V", "kind": "multiple", "count": 1, "weights": ["0", "1"]},
            {"code": "VI", "title": "VI", "kind": "cloze", "count": 1, "weights": ["0", "1"]},
            {"code": "VII", "title": "VII", "kind": "composite", "count": 1,
             "weights": ["0", "1", "2", "3", "4"]},
        ],
    }
)  # fmt: skip


@dataclass(frozen=True)
class MarkedRoom:
    """An open sitting, its candidate, and what each mark would betray."""

    sitting: Sitting
    candidate: Candidate
    items: list[Any]
    secrets: dict[str, str]
    seen: str


def make_marked_room(db: Session, *, now: datetime) -> MarkedRoom:
    unit = make_unit(db, "SO-HP")
    author_mark, mark, unselected = Marks("author: "), Marks("form: "), Marks("unselected: ")
    author = make_person(db, unit, author_mark("user name").lower(), Role.TEACHER, now=now)
    officer = make_actor(db, unit, "totchuc", Role.EXAM_OFFICER, Role.INVIGILATOR, now=now)
    items = [make_item(db, author, content, now=now) for content in marked_contents(mark)]
    form = forms.create_form_from(db, officer, STRUCTURE, code="DE-01", title="Đề nhỏ", now=now)
    forms.fill_form(db, officer, form, seed=1, now=now)
    form = forms.freeze_form(db, officer, form, now=now)
    for content in marked_contents(unselected, mark_the_seen=True):
        make_item(db, author, content, now=now)
    sitting = Sitting(
        title="Thi thử", form_id=form.id, unit_id=unit.id, starts_at=now, minutes=45, state="open",
        created_at=now, opened_at=now,
    )  # fmt: skip
    db.add(sitting)
    db.flush()
    secrets = mark.by_place | unselected.by_place | author_mark.by_place
    browser = safe_exam_browser.prepare(
        db, officer, sitting, public_origin="http://testserver", password=mark("file password"),
        quit_password=mark("quit password"), now=now,
    )  # fmt: skip
    secrets |= mark.by_place | {"config key": browser.config_key}
    secrets |= {f"item code {item.code}": item.code for item in items}
    return MarkedRoom(
        sitting=sitting,
        candidate=make_candidate(db, sitting, now=now),
        items=[place.id for place in forms_repository.form_items(db, form.id)],
        seen=secrets.pop("form: " + SEEN),
        secrets=secrets,
    )
