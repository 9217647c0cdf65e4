"""Fills an empty database with the demo province: people, bank, a form, a sitting.

Everything goes through the same services as in use, so the demo has the same versions, verdicts,
decisions and audit events a real province would have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import yaml
from sqlalchemy.orm import Session

from delivery.sittings import service as sittings
from delivery.sittings.models import Sitting
from itembank.curriculum import SUBJECTS
from itembank.families import service as families
from itembank.forms import service as forms
from itembank.forms.models import TestForm
from itembank.items import service as items
from itembank.items.content import ItemContent
from itembank.items.models import Item
from itembank.items.stimuli import add_stimulus
from itembank.notices import service as notices
from itembank.people import repository as people
from itembank.people import service as people_service
from itembank.people.models import Person, Unit
from itembank.permissions import Actor, Role
from itembank.review import repository as reviews
from itembank.review import service as review
from itembank.review.checklists import MET

from ..auth import passwords
from .bank_files import DEMO, DemoBank, DemoItem, family_templates, open_work, read_bank
from .handover import add_quota
from .practice import add_practice
from .staff_records import add_staff_records
from .stock import add_stock

PASSWORD = "khaothi-demo-2026"
FORM_CODE = "TOAN-2025-01"
SEED = 2026
COUNCIL = "03"
DRAFTED = ("vat-li", "hoa-hoc", "sinh-hoc", "lich-su", "dia-li", "gdktpl", "ngu-van")
CODES = ("ACDEF-34679", "GHJKM-43769", "NPQRT-67934", "UVWXY-96743", "CDEFG-HJKMN")
CANDIDATES = (
    ("Nguyễn Thị Minh Anh", "14/02/2009", "07"),
    ("Phạm Gia Bảo", "03/09/2009", "08"),
    ("Trần Đức Cường", "21/11/2009", "09"),
    ("Lê Khánh Duyên", "30/05/2009", "10"),
    ("Vũ Hoàng Hải", "08/12/2009", "11"),
)
MOST_PICTURE_BYTES = 200_000

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Cast:
    """The people of the demo by user name, and the units by code."""

    people: dict[str, Person]
    units: dict[str, Unit]
    reviewers: dict[str, str]
    authors: dict[str, str]
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, db: Session, username: str) -> Actor:
        """Nobody's roles change while the demo is loaded."""
        if username not in self.actors:
            self.actors[username] = people.load_actor(db, self.people[username])
        return self.actors[username]


def is_loaded(db: Session) -> bool:
    return people.person_by_username(db, "giaovien") is not None


def load(db: Session, *, now: datetime, progress: Progress = lambda _: None) -> None:
    """Fill the database; all of it in the caller's transaction."""
    province = yaml.safe_load((DEMO / "province.yaml").read_text("utf-8"))
    progress("Tạo đơn vị và tài khoản")
    cast = _cast(db, province, now)
    bank = read_bank()
    progress(f"Đưa {len(bank.items)} câu hỏi qua thẩm định")
    _load_bank(db, cast, bank, now)
    for person in cast.people.values():
        notices.mark_read(db, person.id, now=now)  # the bank's history is no news
    progress("Lập đề Toán theo cấu trúc 2025")
    form = _form(db, cast, now)
    _sitting(db, cast, form, now)
    progress("Lập đề nháp cho các môn khác")
    for subject in DRAFTED:
        _drafted_form(db, cast, subject, now)
    _open_work(db, cast, now)
    _families(db, cast, now)
    add_staff_records(db, cast.people, cast.units, now=now)
    cast.actors.clear()  # units were added and moved: how far a role reaches is read anew
    add_stock(db, cast.actor(db, "thuki"), now=now)
    add_practice(db, cast.actor(db, cast.authors["vat-li"]), now=now)
    add_quota(db, cast.actor(db, "totchuc"), now=now)


def shown_accounts() -> list[tuple[str, str]]:
    province = yaml.safe_load((DEMO / "province.yaml").read_text("utf-8"))
    return [(p["username"], p["shown"]) for p in province["people"] if "shown" in p]


def _cast(db: Session, province: dict[str, Any], now: datetime) -> Cast:
    units: dict[str, Unit] = {}
    for entry in province["units"]:
        units[entry["code"]] = people_service.create_unit(
            db,
            code=entry["code"],
            name=entry["name"],
            kind=entry["kind"],
            admin_parent=units.get(entry.get("parent", "")),
        )
    hashed = passwords.hash_password(PASSWORD)
    cast: dict[str, Person] = {}
    for entry in province["people"]:
        cast[entry["username"]] = _person(db, entry, units, hashed, now)
    return Cast(cast, units, province["reviewers"], province["authors"])


def _person(
    db: Session, entry: dict[str, Any], units: dict[str, Unit], hashed: str, now: datetime
) -> Person:
    person = people_service.create_person(
        db,
        None,
        unit=units[entry["unit"]],
        username=entry["username"],
        full_name=entry["name"],
        password_hash=hashed,
        now=now,
        subjects=tuple(entry.get("subjects", ())),
        must_change_password=False,
    )
    at = units[entry.get("at", entry["unit"])]
    for role in entry["roles"]:
        people_service.grant_role(db, None, person, Role(role), at, now=now)
    return person


def _load_bank(db: Session, cast: Cast, bank: DemoBank, now: datetime) -> None:
    for name, body in bank.pictures.items():
        stored = items.add_asset(db, None, body, most_bytes=MOST_PICTURE_BYTES, now=now)
        bank.stored_as[name] = stored.sha256
    stimuli: dict[str, str] = {}
    for code, content in bank.stimuli.items():
        author = cast.actor(db, cast.authors[content.subject])
        kept = content.model_copy(update={"body": bank.with_stored_pictures(content.body)})
        stimuli[code] = add_stimulus(db, author, code=code, content=kept, now=now).hash
    for entry in bank.items:
        _approve(db, cast, _submit(db, cast, bank, entry, stimuli, now), now)


def _submit(
    db: Session, cast: Cast, bank: DemoBank, entry: DemoItem, stimuli: dict[str, str], now: datetime
) -> Item:
    author = cast.actor(db, cast.authors[entry.content.subject])
    content = bank.stored_content(entry, stimuli.get(entry.stimulus or ""))
    item = _draft(db, author, entry.code, content, now)
    review.submit(db, author, item, now=now)
    return item


def _draft(db: Session, author: Actor, code: str, content: ItemContent, now: datetime) -> Item:
    item = items.create_item(
        db,
        author,
        kind=content.kind,
        subject=content.subject,
        grade=content.grade,
        code=code,
        now=now,
    )
    items.save_draft(db, author, item, content, expected_revision=1, now=now)
    return item


def _approve(db: Session, cast: Cast, item: Item, now: datetime) -> None:
    """Both reviewers accept and the secretary approves, each as themselves."""
    round_ = reviews.open_round(db, item)
    assert round_ is not None
    for task in reviews.tasks_of_round(db, round_.id):
        checklist = {criterion.code: MET for criterion in review.criteria_of(db, task)}
        reviewer = people.load_actor(db, people_service.person_of(db, task.assignment.reviewer_id))
        review.give_verdict(
            db,
            reviewer,
            task.assignment,
            verdict="accept",
            checklist=checklist,
            comment="",
            now=now,
        )
    secretary = cast.actor(db, cast.reviewers["secretary"])
    review.decide(db, secretary, round_, decision="approve", reason="", now=now)


def _form(db: Session, cast: Cast, now: datetime) -> TestForm:
    officer = cast.actor(db, "totchuc")
    form = forms.create_form(
        db,
        officer,
        preset="thpt-2025-toan",
        code=FORM_CODE,
        title="Thi thử tốt nghiệp THPT, môn Toán, đề số 1",
        now=now,
    )
    forms.fill_form(db, officer, form, seed=SEED, now=now)
    return forms.freeze_form(db, officer, form, now=now)


def _drafted_form(db: Session, cast: Cast, subject: str, now: datetime) -> TestForm:
    """A paper filled from the bank by the year's structure, still open to changes."""
    officer = cast.actor(db, "totchuc")
    form = forms.create_form(
        db,
        officer,
        preset=f"thpt-2025-{subject}",
        code=f"{subject.upper()}-2025-01",
        title=f"Thi thử tốt nghiệp THPT, môn {SUBJECTS[subject]}, đề số 1",
        now=now,
    )
    forms.fill_form(db, officer, form, seed=SEED, now=now)
    return form


def _sitting(db: Session, cast: Cast, form: TestForm, now: datetime) -> Sitting:
    """A sitting that is open now, with five candidates whose demo codes are known."""
    officer = cast.actor(db, "totchuc")
    sitting = sittings.create_sitting(
        db,
        officer,
        form=form,
        title="Thi thử tốt nghiệp THPT",
        unit=cast.units["THPT-HD"],
        starts_at=now + timedelta(minutes=1),
        minutes=90,
        late_minutes=None,  # a visitor may come at any time
        openers=1,  # and has nobody to open with
        now=now,
    )
    lines = ["so_bao_danh,ho_ten,ngay_sinh,truong,phong,may"]
    for number, (name, born, seat) in enumerate(CANDIDATES, start=1):
        lines.append(f"{COUNCIL}{number:06d},{name},{born},THPT Hải Đăng,03,{seat}")
    data = "\n".join(lines).encode()
    candidates = sittings.import_roster(db, officer, sitting, data, now=now)
    codes = iter(CODES)
    sittings.issue_codes(
        db,
        officer,
        sitting,
        candidates,
        new_code=lambda: next(codes),
        hash_code=passwords.hash_code,
        now=now,
    )
    return sittings.open_sitting(db, officer, sitting, now=now)


def _families(db: Session, cast: Cast, now: datetime) -> None:
    """Three item families, one of them with two items on the teacher's desk."""
    teacher = cast.actor(db, "giaovien")
    made = [families.add_family(db, teacher, one, now=now) for one in family_templates()]
    families.add_instances(db, teacher, made[0], count=2, seed=SEED, now=now)


def _open_work(db: Session, cast: Cast, now: datetime) -> None:
    """Something on every desk: a draft, items under appraisal, one that came back."""
    teacher = cast.actor(db, "giaovien")
    for entry in open_work():
        item = _draft(db, teacher, entry.item.code, entry.item.content, now)
        if entry.fate != "draft":
            review.submit(db, teacher, item, now=now)
        if entry.fate == "returned":
            _return(db, cast, item, now)


def _return(db: Session, cast: Cast, item: Item, now: datetime) -> None:
    round_ = reviews.open_round(db, item)
    assert round_ is not None
    task = reviews.tasks_of_round(db, round_.id)[0]
    reviewer = people.load_actor(db, people_service.person_of(db, task.assignment.reviewer_id))
    checklist = {criterion.code: MET for criterion in review.criteria_of(db, task)}
    reason = "Phương án A và C cùng đúng: hàm số nghịch biến trên từng khoảng xác định."
    review.give_verdict(
        db,
        reviewer,
        task.assignment,
        verdict="revise",
        checklist={**checklist, "key": "chua_dat"},
        comment=reason,
        now=now,
    )
    secretary = cast.actor(db, cast.reviewers["secretary"])
    review.decide(db, secretary, round_, decision="return", reason=reason, now=now)
