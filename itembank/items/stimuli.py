"""Verbs about shared material: create, change. Items name a version of it by its hash, so what an
item was appraised with never changes under it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from .. import audit
from ..errors import Invalid, Problem, msg, problem
from ..permissions import Actor, require
from . import repository, rules
from .checks import recording_problems
from .content import SCHEMA, StimulusContent, canonical_bytes, version_name
from .html import assets_in, has_text, images_without_alt, sanitise
from .models import Stimulus, StimulusVersion


def add_stimulus(
    db: Session, actor: Actor, *, code: str, content: StimulusContent, now: datetime
) -> StimulusVersion:
    """A stimulus with its first frozen version."""
    require(rules.can_create(actor, content.subject))
    if repository.stimulus_by_code(db, code) is not None:
        raise Invalid(
            msg("Mã «{code}» đã có trong ngân hàng; chọn mã khác.", code=code),
            problems=[problem("code", "Chọn mã khác.")],
        )
    kept = _checked(db, content)
    _refuse_twin(db, kept)
    stimulus = Stimulus(
        code=code, subject=content.subject, author_id=actor.person_id, created_at=now
    )
    db.add(stimulus)
    db.flush()
    version = _freeze(db, actor, stimulus, kept, now)
    audit.record(db, actor, "stimulus.added", "stimulus", stimulus.id, now=now)
    return version


def change_stimulus(
    db: Session, actor: Actor, stimulus: Stimulus, content: StimulusContent, *, now: datetime
) -> StimulusVersion:
    """A new version. Items keep the version they name until their authors choose the new one."""
    require(rules.can_change_stimulus(actor, stimulus))
    db.refresh(stimulus, with_for_update=True)
    if content.subject != stimulus.subject:
        raise Invalid("Không đổi được môn của ngữ liệu đã có; hãy thêm ngữ liệu mới.")
    kept = _checked(db, content)
    _refuse_twin(db, kept)
    version = _freeze(db, actor, stimulus, kept, now)
    audit.record(
        db,
        actor,
        "stimulus.changed",
        "stimulus",
        stimulus.id,
        now=now,
        after={"version": version.hash},
    )
    return version


def _checked(db: Session, content: StimulusContent) -> StimulusContent:
    kept = content.model_copy(update={"body": sanitise(content.body)})
    found = _problems(db, kept)
    if found:
        raise Invalid("Ngữ liệu chung chưa đủ.", code="stimulus_incomplete", problems=found)
    return kept


def _problems(db: Session, content: StimulusContent) -> list[Problem]:
    found = []
    if not has_text(content.body):
        found.append(problem("body", "Ghi nội dung ngữ liệu."))
    if images_without_alt(content.body):
        found.append(problem("body", "Có hình chưa có lời mô tả; ghi lời mô tả cho từng hình."))
    found += recording_problems(content.recording)
    named = set(assets_in(canonical_bytes(content).decode()))
    if named - repository.known_assets(db, named):
        found.append(problem("body", "Có hình hoặc âm thanh không còn trong ngân hàng; thêm lại."))
    return found


def _refuse_twin(db: Session, content: StimulusContent) -> None:
    if repository.stimulus_version(db, version_name(canonical_bytes(content))) is not None:
        raise Invalid(
            "Ngữ liệu này trùng hoàn toàn với một ngữ liệu đã có trong ngân hàng.",
            code="identical_stimulus",
        )


def _freeze(
    db: Session, actor: Actor, stimulus: Stimulus, content: StimulusContent, now: datetime
) -> StimulusVersion:
    stored = canonical_bytes(content)
    version = StimulusVersion(
        hash=version_name(stored),
        stimulus_id=stimulus.id,
        number=repository.next_stimulus_number(db, stimulus),
        schema=SCHEMA,
        stored=stored,
        author_id=actor.person_id,
        created_at=now,
    )
    db.add(version)
    db.flush()
    return version
