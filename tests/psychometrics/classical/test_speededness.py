"""Speededness: by hand, and its rules."""

import numpy as np
import pytest

from psychometrics import DataError
from psychometrics.classical import kinds_from_blanks, speededness
from psychometrics.responses.missing import ResponseKind

GIVEN, OMITTED, NOT_REACHED, _, NOT_ADMINISTERED = ResponseKind


def test_blanks_after_the_last_answer_were_not_reached():
    answered = [[1, 0, 1, 0, 0], [0, 1, 1, 1, 1], [0, 0, 0, 0, 0]]
    administered = [[1, 1, 1, 1, 0], [1] * 5, [1] * 5]
    found = kinds_from_blanks(answered, administered)
    assert found[0].tolist() == [GIVEN, OMITTED, GIVEN, NOT_REACHED, NOT_ADMINISTERED]
    assert found[1].tolist() == [OMITTED, GIVEN, GIVEN, GIVEN, GIVEN]
    assert found[2].tolist() == [NOT_REACHED] * 5


def reached(*numbers, n_items=8):
    """Kinds of persons who came that far."""
    return np.array([[GIVEN] * k + [NOT_REACHED] * (n_items - k) for k in numbers])


def test_by_hand():
    kinds = reached(8, 8, 8, 8, 8, 8, 8, 7, 6, 4)
    found = speededness(kinds, scores=np.ones(kinds.shape))
    assert found.not_reached == pytest.approx([0, 0, 0, 0, 0.1, 0.1, 0.2, 0.3])
    assert found.completed == pytest.approx(0.7)
    assert found.completed_three_quarters == pytest.approx(0.9)
    assert found.reached_by_80_percent == pytest.approx(7 / 8)
    assert found.mean_not_reached == pytest.approx(0.7)
    assert found.variance_ratio == pytest.approx(1.0)  # all that is reached is right
    assert not found.meets_80_percent_rule and found.meets_variance_rule is False


def test_an_unspeeded_test():
    found = speededness(reached(8, 8, 8, 8, 6))
    assert found.meets_80_percent_rule
    assert found.reached_by_80_percent == 1.0
    assert found.variance_ratio is None and found.meets_variance_rule is None


def test_booklets_and_weights():
    kinds = reached(4, 4, 2, n_items=4)
    kinds[0, 0] = NOT_ADMINISTERED
    found = speededness(kinds, weights=[1, 1, 2])
    again = speededness(kinds[[0, 1, 2, 2]])
    np.testing.assert_allclose(found.not_reached, again.not_reached)
    assert found.completed == again.completed == 0.5
    nobody = np.vstack([kinds, np.full((1, 4), NOT_ADMINISTERED)])
    assert speededness(nobody).n_persons == 3


def test_refusals():
    with pytest.raises(DataError, match="Nobody was given an item"):
        speededness(np.full((2, 3), NOT_ADMINISTERED))
    with pytest.raises(DataError, match="must fit"):
        speededness(reached(3), scores=[[1, 1]])
