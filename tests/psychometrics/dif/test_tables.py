"""Matching: who is compared with whom."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError, ResponseMatrix
from psychometrics.dif import ItemTable, Matching, item_tables, mantel_haenszel
from psychometrics.responses.missing import MissingTreatment, ResponseKind


@pytest.fixture(scope="module")
def responses():
    rng = np.random.default_rng(5)
    return ResponseMatrix.from_arrays(
        rng.integers(0, 2, (300, 6)), groups=rng.integers(0, 2, 300).tolist()
    )


def test_every_person_is_at_the_level_of_their_total_score(responses):
    total = responses.scores.sum(axis=1)
    for i, table in enumerate(item_tables(responses)):
        for level, counts in zip(table.score, table.counts, strict=True):
            for group in (0, 1):
                here = (total == level) & (responses.group_codes == group)
                right = int(responses.scores[here, i].sum())
                assert counts[group].tolist() == [here.sum() - right, right]


def test_the_studied_item_counts_in_its_own_score_and_only_there(responses):
    chosen = ("I1", "I2", "I3")
    tables = item_tables(responses, Matching(items=chosen))
    core = responses.scores[:, :3].sum(axis=1)
    for i, table in enumerate(tables):
        own = core if i < 3 else core + responses.scores[:, i]
        assert table.score.tolist() == np.unique(own).tolist()
        assert table.sizes.sum(axis=1).tolist() == np.unique(own, return_counts=True)[1].tolist()


def test_booklets_are_compared_within_the_same_items():
    """Two booklets; at equal scores on other items nobody is matched."""
    rng = np.random.default_rng(2)
    scores = rng.integers(0, 2, (400, 6)).astype(float)
    scores[:200, 4:] = np.nan
    scores[200:, :2] = np.nan
    responses = ResponseMatrix.from_arrays(scores, groups=[0, 1] * 200)
    table = item_tables(responses)[2]
    separate = [
        item_tables(responses.select(rows))[2].counts
        for rows in (np.arange(200), np.arange(200, 400))
    ]
    assert sorted(table.counts.reshape(-1, 4).tolist()) == sorted(
        np.concatenate(separate).reshape(-1, 4).tolist()
    )
    whole = item_tables(responses, Matching(incomplete="complete"))[2]
    assert whole.counts.sum() == 0
    assert whole.n_incomplete.sum() == 400


def test_pooled_matching_compares_equal_shares():
    """Two booklets of four items, two of them common: levels are the rounded shares of six points."""
    rng = np.random.default_rng(2)
    scores = rng.integers(0, 2, (400, 6)).astype(float)
    scores[:200, 4:] = np.nan
    scores[200:, :2] = np.nan
    responses = ResponseMatrix.from_arrays(scores, groups=[0, 1] * 200)
    table = item_tables(responses, Matching(incomplete="pooled"))[2]
    level = np.rint(np.nansum(scores, axis=1) * 6 / 4)
    assert table.score.tolist() == np.unique(level).tolist()
    assert table.sizes.sum(axis=1).tolist() == np.unique(level, return_counts=True)[1].tolist()


def test_persons_without_the_item_are_counted_as_left_out(responses):
    scores = responses.scores.astype(float)
    scores[:30, 0] = np.nan
    groups = [responses.groups[g] for g in responses.group_codes]
    table = item_tables(ResponseMatrix.from_arrays(scores, groups=groups))[0]
    assert table.n_missing.sum() == 30
    assert table.counts.sum() == 270


def test_what_omitted_responses_count_as_is_chosen():
    rng = np.random.default_rng(3)
    scores, kinds = rng.integers(0, 2, (200, 5)), np.zeros((200, 5), dtype=int)
    kinds[:40, 2] = ResponseKind.OMITTED
    responses = ResponseMatrix.from_arrays(scores, kinds=kinds, groups=[0, 1] * 100)
    wrong, missing = (
        mantel_haenszel(responses, missing=MissingTreatment(omitted=made)).items[2]
        for made in ("wrong", "missing")
    )
    assert wrong.n_used + wrong.n_unmatched == 200
    assert missing.n_used + missing.n_unmatched == 160


def test_merging_keeps_persons_and_the_order_of_scores(responses):
    table = item_tables(responses)[0]
    for levels in (1, 2, 3, 50):
        merged = table.merged(levels)
        assert len(merged.score) <= levels
        assert (np.diff(merged.score) > 0).all()
        assert merged.counts.sum(axis=0).tolist() == table.counts.sum(axis=0).tolist()
    assert table.merged(None) is table


def test_weight_two_is_the_person_twice(responses):
    twice = responses.select(np.repeat(np.arange(300), 2))
    heavy = ResponseMatrix.from_arrays(
        responses.scores, weights=np.full(300, 2.0), groups=responses.group_codes.tolist()
    )
    for one, other in zip(item_tables(twice), item_tables(heavy), strict=True):
        assert (one.counts == other.counts).all()


@pytest.mark.parametrize(
    ("matching", "code"),
    [
        (Matching(items=("I1", "nobody")), "unknown_matching_item"),
        (Matching(levels=0), "too_few_levels"),
        (Matching(incomplete="somehow"), "unknown_incomplete"),
    ],
)
def test_bad_matching_is_refused(responses, matching, code):
    with pytest.raises(ModelError) as refused:
        item_tables(responses, matching)
    assert refused.value.code == code


def test_bad_tables_are_refused():
    with pytest.raises(DataError, match="does not fit"):
        ItemTable.from_counts(np.ones((3, 4, 2)))
    with pytest.raises(DataError, match="negative"):
        ItemTable.from_counts([[[1, -1], [2, 2]]])
