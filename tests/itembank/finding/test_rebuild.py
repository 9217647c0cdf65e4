"""Made anew, the index is what the verbs had kept."""

from __future__ import annotations

from sqlalchemy import select, text

from itembank.finding import index
from itembank.finding.service import rebuild
from itembank.likeness.models import ItemSketch
from tests.factories.bank import make_draft, make_province


def _kept(db):
    words = db.execute(text(f"SELECT code, marked, folded FROM {index.TABLE}")).all()
    sketches = db.execute(select(ItemSketch.hash, ItemSketch.place)).all()
    return sorted(map(tuple, words)), sorted(map(tuple, sketches))


def test_rebuilding_gives_what_was_kept(db, now):
    author = make_province(db, now=now).actor(db, "author")
    for _ in range(3):
        make_draft(db, author, now=now)
    before = _kept(db)
    db.execute(text(f"DELETE FROM {index.TABLE}"))
    assert rebuild(db) == 3
    assert _kept(db) == before
    assert before[0]
