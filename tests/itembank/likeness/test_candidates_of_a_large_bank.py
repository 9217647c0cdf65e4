"""Of 20,000 items the candidate stage still hands on the planted near-duplicates."""

from __future__ import annotations

import pytest

from api.db import Database
from benchmarks.bank import measures
from benchmarks.bank.loading import fill

ITEMS, LEAST_RECALL = 20_000, 0.95


@pytest.mark.slow
def test_planted_duplicates_stay_among_the_candidates(database: Database) -> None:
    fill(database, ITEMS)
    _, recall = measures.checks(database, ITEMS)
    assert recall >= LEAST_RECALL
