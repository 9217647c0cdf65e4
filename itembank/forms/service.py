"""Verbs about forms: create, fill, replace, freeze; and forms administered elsewhere."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from .. import audit
from ..errors import Invalid, NotFound, Problem, msg, problem
from ..finding import index
from ..finding.service import note_exposure
from ..items.content import ItemContent, TrueFalseCluster
from ..items.models import Item
from ..likeness.repository import enemies_among, enemies_of
from ..openings import service as openings
from ..openings.service import Opened
from ..openings.states import KEYS
from ..permissions import Actor, require
from . import assembly, repository, rules, states
from .assembly import Chosen, Usable
from .models import FormItem, TestForm
from .readiness import problems_of, rubric_points
from .structures import ExamStructure, Part, presets


def create_form(
    db: Session, actor: Actor, *, preset: str, code: str, title: str, now: datetime
) -> TestForm:
    """An empty form that follows one of the shipped structures."""
    if preset not in presets():
        raise Invalid(
            "Chưa chọn cấu trúc đề.",
            code="preset_unknown",
            problems=[problem("preset", "Chọn một cấu trúc đề trong danh sách.")],
        )
    return create_form_from(db, actor, presets()[preset], code=code, title=title, now=now)


def create_form_from(
    db: Session, actor: Actor, structure: ExamStructure, *, code: str, title: str, now: datetime
) -> TestForm:
    """An empty form; it keeps a copy of the structure, so a later preset cannot change it."""
    require(rules.can_assemble(actor, structure.subject))
    _check_naming(db, code, title)
    if not structure.can_be_assembled:
        raise Invalid(
            "Cấu trúc này có phần thí sinh chọn câu để làm; hệ thống chưa lập được đề loại đó.",
            code="structure_unsupported",
            problems=[problem("preset", "Chọn cấu trúc khác.")],
        )
    form = TestForm(
        code=code.strip(),
        title=title.strip(),
        subject=structure.subject,
        structure=structure.model_dump(mode="json"),
        state=states.DRAFT,
        created_by=actor.person_id,
        created_at=now,
    )
    db.add(form)
    db.flush()
    after = {"code": form.code, "preset": structure.id}
    audit.record(db, actor, "form.created", "test_form", form.id, now=now, after=after)
    return form


def _check_naming(db: Session, code: str, title: str) -> None:
    found: list[Problem] = []
    if not title.strip():
        found.append(problem("title", "Ghi tên đề."))
    if not code.strip():
        found.append(problem("code", "Ghi mã đề."))
    elif len(code.strip()) > 60:
        found.append(problem("code", "Mã đề dài quá 60 kí tự; ghi ngắn lại."))
    elif repository.form_by_code(db, code.strip()):
        found.append(problem("code", msg("Mã đề «{code}» đã có; chọn mã khác.", code=code.strip())))
    if found:
        raise Invalid("Chưa tạo được đề.", code="form_invalid", problems=found)


def lock(db: Session, form: TestForm) -> None:
    """The form as it is now, held until commit: changing and freezing take turns."""
    db.refresh(form, with_for_update=True)


def open_with_keys(
    db: Session, actor: Actor, form: TestForm, *, now: datetime, purpose: str = KEYS
) -> list[repository.FormEntry]:
    """The whole paper with keys. Every look is recorded."""
    require(rules.can_view(actor, form))
    entries = open_places(db, actor, form, purpose, now=now)
    audit.record(db, actor, "form.opened_with_keys", "test_form", form.id, now=now)
    return entries


def open_places(
    db: Session, actor: Actor | None, form: TestForm, purpose: str, *, now: datetime
) -> list[repository.FormEntry]:
    """What stands in the form; each item of somebody else is an opening through this form."""
    entries = repository.entries(db, form.id)
    seen = [Opened(entry.item, entry.place.version_hash) for entry in entries]
    openings.record(db, actor, seen, purpose, now=now, form_id=form.id)
    return entries


def usable_pool(db: Session, actor: Actor, form: TestForm) -> list[Usable]:
    """Approved items this person may use. Only rubrics have to be read out of their content."""
    items = repository.usable_items(db, form.subject, not_by=actor.person_id)
    used = repository.times_used(db, other_than=form.id)
    essays = {i.approved_version for i, _ in items if i.kind == "essay" and i.approved_version}
    rubrics = {name: rubric_points(c) for name, c in repository.contents(db, essays).items()}
    return [_usable(item, stimulus, used[item.id], rubrics) for item, stimulus in items]


def _usable(
    item: Item, stimulus: str | None, times_used: int, rubrics: Mapping[str, Decimal | None]
) -> Usable:
    name = item.approved_version or ""
    return Usable(
        item_id=item.id,
        version_hash=name,
        kind=item.kind,
        level=item.level,
        topic=item.topic,
        n_categories=item.n_categories,
        times_used=times_used,
        stimulus=stimulus,
        rubric_points=rubrics.get(name),
    )


def fill_form(
    db: Session, actor: Actor, form: TestForm, *, seed: int, now: datetime, keep: bool = False
) -> list[FormItem]:
    """Choose items for every cell, replacing what stood there. A shortage changes nothing.

    With `keep`, what stands there and may still be used stays, and only what is missing is chosen.
    """
    lock(db, form)
    require(rules.can_change(actor, form))
    structure = repository.structure_of(form)
    pool = usable_pool(db, actor, form)
    enemies = enemies_among(db, {usable.item_id for usable in pool})
    standing = repository.form_items(db, form.id) if keep else []
    kept = _still_usable(standing, pool)
    chosen, short = assembly.fill(structure, pool, seed, enemies, kept)
    if short:
        raise Invalid(
            "Ngân hàng chưa đủ câu cho cấu trúc này; đề chưa thay đổi.",
            code="form_short",
            problems=[shortage.as_problem() for shortage in short],
        )
    placed_by = {place.version_hash: place.placed_by for place in standing}
    db.execute(delete(FormItem).where(FormItem.form_id == form.id))
    texts = repository.contents(db, (choice.usable.version_hash for choice in chosen))
    placed = [_place(actor, form, n, choice, texts) for n, choice in enumerate(chosen, start=1)]
    for place in placed:
        place.placed_by = placed_by.get(place.version_hash, actor.person_id)
    db.add_all(placed)
    form.seed = seed
    db.flush()
    after = {"seed": seed, "items": [place.version_hash for place in placed]}
    audit.record(db, actor, "form.filled", "test_form", form.id, now=now, after=after)
    return placed


def _still_usable(standing: Sequence[FormItem], pool: Sequence[Usable]) -> dict[str, list[Usable]]:
    """By part, what stands there in the version that may be used today."""
    usable = {one.version_hash: one for one in pool}
    kept: dict[str, list[Usable]] = {}
    for place in standing:
        if place.version_hash in usable:
            kept.setdefault(place.part, []).append(usable[place.version_hash])
    return kept


def place_of(db: Session, actor: Actor, form: TestForm, position: int, choice: Chosen) -> FormItem:
    """The row of one choice, with the points its part and its own content give it."""
    texts = repository.contents(db, [choice.usable.version_hash])
    return _place(actor, form, position, choice, texts)


def _place(
    actor: Actor,
    form: TestForm,
    position: int,
    choice: Chosen,
    texts: Mapping[str, ItemContent],
) -> FormItem:
    return FormItem(
        form_id=form.id,
        position=position,
        part=choice.part.code,
        number=choice.number,
        item_id=choice.usable.item_id,
        version_hash=choice.usable.version_hash,
        weights=weights_of(choice.part, texts[choice.usable.version_hash]),
        label=f"{choice.part.code}.{choice.number}",
        placed_by=actor.person_id,
    )


def weights_of(part: Part, content: ItemContent) -> list[str]:
    """Points for each category: the part's, or a cluster's own shares of the most it gives."""
    inside = content.interaction
    own = inside.shares if isinstance(inside, TrueFalseCluster) else ()
    if not own:
        return [format(points, "f") for points in part.weights]
    return [format((share * part.weights[-1]).normalize(), "f") for share in own]


def replacements(db: Session, actor: Actor, form: TestForm, place: FormItem) -> list[Usable]:
    """Items that could stand here without changing the matrix, the least used first."""
    part = repository.structure_of(form).part(place.part)
    level = _level_of(db, place)
    there = {p.item_id for p in repository.form_items(db, form.id)} - {place.item_id}
    barred = there.union(*(enemies_of(db, item_id) for item_id in there))
    fitting = [
        usable
        for usable in usable_pool(db, actor, form)
        if usable.item_id not in barred
        and usable.version_hash != place.version_hash
        and _same_cell(usable, part, level)
    ]
    return sorted(fitting, key=lambda u: (u.times_used, str(u.item_id)))


def _same_cell(usable: Usable, part: Part, level: str | None) -> bool:
    levels_matter = any(cell.level for cell in part.cells)
    return usable.suits(part) and (not levels_matter or usable.level == level)


def _level_of(db: Session, place: FormItem) -> str | None:
    hashes = [place.version_hash] if place.version_hash else []
    return next((c.level for c in repository.contents(db, hashes).values()), None)


def replace_item(
    db: Session,
    actor: Actor,
    form: TestForm,
    place_id: uuid.UUID,
    item_id: uuid.UUID | None = None,
    *,
    now: datetime,
) -> FormItem:
    """Put another item of the same cell here: the given one, or the least used."""
    lock(db, form)
    require(rules.can_change(actor, form))
    place = db.get(FormItem, place_id)
    if place is None or place.form_id != form.id:
        raise NotFound("Câu này không có trong đề. Tải lại trang đề rồi chọn lại.")
    options = replacements(db, actor, form, place)
    fresh = next((u for u in options if item_id in (None, u.item_id)), None)
    if fresh is None:
        raise Invalid(
            "Ngân hàng không còn câu nào khác cùng dạng và cùng cấp độ để thay.",
            code="no_replacement",
        )
    before = {"place": place.label, "version": place.version_hash}
    place.item_id, place.version_hash = fresh.item_id, fresh.version_hash
    part = repository.structure_of(form).part(place.part)
    place.weights = weights_of(
        part, repository.contents(db, [fresh.version_hash])[fresh.version_hash]
    )
    place.placed_by = actor.person_id
    db.flush()
    after = {"place": place.label, "version": place.version_hash}
    audit.record(
        db, actor, "form.item_replaced", "test_form", form.id, now=now, before=before, after=after
    )
    return place


def freeze_form(db: Session, actor: Actor, form: TestForm, *, now: datetime) -> TestForm:
    """Pin the versions and points for good; the hash names the paper from now on."""
    lock(db, form)
    require(rules.can_freeze(actor, form))
    entries = repository.entries(db, form.id)
    wrote = repository.authors(db, {e.place.version_hash or "" for e in entries}).values()
    require(rules.can_use_item(actor, {*wrote, *(e.item.author_id for e in entries)}))
    enemies = enemies_among(db, {e.item.id for e in entries})
    found = problems_of(repository.structure_of(form), entries, enemies)
    if found:
        raise Invalid("Đề chưa chốt được.", code="form_not_ready", problems=found)
    form.state, form.frozen_at = states.FROZEN, now
    form.hash = form_hash([entry.place for entry in entries])
    db.flush()
    note_exposure(db, [entry.item.id for entry in entries])
    audit.record(db, actor, "form.frozen", "test_form", form.id, now=now, after={"hash": form.hash})
    return form


def form_hash(places: Sequence[FormItem]) -> str:
    """SHA-256 over parts, numbers, version hashes and points, in order."""
    rows = [[p.part, p.number, p.version_hash, p.weights] for p in places]
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def create_external_form(
    db: Session,
    actor: Actor | None,
    *,
    code: str,
    title: str,
    subject: str,
    items: Sequence[tuple[str, int]],
    now: datetime,
) -> TestForm:
    """A form administered elsewhere: labels and numbers of categories, no content of ours."""
    if actor is not None:
        require(rules.can_create_external(actor, subject))
    _check_naming(db, code, title)
    _check_labels(items)
    form = TestForm(
        code=code.strip(),
        title=title.strip(),
        subject=subject,
        structure={},
        state=states.EXTERNAL,
        created_by=actor.person_id if actor else None,
        created_at=now,
    )
    db.add(form)
    db.flush()
    for position, (label, n_categories) in enumerate(items, start=1):
        _add_external(db, form, position, label, n_categories, now)
    db.flush()
    after = {"code": form.code, "items": len(items)}
    audit.record(db, actor, "form.external_created", "test_form", form.id, now=now, after=after)
    return form


def _check_labels(items: Sequence[tuple[str, int]]) -> None:
    found = [problem("items", "Đề cần ít nhất một câu.")] if not items else []
    seen: set[str] = set()
    for label, n_categories in items:
        if label in seen:
            found.append(problem(label.replace("{", ""), "Nhãn câu bị lặp; mỗi câu một nhãn."))
        if n_categories < 2:
            found.append(problem(label.replace("{", ""), "Câu cần ít nhất hai mức điểm."))
        seen.add(label)
    if found:
        raise Invalid("Chưa tạo được đề từ nơi khác.", code="form_invalid", problems=found)


def _add_external(
    db: Session, form: TestForm, position: int, label: str, n_categories: int, now: datetime
) -> None:
    item = Item(
        code=f"{form.code[:50]}-{position:04d}",
        kind="external",
        subject=form.subject,
        label=label,
        state="external",
        n_categories=n_categories,
        created_at=now,
    )
    db.add(item)
    db.flush()
    index.put(db, index.words_of(item, label))
    db.add(
        FormItem(
            form_id=form.id,
            position=position,
            part="",
            number=position,
            item_id=item.id,
            weights=[str(category) for category in range(n_categories)],
            label=label,
        )
    )
