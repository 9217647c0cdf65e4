"""Omitted, not reached, invalid and not administered are four things."""

import numpy as np
import pytest

from psychometrics import (
    DataError,
    ModelError,
    ResponseMatrix,
    calibrate,
    item_estimate,
    read_responses,
    score,
    simulate_responses,
)
from psychometrics.responses.missing import (
    FOR_CALIBRATION,
    FOR_SCORING,
    MissingTreatment,
    ResponseKind,
)

CODES = {"omitted": ["9"], "not_reached": ["8"], "invalid": ["7", "x"]}
TEXT = "id,I1,I2,I3,I4\np1,1,9,0,8\np2,0,1,7,1\np3,,1,x,0\np4,1,0,1,8\n"
GIVEN, OMITTED, NOT_REACHED = ResponseKind.GIVEN, ResponseKind.OMITTED, ResponseKind.NOT_REACHED
INVALID, ABSENT = ResponseKind.INVALID, ResponseKind.NOT_ADMINISTERED


def data(tmp_path, text=TEXT, codes=CODES):
    path = tmp_path / "responses.csv"
    path.write_text(text)
    return read_responses(path, missing_codes=codes)


def test_codes_of_a_file_are_told_apart(tmp_path):
    matrix = data(tmp_path)
    assert matrix.kinds.tolist() == [
        [GIVEN, OMITTED, GIVEN, NOT_REACHED],
        [GIVEN, GIVEN, INVALID, GIVEN],
        [ABSENT, GIVEN, INVALID, GIVEN],
        [GIVEN, GIVEN, GIVEN, NOT_REACHED],
    ]
    assert (matrix.observed == (matrix.kinds == GIVEN)).all()
    assert matrix.count(NOT_REACHED).tolist() == [0, 0, 0, 2]


def test_a_blank_can_be_named(tmp_path):
    matrix = data(tmp_path, "id,a,b\np1,1,\np2,0,1\n", {"omitted": [""]})
    assert matrix.kinds[0, 1] == OMITTED


def test_without_codes_nothing_changes(tmp_path):
    matrix = data(tmp_path, "id,a,b\np1,1,\np2,0,1\n", None)
    assert matrix.kinds is None and matrix.count(ABSENT).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        (FOR_CALIBRATION, [[1, 0, 0, None], [0, 1, 0, 1], [None, 1, 0, 0], [1, 0, 1, None]]),
        (FOR_SCORING, [[1, 0, 0, 0], [0, 1, 0, 1], [None, 1, 0, 0], [1, 0, 1, 0]]),
        (
            MissingTreatment("missing", "missing", "missing"),
            [[1, None, 0, None], [0, 1, None, 1], [None, 1, None, 0], [1, 0, 1, None]],
        ),
    ],
)
def test_a_treatment_decides_what_each_kind_counts_as(tmp_path, treatment, expected):
    treated = data(tmp_path).treat(treatment)
    assert treated.kinds is None
    found = np.where(treated.observed, treated.scores, -1).tolist()
    assert found == [[-1 if cell is None else cell for cell in row] for row in expected]


def speeded(n=800, seed=2):
    rng = np.random.default_rng(seed)
    items = [item_estimate(f"I{i}", "2pl", [1.2, b]) for i, b in enumerate([-1, -0.5, 0, 0.5, 1])]
    drawn = simulate_responses(items, rng.normal(size=n), rng)
    kinds = np.zeros((n, 5), dtype=int)
    kinds[rng.random(n) < 0.3, 4] = NOT_REACHED
    kinds[rng.random(n) < 0.1, 2] = OMITTED
    return ResponseMatrix.from_arrays(drawn.scores, kinds=kinds, items=drawn.items)


def test_calibration_and_scoring_choose_separately():
    matrix = speeded()
    fit = calibrate(matrix, "2pl", standard_errors=False)
    same = calibrate(matrix.treat(FOR_CALIBRATION), "2pl", standard_errors=False)
    assert fit.log_likelihood == same.log_likelihood
    harder = calibrate(matrix, "2pl", missing=FOR_SCORING, standard_errors=False)
    assert harder.item("I4").b > fit.item("I4").b + 0.3  # blanks at the end count as wrong
    strict = score(matrix, fit, "eap").theta
    lenient = score(matrix, fit, "eap", missing=FOR_CALIBRATION).theta
    not_reached = matrix.kinds[:, 4] == NOT_REACHED
    assert (strict[not_reached] < lenient[not_reached]).all()
    np.testing.assert_allclose(strict[~not_reached], lenient[~not_reached], atol=1e-12)


def test_kinds_follow_their_rows():
    matrix = speeded()
    rows = np.array([5, 1, 700])
    assert (matrix.select(rows).kinds == matrix.kinds[rows]).all()
    assert (matrix.rows(10, 20).kinds == matrix.kinds[10:20]).all()


def test_what_makes_no_sense_is_refused(tmp_path):
    with pytest.raises(DataError) as caught:
        data(tmp_path, codes={"skipped": ["9"]})
    assert caught.value.code == "unknown_missing_kind"
    with pytest.raises(DataError) as caught:
        data(tmp_path, codes={"omitted": ["9"], "invalid": [9]})
    assert caught.value.code == "missing_code_given_twice"
    with pytest.raises(ModelError) as caught:
        MissingTreatment(omitted="half")
    assert caught.value.code == "unknown_treatment"
    with pytest.raises(DataError) as caught:
        ResponseMatrix.from_arrays([[0, 1]], kinds=[[0, 5]])
    assert (caught.value.code, caught.value.params["column_number"]) == ("unknown_response_kind", 2)
    with pytest.raises(DataError) as caught:
        ResponseMatrix.from_arrays([[0, 1]], kinds=[[0]])
    assert caught.value.code == "mask_has_other_shape"


def test_parquet_with_numbers_or_texts_equals_csv(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow, an optional extra, is not installed")
    pq = pytest.importorskip("pyarrow.parquet")
    expected = data(tmp_path)
    texts = [line.split(",") for line in TEXT.splitlines()[1:]]
    names = ["id", "I1", "I2", "I3", "I4"]
    columns = [pa.array([row[i] for row in texts]) for i in range(5)]
    columns[1] = pa.array([1, 0, None, 1])  # numbers beside texts
    columns[4] = pa.array([8.0, 1.0, 0.0, 8.0])
    path = tmp_path / "responses.parquet"
    pq.write_table(pa.table(dict(zip(names, columns, strict=True))), path)
    found = read_responses(path, missing_codes=CODES)
    assert (found.kinds == expected.kinds).all()
    assert (found.scores * found.observed == expected.scores * expected.observed).all()
