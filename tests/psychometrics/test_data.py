"""Response data are checked once; every refusal says where it is and what to do."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError, NotBuilt, ResponseMatrix, calibrate, read_responses

GOOD = "person,I1,I2,I3\np1,0,1,2\np2,1,,0\np3,1,0,1\n"


def written(tmp_path, text, name="responses.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def refusal(tmp_path, text, **options):
    with pytest.raises(DataError) as caught:
        read_responses(written(tmp_path, text), **options)
    return caught.value


def test_csv_is_read_with_blank_as_not_administered(tmp_path):
    data = read_responses(written(tmp_path, GOOD))
    assert data.items == ("I1", "I2", "I3")
    assert data.persons.tolist() == ["p1", "p2", "p3"]
    assert data.scores[data.observed].tolist() == [0, 1, 2, 1, 0, 1, 0, 1]
    assert not data.observed[1, 1]


def test_csv_from_a_spreadsheet_has_a_byte_order_mark_and_crlf(tmp_path):
    text = GOOD.replace("\n", "\r\n")
    data = read_responses(written(tmp_path, text, encoding="utf-8-sig"))
    assert data.items == ("I1", "I2", "I3") and data.n_persons == 3


def test_whole_numbers_with_a_decimal_point_are_categories(tmp_path):
    assert read_responses(written(tmp_path, "id,a,b\n1,1.0,0\n2,0.0,1\n")).scores[0, 0] == 1


def test_groups_weights_and_ignored_columns_are_no_items(tmp_path):
    text = "id,a,g,w,b,x\n1,1,south,2,0,z\n2,0,north,1.5,1,z\n"
    data = read_responses(written(tmp_path, text), groups="g", weights="w", ignore=["x"])
    assert data.items == ("a", "b")
    assert data.groups == ("north", "south")
    assert data.weights.tolist() == [2.0, 1.5]
    other = read_responses(
        written(tmp_path, text), groups="g", weights="w", ignore=["x"], reference_group="south"
    )
    assert other.groups == ("south", "north")


@pytest.mark.parametrize("cell", ["-1", "1.5", "x", "nan", "inf", "1e9", "NA", "1_0"])
def test_a_cell_that_is_no_category_is_named(tmp_path, cell):
    error = refusal(tmp_path, GOOD.replace("p3,1,0,1", f"p3,1,{cell},1"))
    assert error.code == "cell_not_a_category"
    assert (error.params["row"], error.params["column"], error.params["person"]) == (3, "I2", "p3")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_item_columns"),
        ("person\np1\n", "no_item_columns"),
        ("person,I1,I2\n", "empty_data"),
        ("person,I1,I1\np1,0,1\n", "duplicate_item"),
        ("person,I1,\np1,0,1\n", "item_without_name"),
        ("person,I1,I2\np1,0,1\np1,1,1\n", "duplicate_person"),
        ("person,I1,I2\n,0,1\n", "person_without_id"),
        ("person,I1,I2\np1,0\n", "row_too_short"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, text, code):
    assert refusal(tmp_path, text).code == code


def test_too_many_columns_are_refused(tmp_path):
    header = ",".join(["id", *(f"I{i}" for i in range(1_000_000))])
    assert refusal(tmp_path, header + "\n").code == "too_many_items"


def test_duplicate_person_names_both_rows(tmp_path):
    error = refusal(tmp_path, "id,a\nx,0\ny,1\nx,1\n")
    assert (error.params["first_row"], error.params["row"]) == (1, 3)


def test_bad_weights_and_groups_are_refused(tmp_path):
    text = "id,a,w,g\n1,0,1,A\n2,1,{},{}\n"
    for weight in ("-1", "nan", "inf", "x"):
        error = refusal(tmp_path, text.format(weight, "B"), weights="w", groups="g")
        assert (error.code, error.params["row"]) == ("weight_not_positive", 2)
    assert refusal(tmp_path, text.format(1, ""), weights="w", groups="g").code == "group_missing"
    assert refusal(tmp_path, text.format(1, "B"), weights="z").code == "column_not_found"


def test_a_missing_file_and_a_file_in_another_encoding_are_refused(tmp_path):
    with pytest.raises(DataError) as caught:
        read_responses(tmp_path / "none.csv")
    assert caught.value.code == "file_not_found"
    path = written(tmp_path, "id,câu\n1,0\n", encoding="utf-16")
    with pytest.raises(DataError):
        read_responses(path)


def test_parquet_equals_csv_and_a_truncated_one_is_refused(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow, an optional extra, is not installed")
    pq = pytest.importorskip("pyarrow.parquet")
    table = pa.table(
        {"person": ["p1", "p2", "p3"], "I1": [0, 1, 1], "I2": [1, None, 0], "I3": [2.0, 0.0, 1.0]}
    )
    path = tmp_path / "responses.parquet"
    pq.write_table(table, path)
    data, same = read_responses(path), read_responses(written(tmp_path, GOOD))
    assert (data.scores * data.observed == same.scores * same.observed).all()
    assert (data.observed == same.observed).all() and data.items == same.items
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError) as caught:
        read_responses(path)
    assert caught.value.code == "bad_parquet"


def test_arrays_are_checked_like_files():
    for scores in ([[0, -1]], [[0.5, 1]], [[np.inf, 1]], [["a", "b"]], [], [[]], [0, 1]):
        with pytest.raises(DataError):
            ResponseMatrix.from_arrays(scores)
    with pytest.raises(DataError):
        ResponseMatrix.from_arrays([[0, 1]], items=["a", "a"])
    with pytest.raises(DataError):
        ResponseMatrix.from_arrays([[0, 1]], weights=[0.0])


def test_the_matrix_cannot_be_changed_and_does_not_follow_its_source():
    source = np.array([[0, 1], [1, 0]], dtype=np.int8)
    data = ResponseMatrix.from_arrays(source)
    source[0, 0] = 1
    assert data.scores[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        data.scores[0, 0] = 1


def calibration_refusal(scores, model="2pl", **options):
    with pytest.raises((DataError, ModelError, NotBuilt)) as caught:
        calibrate(ResponseMatrix.from_arrays(scores), model, **options)
    return caught.value


def test_items_that_cannot_be_calibrated_are_named():
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 2, (50, 3)).astype(float)
    constant, unseen, skipped = scores.copy(), scores.copy(), scores.copy()
    constant[:, 1], unseen[:, 1], skipped[:, 1] = 1, np.nan, 2 * scores[:, 1]
    for broken, code in [
        (constant, "constant_item"),
        (unseen, "item_without_responses"),
        (skipped, "skipped_category"),
    ]:
        error = calibration_refusal(broken, "gpcm")
        assert (error.code, error.params["column"]) == (code, "I2")


def test_a_model_that_does_not_fit_the_categories_is_refused():
    scores = np.random.default_rng(1).integers(0, 3, (60, 2))
    error = calibration_refusal(scores, "2pl")
    assert (error.code, error.params["item"]) == ("too_many_categories", "I1")
    assert calibration_refusal(scores, "xyz").code == "unknown_model"


def test_a_design_in_two_parts_is_refused_naming_them():
    scores = np.random.default_rng(1).integers(0, 2, (80, 4)).astype(float)
    scores[:40, 2:] = scores[40:, :2] = np.nan
    error = calibration_refusal(scores)
    assert error.code == "design_not_connected"
    assert error.params["components"] == [["I1", "I2"], ["I3", "I4"]]


@pytest.mark.parametrize(
    ("prior", "model"),
    [
        ("g=logitnormal(-1,0.5)", "2pl"),
        ("a=lognormal(0,0.5)", "pcm"),
        ("g=normal(0,1)", "3pl"),
        ("g=logitnormal(-1,0)", "3pl"),
        ("b=lognormal(0,1)", "2pl"),
        ("b=normal(zero,1)", "2pl"),
        ("b=normal(0)", "2pl"),
        ("k=normal(0,1)", "2pl"),
    ],
)
def test_priors_that_make_no_sense_are_refused(prior, model):
    scores = np.random.default_rng(1).integers(0, 2, (60, 3))
    error = calibration_refusal(scores, model, priors=[prior])
    assert error.code in ("bad_prior", "prior_without_parameter")


def test_categories_that_do_not_start_at_zero_are_counted_from_the_lowest_and_said():
    scores = np.random.default_rng(2).integers(0, 3, (300, 4))
    shifted = calibrate(ResponseMatrix.from_arrays(scores + 1), "gpcm")
    plain = calibrate(ResponseMatrix.from_arrays(scores), "gpcm")
    assert shifted.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)
    assert [item.first_category for item in shifted.items] == [1] * 4
    assert {caution.code for caution in shifted.cautions} >= {"lowest_category_not_zero"}
