"""Responses read in batches give what responses in memory give."""

import numpy as np
import pytest

from psychometrics import DataError, NotBuilt, ResponseMatrix, calibrate, read_responses, score
from psychometrics.ability import score_batches
from psychometrics.responses.missing import ResponseKind
from psychometrics.responses.person_ids import PersonIds, hashes
from psychometrics.responses.readers import open_responses
from psychometrics.responses.stored import store
from psychometrics.responses.summary import added, summarise

pa = pytest.importorskip("pyarrow", reason="pyarrow, an optional extra, is not installed")
pq = pytest.importorskip("pyarrow.parquet")
parquet = pytest.importorskip("psychometrics.responses.parquet")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(parquet, "BATCH_ROWS", 128)


def table(n=700, seed=1, missing=0.0, polytomous=False, groups=False):
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=n)
    columns = {"person": [f"p{i}" for i in range(n)]}
    for item, b in enumerate(np.linspace(-1, 1, 6)):
        p = 1 / (1 + np.exp(b - 1.2 * theta))
        scores = (rng.random(n) < p).astype(int)
        if polytomous and item % 2:
            scores += rng.random(n) < p
        hidden = rng.random(n) < missing
        columns[f"I{item}"] = pa.array(scores, mask=hidden)
    if groups:
        columns["school"] = rng.choice(["north", "south"], n).tolist()
        columns["weight"] = rng.integers(0, 3, n).astype(float)
    return pa.table(columns)


def written(tmp_path, content, name="responses.parquet", **options):
    path = tmp_path / name
    pq.write_table(content, path, **options)
    return path


def numbers(fit):
    found = [fit.log_likelihood, *(v for group in fit.groups for v in (group.mean, group.sd))]
    return np.concatenate([found, *(item.reported for item in fit.items)])


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("polytomous", [False, True])
def test_a_file_calibrates_as_its_matrix(tmp_path, missing, polytomous):
    path = written(tmp_path, table(missing=missing, polytomous=polytomous), row_group_size=200)
    held, streamed = calibrate(read_responses(path), "gpcm"), calibrate(path, "gpcm")
    np.testing.assert_allclose(numbers(streamed), numbers(held), atol=1e-8, rtol=0)
    assert [item.n_responses for item in streamed.items] == [i.n_responses for i in held.items]
    assert streamed.cautions == held.cautions


def test_groups_and_weights_survive_the_stream(tmp_path):
    path = written(tmp_path, table(groups=True, missing=0.1))
    options = {"groups": "school", "weights": "weight", "reference_group": "south"}
    held = calibrate(read_responses(path, **options), "2pl")
    streamed = calibrate(open_responses(path, **options), "2pl")
    assert [g.group for g in streamed.groups] == ["south", "north"]
    assert [g.n_persons for g in streamed.groups] == [g.n_persons for g in held.groups]
    np.testing.assert_allclose(numbers(streamed), numbers(held), atol=1e-8, rtol=0)


def test_a_file_is_scored_as_its_matrix(tmp_path):
    path = written(tmp_path, table(missing=0.2))
    data = read_responses(path)
    fit = calibrate(data, "2pl", standard_errors=False)
    for method in ("eap", "wle"):
        whole, streamed = score(data, fit, method), score(path, fit, method)
        assert streamed.persons.tolist() == whole.persons.tolist()
        np.testing.assert_allclose(streamed.theta, whole.theta, atol=1e-10)
    batches = list(score_batches(path, fit))
    assert [len(batch.theta) for batch in batches] == [128] * 5 + [60]


def test_counts_add_up_over_batches(tmp_path):
    data = read_responses(written(tmp_path, table(missing=0.3, groups=True)), groups="school")
    whole = summarise([data])
    parts = added([summarise([data.rows(at, at + 150)]) for at in range(0, 700, 150)])
    for summary in (whole, parts):
        assert (summary.n_persons, summary.n_used) == (700, 700)
        assert summary.n_responses.tolist() == data.observed.sum(axis=0).tolist()
        assert (summary.first_category == data.first_category).all()
        assert (summary.n_categories == data.n_categories).all()
        assert summary.group_sizes.tolist() == np.bincount(data.group_codes).tolist()
        assert summary.first_seen.sum() == data.answered.sum()
    assert (whole.linked != parts.linked).nnz == 0


def test_a_stored_file_gives_back_every_response(tmp_path):
    path = written(tmp_path, table(missing=0.3, groups=True))
    stored = store(open_responses(path, groups="school", weights="weight"), chunk_rows=50)
    data = read_responses(path, groups="school", weights="weight")
    seen = np.zeros((2, 6))
    for record in stored.spool.records:
        chunk = stored.spool.read(record)
        observed = np.ones_like(chunk.scores) if chunk.observed is None else chunk.observed
        seen[chunk.group] += (chunk.scores * observed) @ chunk.weights
    for group in range(2):
        own = (data.group_codes == group) * data.weights
        np.testing.assert_allclose(seen[group], own @ (data.scores * data.observed))


def refusal(path, **options):
    with pytest.raises(DataError) as caught:
        calibrate(open_responses(path, **options), "2pl")
    return caught.value


def changed(content, column, values):
    return content.set_column(content.column_names.index(column), column, values)


def test_a_person_in_two_batches_is_found(tmp_path):
    content = table()
    names = content.column("person").to_pylist()
    names[601] = names[3]
    error = refusal(written(tmp_path, changed(content, "person", pa.array(names))))
    assert error.code == "duplicate_person"
    assert (error.params["first_row"], error.params["row"], error.params["person"]) == (
        4,
        602,
        "p3",
    )


@pytest.mark.parametrize("bad", [-1, 100, 1000])
def test_a_bad_cell_is_named_by_its_row_in_the_file(tmp_path, bad):
    content = table()
    cells = content.column("I2").to_pylist()
    cells[500] = bad
    error = refusal(written(tmp_path, changed(content, "I2", pa.array(cells))))
    assert error.code == "cell_not_a_category"
    assert (error.params["row"], error.params["column"]) == (501, "I2")
    assert error.params["person"] == "p500"


@pytest.mark.parametrize("bad", [0.5, float("inf")])
def test_fractions_and_infinities_are_refused(tmp_path, bad):
    content = table()
    cells = [float(cell) for cell in content.column("I1").to_pylist()]
    cells[300] = bad
    error = refusal(written(tmp_path, changed(content, "I1", pa.array(cells))))
    assert (error.code, error.params["row"]) == ("cell_not_a_category", 301)


def test_files_that_cannot_be_used_are_refused(tmp_path):
    content = table()
    cases = {
        "empty_data": content.slice(0, 0),
        "person_without_id": changed(content, "person", pa.array(["a", None] * 350)),
        "cell_not_a_category": changed(content, "I0", pa.array([None, {"x": 1}] * 350)),
    }
    for code, broken in cases.items():
        assert refusal(written(tmp_path, broken)).code == code
    weights = content.append_column("w", pa.array([1.0, float("nan")] * 350))
    assert refusal(written(tmp_path, weights), weights="w").code == "weight_not_positive"
    groups = content.append_column("g", pa.array(["a", None] * 350))
    assert refusal(written(tmp_path, groups), groups="g").code == "group_missing"


@pytest.mark.parametrize("share", [0.999, 0.5])
def test_a_truncated_file_is_refused(tmp_path, share):
    path = written(tmp_path, table(), row_group_size=100)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert refusal(path).code == "bad_parquet"


def test_a_damaged_page_is_refused(tmp_path):
    path = written(tmp_path, table(5000), compression="snappy")
    content = bytearray(path.read_bytes())
    for at in range(200, 4000, 7):
        content[at] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(DataError):
        calibrate(path, "2pl")


def test_items_of_one_group_alone_need_memory(tmp_path):
    path = written(tmp_path, table(groups=True))
    source = open_responses(path, groups="school", ignore=["weight"])
    with pytest.raises(NotBuilt):
        calibrate(source, "2pl", free_across_groups=["I1"])


def test_kinds_of_missing_responses_are_treated_batch_by_batch(tmp_path):
    content = table()
    cells = content.column("I5").to_pylist()
    cells[::7] = [8] * len(cells[::7])
    path = written(tmp_path, changed(content, "I5", pa.array(cells)))
    codes = {"not_reached": [8]}
    held = read_responses(path, missing_codes=codes)
    assert held.count(ResponseKind.NOT_REACHED)[5] == 100
    fits = [calibrate(s, "2pl") for s in (held, open_responses(path, missing_codes=codes))]
    np.testing.assert_allclose(numbers(fits[0]), numbers(fits[1]), atol=1e-8, rtol=0)


def test_a_design_that_falls_apart_names_its_parts_and_their_persons():
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 2, (90, 5)).astype(float)
    scores[:40, 2:] = np.nan
    scores[40:, :2] = np.nan
    scores[80:] = np.nan
    with pytest.raises(DataError) as caught:
        calibrate(ResponseMatrix.from_arrays(scores), "2pl")
    error = caught.value
    assert error.code == "design_not_connected"
    assert error.params["components"] == [["I1", "I2"], ["I3", "I4", "I5"]]
    assert error.params["n_persons"] == [40, 40]
    assert "40 persons" in error.message


def test_ids_hash_by_their_text_alone():
    short, padded = np.array(["a1", "b"]), np.array(["a1", "b", "a much longer id"])
    assert (hashes(short) == hashes(padded)[:2]).all()
    ids = PersonIds()
    ids.add(np.array([f"s{i}" for i in range(1000)]))
    assert ids.repeated() is None
    ids.add(np.array(["câu", "s500"]))
    assert ids.repeated() == (500, 1001)
