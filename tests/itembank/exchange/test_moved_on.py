"""A file that left the bank and comes back: an item edited meanwhile is told, not overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from itembank.exchange.found import FoundItem, ImportReport
from itembank.exchange.identity import identity_of
from itembank.exchange.saving import save_drafts, with_moved_on
from itembank.items import repository, service
from itembank.items.content import canonical_bytes, version_name
from itembank.items.models import Item
from itembank.permissions import Actor
from tests.factories.bank import make_draft, make_province


@pytest.fixture
def author(db: Session, now: datetime) -> Actor:
    return make_province(db, now=now).actor(db, "author")


@pytest.fixture
def item(db: Session, author: Actor, now: datetime) -> Item:
    return make_draft(db, author, now=now)


def report_of(db: Session, item: Item, stem: str) -> ImportReport:
    draft = repository.draft_of(db, item)
    assert draft is not None
    content = service.draft_content(draft)
    name = identity_of(item.id, version_name(canonical_bytes(content)))
    edited = content.model_copy(update={"stem": stem})
    return ImportReport((FoundItem(1, content.kind, stem, content=edited, identity=str(name)),))


def test_an_item_edited_meanwhile_is_left_out_and_told(
    db: Session, author: Actor, item: Item, now: datetime
) -> None:
    report = report_of(db, item, "<p>Bản trong tệp?</p>")
    draft = repository.draft_of(db, item)
    assert draft is not None
    newer = service.draft_content(draft).model_copy(update={"stem": "<p>Bản mới hơn?</p>"})
    service.save_draft(db, author, item, newer, expected_revision=draft.revision, now=now)
    told = with_moved_on(db, author, report)
    assert "đã đổi trong ngân hàng" in str(told.items[0].problems[0].what)
    saved = save_drafts(db, author, told, now=now)
    assert (len(saved.items), saved.left_out) == (0, 1)
    kept = repository.draft_of(db, item)
    assert kept is not None
    assert kept.content["stem"] == "<p>Bản mới hơn?</p>"


def test_an_item_that_stayed_takes_the_file_s_words(
    db: Session, author: Actor, item: Item, now: datetime
) -> None:
    report = report_of(db, item, "<p>Bản trong tệp?</p>")
    told = with_moved_on(db, author, report)
    assert told == replace(report, items=report.items)
    saved = save_drafts(db, author, told, now=now)
    assert [made.id for made in saved.items] == [item.id]
    kept = repository.draft_of(db, item)
    assert kept is not None
    assert kept.content["stem"] == "<p>Bản trong tệp?</p>"
