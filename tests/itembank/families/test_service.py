"""Families in the bank: versions are facts, instances traceable and enemies of each other."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from itembank.audit import AuditEvent
from itembank.errors import Invalid, Refused
from itembank.families import repository, service
from itembank.families.template import FamilyTemplate, Variable
from itembank.items import repository as items
from itembank.items.service import draft_content
from itembank.likeness.repository import enemies_of
from tests.factories.bank import make_draft, make_province

from .test_instances import AREA


@pytest.fixture
def cast(db, now):
    return make_province(db, now=now)


def test_instances_enter_as_drafts_traceable_and_kept_apart(db, cast, now) -> None:
    author = cast.actor(db, "author")
    family = service.add_family(db, author, AREA, now=now)
    first = service.add_instances(db, author, family, count=2, seed=5, now=now)
    more = service.add_instances(db, author, family, count=2, seed=5, now=now)
    made = {item.id for item in (*first, *more)}
    assert len(made) == 4
    for item in (*first, *more):
        assert item.state == "draft"
        assert enemies_of(db, item.id) == made - {item.id}
        found, instance = repository.origin_of(db, item.id)
        assert found.id == family.id
        draft = draft_content(items.draft_of(db, item))
        assert f"{instance.drawn['a']}x" in draft.stem
    values = [m.instance.drawn["a"] for m in repository.made_from(db, family)]
    assert len(set(values)) == 4


def test_a_set_goes_before_reviewers_at_once(db, cast, now) -> None:
    author = cast.actor(db, "author")
    family = service.add_family(db, author, AREA, now=now)
    made = service.add_instances(db, author, family, count=3, seed=1, to_appraisal=True, now=now)
    assert {item.state for item in made} == {"in_review"}


def test_a_change_is_a_new_version_and_nothing_changed_is_none(db, cast, now) -> None:
    author = cast.actor(db, "author")
    family = service.add_family(db, author, AREA, now=now)
    made = service.add_instances(db, author, family, count=1, seed=1, now=now)
    assert service.change(db, author, family, AREA, now=now).number == 1
    wider = AREA.model_copy(update={"variables": (Variable(name="a", low=2, high=12),)})
    assert service.change(db, author, family, wider, now=now).number == 2
    assert repository.made_from(db, family)[0].version.number == 1
    assert repository.made_from(db, family)[0].item.id == made[0].id


def test_a_family_made_from_an_item_holds_its_words(db, cast, now) -> None:
    author = cast.actor(db, "author")
    item = make_draft(db, author, now=now)
    family = service.make_from(db, author, item, now=now)
    template = repository.template_of(repository.newest_version(db, family))
    assert template.content.stem == draft_content(items.draft_of(db, item)).stem
    with pytest.raises(Invalid):  # no variables yet
        service.add_instances(db, author, family, count=1, seed=1, now=now)


def test_only_the_author_works_with_a_family(db, cast, now) -> None:
    author, stranger = cast.actor(db, "author"), cast.actor(db, "stranger")
    item = make_draft(db, author, now=now)
    family = service.add_family(db, author, AREA, now=now)
    with pytest.raises(Refused):
        service.make_from(db, stranger, item, now=now)
    with pytest.raises(Refused):
        service.change(db, stranger, family, AREA, now=now)
    with pytest.raises(Refused):
        service.add_instances(db, stranger, family, count=1, seed=1, now=now)
    with pytest.raises(Refused):
        service.add_family(db, cast.actor(db, "secretary"), AREA, now=now)


@pytest.mark.parametrize("count", [0, 21, 9])
def test_more_than_there_are_is_refused(db, cast, now, count: int) -> None:
    author = cast.actor(db, "author")
    family = service.add_family(db, author, AREA, now=now)
    with pytest.raises(Invalid):
        service.add_instances(db, author, family, count=count, seed=1, now=now)


def test_each_verb_leaves_one_trace(db, cast, now) -> None:
    author = cast.actor(db, "author")
    family = service.add_family(db, author, AREA, now=now)
    service.add_instances(db, author, family, count=1, seed=1, now=now)
    wider = AREA.model_copy(update={"most_decimals": 2})
    service.change(db, author, family, wider, now=now)
    told = [e.action for e in db.query(AuditEvent).filter(AuditEvent.object_id == str(family.id))]
    assert sorted(told) == ["family.changed", "family.made", "family.used"]


@pytest.mark.parametrize("table", ["family_version", "family_instance"])
def test_versions_and_instances_are_facts(database, now, table: str) -> None:
    with database.write() as db:
        author = make_province(db, now=now).actor(db, "author")
        family = service.add_family(db, author, AREA, now=now)
        service.add_instances(db, author, family, count=1, seed=1, now=now)
    with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
        db.execute(text(f"DELETE FROM {table}"))


def test_a_template_stored_is_the_template_read(db, cast, now) -> None:
    family = service.add_family(db, cast.actor(db, "author"), AREA, now=now)
    found = repository.template_of(repository.newest_version(db, family))
    assert FamilyTemplate.model_validate(found.model_dump(by_alias=True)) == found
    assert found.variables == AREA.variables


def test_families_are_numbered_on_past_four_digits(db, cast, now) -> None:
    author = cast.actor(db, "author")
    codes = [f"HO-T12-{number}" for number in ("9998", "9999", "10000")] + ["HO-T125-0001"]
    for code in codes:
        family = service.add_family(db, author, AREA, now=now)
        family.code = code
        db.flush()
    assert service.add_family(db, author, AREA, now=now).code == "HO-T12-10001"
