"""Assembling a form: cells filled, shortages told by cell, nothing written by the assembler."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from delivery.render import candidate_parts
from itembank.audit import AuditEvent
from itembank.errors import Invalid, Refused
from itembank.forms import repository, service
from itembank.forms.models import FormItem
from itembank.items.models import Item
from itembank.permissions import Role
from itembank.stock import service as stock
from tests.factories.forms import (
    choice_content,
    cluster_content,
    make_actor,
    make_bank,
    make_frozen_form,
    make_item,
    make_person,
    make_stimulus,
    make_unit,
    short_content,
    small_structure,
)


@pytest.fixture
def desk(db, now):
    """An officer, an author with a bank, and a fresh form."""
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", Role.TEACHER, now=now)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    make_bank(db, author, now=now)
    return officer, author


def _new(db, officer, now, code="T01"):
    return service.create_form(
        db, officer, preset="thpt-2025-toan", code=code, title="Thi thử", now=now
    )


def _cells(db, form):
    return Counter((e.place.part, e.content.level) for e in repository.entries(db, form.id))


def test_filled_form_has_the_matrix_of_its_structure(db, desk, now) -> None:
    form = _new(db, desk[0], now)
    service.fill_form(db, desk[0], form, seed=7, now=now)
    cells = _cells(db, form)
    assert cells["I", "biet"] == 6 and cells["I", "hieu"] == 4 and cells["I", "van_dung"] == 2
    assert cells["II", "hieu"] >= 1 and cells["II", "van_dung"] >= 2
    assert cells["III", "hieu"] == 2 and cells["III", "van_dung"] == 4
    places = repository.form_items(db, form.id)
    assert [p.position for p in places] == list(range(1, 23))
    assert [p.number for p in places if p.part == "II"] == [1, 2, 3, 4]


def test_same_seed_gives_the_same_form_and_another_seed_another(db, desk, now) -> None:
    form = _new(db, desk[0], now)

    def filled(seed):
        service.fill_form(db, desk[0], form, seed=seed, now=now)
        return [p.version_hash for p in repository.form_items(db, form.id)]

    first = filled(1)
    assert filled(2) != first
    assert filled(1) == first


def test_bank_of_the_demo_gives_three_forms_without_a_shared_item(db, desk, now) -> None:
    met: Counter = Counter()
    for code in ("A", "B", "C"):
        form = _new(db, desk[0], now, code)
        service.fill_form(db, desk[0], form, seed=5, now=now)
        met.update(p.item_id for p in repository.form_items(db, form.id))
    assert len(met) == 66 and set(met.values()) == {1}


def test_items_are_spread_over_topics(db, desk, now) -> None:
    form = _new(db, desk[0], now)
    service.fill_form(db, desk[0], form, seed=3, now=now)
    topics = Counter(e.content.topic for e in repository.entries(db, form.id))
    assert max(topics.values()) - min(topics.values()) <= 2


def test_nothing_given_to_a_class_is_chosen(db, desk, now) -> None:
    given = db.scalars(select(Item.id).where(Item.kind == "short")).all()
    stock.note_given_out(db, desk[0], given, reason="Lớp 12A1", now=now)
    with pytest.raises(Invalid) as refused:
        service.fill_form(db, desk[0], _new(db, desk[0], now), seed=1, now=now)
    assert {str(p.where) for p in refused.value.problems} == {
        "Phần III · Hiểu",
        "Phần III · Vận dụng",
    }


def test_nothing_written_by_the_assembler_is_chosen(db, desk, now) -> None:
    officer_author = make_actor(db, make_unit(db, "X"), "haivai", Role.EXAM_OFFICER, now=now)
    own = db.scalars(select(Item).where(Item.kind == "short")).all()
    for item in own:
        item.author_id = officer_author.person_id
    db.flush()
    form = _new(db, officer_author, now)
    with pytest.raises(Invalid) as refused:
        service.fill_form(db, officer_author, form, seed=1, now=now)
    assert [str(p.where) for p in refused.value.problems] == [
        "Phần III · Hiểu",
        "Phần III · Vận dụng",
    ]


def test_shortage_names_each_cell_and_changes_nothing(db, desk, now) -> None:
    officer, _ = desk
    form = _new(db, officer, now)
    service.fill_form(db, officer, form, seed=1, now=now)
    before = [p.version_hash for p in repository.form_items(db, form.id)]
    clusters = select(Item).where(Item.kind == "tf_cluster", Item.level == "van_dung")
    for item in db.scalars(clusters.order_by(Item.code)).all()[1:]:
        item.state = "retired"
    db.flush()
    with pytest.raises(Invalid) as refused:
        service.fill_form(db, officer, form, seed=2, now=now)
    assert refused.value.code == "form_short"
    told = [(str(p.where), str(p.what)) for p in refused.value.problems]
    assert told == [("Phần II · Vận dụng", "Cần 2 câu, ngân hàng có 1: thiếu 1 câu.")]
    assert [p.version_hash for p in repository.form_items(db, form.id)] == before


def test_items_not_approved_are_not_chosen(db, now) -> None:
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", now=now)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    make_item(db, author, choice_content(), now=now, approved=False)
    form = service.create_form_from(
        db, officer, small_structure(choice=1), code="N", title="N", now=now
    )
    with pytest.raises(Invalid):
        service.fill_form(db, officer, form, seed=1, now=now)


def test_replacing_keeps_the_cell_and_takes_another_item(db, desk, now) -> None:
    officer, _ = desk
    form = _new(db, officer, now)
    service.fill_form(db, officer, form, seed=1, now=now)
    before = _cells(db, form)
    place = repository.form_items(db, form.id)[0]
    old = place.item_id
    service.replace_item(db, officer, form, place.id, now=now)
    assert place.item_id != old
    assert _cells(db, form) == before


def test_replacing_when_nothing_is_left_says_so(db, now) -> None:
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", now=now)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    make_item(db, author, choice_content(), now=now)
    form = service.create_form_from(
        db, officer, small_structure(choice=1), code="N", title="N", now=now
    )
    (place,) = service.fill_form(db, officer, form, seed=1, now=now)
    with pytest.raises(Invalid) as refused:
        service.replace_item(db, officer, form, place.id, now=now)
    assert refused.value.code == "no_replacement"


def test_frozen_form_has_a_hash_and_never_changes(db, desk, now) -> None:
    officer, _ = desk
    form = _new(db, officer, now)
    service.fill_form(db, officer, form, seed=1, now=now)
    service.freeze_form(db, officer, form, now=now)
    assert form.state == "frozen"
    assert form.hash == service.form_hash(repository.form_items(db, form.id))
    for change in (
        lambda: service.fill_form(db, officer, form, seed=2, now=now),
        lambda: service.replace_item(
            db, officer, form, repository.form_items(db, form.id)[0].id, now=now
        ),
        lambda: service.freeze_form(db, officer, form, now=now),
    ):
        with pytest.raises(Refused):
            change()


def test_hash_depends_on_versions_points_and_order(db, desk, now) -> None:
    officer, _ = desk
    form = _new(db, officer, now)
    service.fill_form(db, officer, form, seed=1, now=now)
    places = list(repository.form_items(db, form.id))
    whole = service.form_hash(places)
    assert service.form_hash([places[1], places[0], *places[2:]]) != whole
    other = FormItem(part="I", number=1, version_hash=places[0].version_hash, weights=["0", "9"])
    assert service.form_hash([other, *places[1:]]) != whole


def test_form_is_frozen_only_when_full_and_current(db, desk, now) -> None:
    officer, _ = desk
    form = _new(db, officer, now)
    with pytest.raises(Invalid) as refused:
        service.freeze_form(db, officer, form, now=now)
    assert len(refused.value.problems) == 3
    service.fill_form(db, officer, form, seed=1, now=now)
    place = repository.form_items(db, form.id)[4]
    db.get_one(Item, place.item_id).state = "retired"
    db.flush()
    with pytest.raises(Invalid) as refused:
        service.freeze_form(db, officer, form, now=now)
    assert [str(p.where) for p in refused.value.problems] == ["Phần I, câu 5"]


def test_only_exam_officers_of_the_subject_assemble(db, now) -> None:
    unit = make_unit(db)
    teacher = make_actor(db, unit, "gv", Role.TEACHER, now=now)
    physicist = make_actor(db, unit, "vl", Role.EXAM_OFFICER, now=now, subject="vat-li")
    for actor in (teacher, physicist):
        with pytest.raises(Refused):
            _new(db, actor, now)


def test_form_code_is_unique_and_needed(db, desk, now) -> None:
    _new(db, desk[0], now)
    with pytest.raises(Invalid) as refused:
        _new(db, desk[0], now)
    assert [str(p.where) for p in refused.value.problems] == ["code"]
    with pytest.raises(Invalid) as refused:
        service.create_form(db, desk[0], preset="thpt-2025-toan", code=" ", title="", now=now)
    assert {str(p.where) for p in refused.value.problems} == {"code", "title"}


def test_unknown_preset_and_paper_with_optional_blocks_are_refused(db, desk, now) -> None:
    for preset, code in (("khong-co", "preset_unknown"), ("thpt-2025-tin-hoc", None)):
        with pytest.raises(Invalid) as refused:
            service.create_form(db, desk[0], preset=preset, code="K", title="K", now=now)
        assert refused.value.code == (code or "structure_unsupported")


def test_each_verb_leaves_one_audit_event(db, desk, now) -> None:
    officer, _ = desk
    form = _new(db, officer, now)
    service.fill_form(db, officer, form, seed=1, now=now)
    service.replace_item(db, officer, form, repository.form_items(db, form.id)[0].id, now=now)
    service.freeze_form(db, officer, form, now=now)
    query = select(AuditEvent.action).where(AuditEvent.object_id == str(form.id))
    assert db.scalars(query.order_by(AuditEvent.seq)).all() == [
        "form.created",
        "form.filled",
        "form.item_replaced",
        "form.frozen",
    ]


def test_external_form_holds_labels_and_categories_only(db, desk, now) -> None:
    form = service.create_external_form(
        db,
        desk[0],
        code="TIMSS",
        title="TIMSS",
        subject="toan",
        items=[("M01", 2), ("M02", 3)],
        now=now,
    )
    places = repository.form_items(db, form.id)
    assert form.state == "external"
    assert [(p.label, p.weights) for p in places] == [("M01", ["0", "1"]), ("M02", ["0", "1", "2"])]
    with pytest.raises(Refused):
        service.freeze_form(db, desk[0], form, now=now)
    with pytest.raises(Invalid) as refused:
        service.create_external_form(
            db,
            desk[0],
            code="Z",
            title="Z",
            subject="toan",
            items=[("a", 2), ("a", 2), ("b", 1)],
            now=now,
        )
    assert len(refused.value.problems) == 2


def test_candidate_paper_has_formulas_and_pictures_and_no_key(db, now) -> None:
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", now=now)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    shared = make_stimulus(db, author, now=now)
    stem = f'<p><span data-tex="x^2"></span></p><img src="asset:{"a" * 64}" alt="hình">'
    form = make_frozen_form(
        db,
        officer,
        author,
        now=now,
        contents=[
            choice_content("C", stem=stem, stimulus=shared),
            cluster_content("ĐĐSS"),
            short_content("3,5"),
        ],
    )
    paper = candidate_parts(db, form.id, lambda sha: f"/thi/hinh/{sha}")
    first, second, third = (part["items"][0] for part in paper["parts"])
    assert first["kind"] == "choice" and first["points"] == "0,25" and first["stimulus"] == "s1"
    assert "<math" in first["body"] and f"/thi/hinh/{'a' * 64}" in first["body"]
    assert second["points"] == "1" and [s["id"] for s in second["statements"]] == list("abcd")
    assert third == {
        "ref": third["ref"],
        "number": 1,
        "points": "0,5",
        "kind": "short",
        "body": third["body"],
        "stimulus": None,
        "max_chars": 4,
        "charset": "0-9,-",
        "hint": "",
    }
    assert paper["stimuli"] == [{"ref": "s1", "title": "Đoạn đọc", "body": "<p>Nội dung chung</p>"}]
    told = str(paper)
    for secret in ("key", "bí mật", "rationale", "Lời giải kín", "3,5", "rubric", "vì A"):
        assert secret not in told
