"""What other programs are given: read back, or computed with as they compute."""

import csv
import subprocess
import sys

import numpy as np
import pytest

from psychometrics import (
    DataError,
    ModelError,
    ResponseMatrix,
    calibrate,
    category_probabilities,
    item_estimate,
    read_responses,
    simulate_responses,
)
from psychometrics.exports import (
    Column,
    neutral,
    response_columns,
    write_codebook,
    write_conquest,
    write_csv,
    write_mirt,
    write_parameters,
    write_tam,
)
from psychometrics.exports.fixed_values import (
    conquest_location,
    conquest_steps,
    mirt_values,
    tam_steps,
)
from psychometrics.responses.missing import FOR_CALIBRATION, ResponseKind

TRUE = [
    item_estimate("Câu 1", "2pl", [1.0, -0.5]),
    item_estimate("=2+3", "2pl", [1.4, 0.2]),
    item_estimate("P1", "gpcm", [1.1, -0.6, 0.5]),
    item_estimate("P2", "gpcm", [0.9, -0.9, 0.1, 0.8]),
]
THETA = np.linspace(-4, 4, 17)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def complete():
    rng = np.random.default_rng(3)
    return simulate_responses(TRUE, rng.normal(size=400), rng)


@pytest.fixture(scope="module")
def responses(complete):
    """Every kind of missing response, groups and weights."""
    kinds = np.zeros(complete.scores.shape, dtype=np.int8)
    for offset, kind in enumerate(list(ResponseKind)[1:]):
        kinds[offset::13, offset] = kind
    return ResponseMatrix.from_arrays(
        complete.scores,
        kinds=kinds,
        items=complete.items,
        persons=[f"{'=-+@'[i % 4]}{i:04d}" for i in range(400)],
        groups=["nữ" if i % 2 else "nam" for i in range(400)],
        weights=1.0 + (np.arange(400) % 3),
    )


@pytest.fixture(scope="module")
def calibration(complete):
    return calibrate(complete, "gpcm")


# ----- tables


def test_an_spss_file_read_back_is_the_data(responses, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat", reason="pyreadstat is not installed")
    from psychometrics.exports.spss import write_sav

    labels = {"Câu 1": "Phương trình bậc hai"}
    columns = response_columns(responses, item_labels=labels)
    names = write_sav(tmp_path / "responses.sav", columns, title="Bài làm")
    frame, meta = pyreadstat.read_sav(tmp_path / "responses.sav", user_missing=True)
    assert names == ("person", "group", "weight", "Câu_1", "V_2_3", "P1", "P2")
    assert list(frame.columns) == list(names)
    for name, column in zip(names, columns, strict=True):
        assert frame[name].tolist() == column.values.tolist()
    assert meta.column_names_to_labels["Câu_1"] == "Phương trình bậc hai"
    assert meta.variable_value_labels["group"] == {1.0: "nam", 2.0: "nữ"}
    assert meta.variable_value_labels["P1"][9.0] == "Bỏ trống"
    assert meta.missing_ranges["P1"] == [{"lo": 6.0, "hi": 9.0}]
    assert meta.variable_measure["P1"] == "ordinal"
    assert meta.file_label == "Bài làm"
    seen, _ = pyreadstat.read_sav(tmp_path / "responses.sav")
    assert (~np.isnan(seen[list(names[3:])].to_numpy()) == responses.observed).all()


def test_results_of_any_kind_go_into_an_spss_file(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat", reason="pyreadstat is not installed")
    from psychometrics.exports.spss import write_sav

    columns = [
        Column("SBD", np.array(["01", "02"]), "Số báo danh"),
        Column("năng lực", np.array([0.25, np.nan]), measure="scale", decimals=3),
        Column("Điểm", np.array([7, 9]), missing_labels={9: "Đình chỉ"}),
    ]
    write_sav(tmp_path / "results.sav", columns)
    frame, meta = pyreadstat.read_sav(tmp_path / "results.sav", user_missing=True)
    assert frame["SBD"].tolist() == ["01", "02"]
    assert frame["năng_lực"].isna().tolist() == [False, True]
    assert meta.original_variable_types["năng_lực"] == "F11.3"
    assert meta.missing_ranges["Điểm"] == [{"lo": 9.0, "hi": 9.0}]


def test_spss_names_are_valid_and_no_two_alike():
    pytest.importorskip("pyreadstat", reason="pyreadstat is not installed")
    from psychometrics.exports.spss import spss_names

    names = spss_names(["a b", "A-B", "1x", "to", "", "ắ" * 50, "x.", "x"])
    assert names[:5] == ("a_b", "A_B_2", "V1x", "to_", "V")
    assert all(len(name.encode()) <= 64 for name in names)
    assert names[6:] == ("x", "x_2")
    assert len({name.casefold() for name in names}) == len(names)


def test_missing_codes_that_stand_apart_cannot_be_a_range(tmp_path):
    pytest.importorskip("pyreadstat", reason="pyreadstat is not installed")
    from psychometrics.exports.spss import write_sav

    column = Column(
        "x", np.array([1]), value_labels={5: "a"}, missing_labels=dict.fromkeys((2, 3, 8, 9), "?")
    )
    with pytest.raises(DataError) as error:
        write_sav(tmp_path / "x.sav", [column])
    assert error.value.code == "missing_codes_apart"


def test_a_csv_file_comes_back_as_the_same_responses(responses, tmp_path):
    columns = response_columns(responses)
    write_csv(tmp_path / "responses.csv", columns)
    codes = {"not_reached": ["6"], "not_administered": ["7"], "invalid": ["8"], "omitted": ["9"]}
    again = read_responses(
        tmp_path / "responses.csv", groups="group", weights="weight", missing_codes=codes
    )
    assert (again.observed == responses.observed).all()
    assert (again.scores == responses.scores)[responses.observed].all()
    assert (again.kinds == responses.kinds).all()
    assert (again.weights == responses.weights).all()


def test_cells_that_start_a_formula_are_neutralised(responses, tmp_path):
    write_csv(tmp_path / "responses.csv", response_columns(responses))
    text = (tmp_path / "responses.csv").read_text("utf-8-sig")
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert not any(cell[:1] in ("=", "+", "-", "@") for cell in cells)
    assert "'=2+3" in cells and "'@0003" in cells
    assert neutral("-1") == "'-1" and neutral("1-") == "1-" and neutral("\t=1") == "'\t=1"


def test_numbers_below_zero_stay_numbers(tmp_path):
    write_csv(tmp_path / "x.csv", [Column("theta", np.array([-0.5, np.nan]), measure="scale")])
    assert (tmp_path / "x.csv").read_text("utf-8-sig") == 'theta\n-0.5\n""\n'


def test_the_codebook_names_every_value(responses, tmp_path):
    write_codebook(tmp_path / "codebook.csv", response_columns(responses, language="en"))
    rows = [row for row in rows_of(tmp_path / "codebook.csv") if row["column"] == "P2"]
    assert [row["value"] for row in rows] == ["0", "1", "2", "3", "6", "7", "8", "9"]
    assert [row["is_missing"] for row in rows] == ["0"] * 4 + ["1"] * 4
    assert rows[-1]["value_label"] == "Omitted"


def test_missing_codes_stay_clear_of_the_categories():
    high = ResponseMatrix.from_arrays([[0, 9], [9, 0]])
    found = response_columns(high)[-1]
    assert sorted(found.missing_labels) == [96, 97, 98, 99]


def test_parquet_keeps_values_and_labels(responses, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    from psychometrics.exports.parquet_files import write_parquet

    columns = response_columns(responses)
    write_parquet(tmp_path / "responses.parquet", columns)
    table = pq.read_table(tmp_path / "responses.parquet")
    for column in columns:
        assert table[column.name].to_pylist() == column.values.tolist()
    assert table.schema.field("P1").metadata[b"label"] == b"P1"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ([], "no_column"),
        ([Column("a", np.zeros(2)), Column("a", np.zeros(2))], "duplicate_column"),
        ([Column("a", np.zeros(2)), Column("b", np.zeros(3))], "columns_of_different_length"),
    ],
)
def test_columns_that_are_no_table_are_refused(columns, code, tmp_path):
    with pytest.raises(DataError) as error:
        write_csv(tmp_path / "x.csv", columns)
    assert error.value.code == code


# ----- fixed values: computed with as the other programs do


def from_exponents(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


ITEMS = [
    item_estimate("a", "2pl", [1.3, -0.4]),
    item_estimate("b", "gpcm", [0.8, -0.7, 0.9, 0.1]),
    item_estimate("c", "pcm", [1.0, 0.3, -0.2]),
]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.model)
def test_the_values_for_tam_give_the_same_probabilities(item):
    # TAM: P(k) is proportional to exp(B_k theta - xsi_1 - ... - xsi_k)
    ks = np.arange(item.n_categories)
    z = item.a * ks * THETA[:, None] - np.array([0.0, *np.cumsum(tam_steps(item))])
    np.testing.assert_allclose(from_exponents(z), category_probabilities(item, THETA), atol=1e-12)


@pytest.mark.parametrize("item", ITEMS[2:], ids=lambda item: item.model)
def test_the_values_for_conquest_give_the_same_probabilities(item):
    # ConQuest: P(k) is proportional to exp(k theta - k delta - tau_1 - ... - tau_k), taus sum to zero
    free = conquest_steps(item)
    taus = np.array([*free, -sum(free)])
    ks = np.arange(item.n_categories)
    z = ks * (THETA[:, None] - conquest_location(item)) - np.array([0.0, *np.cumsum(taus)])
    np.testing.assert_allclose(from_exponents(z), category_probabilities(item, THETA), atol=1e-12)


def test_the_values_for_mirt_give_the_same_probabilities():
    nominal = item_estimate("n", "nominal", [0.4, 1.1, 0.3, -0.2])
    for item in (*ITEMS[1:], nominal):
        values = mirt_values(item)
        ks = range(item.n_categories)
        scores = np.array([values.get(f"ak{k}", k) for k in ks])
        intercepts = np.array([values[f"d{k}"] for k in ks])
        z = values["a1"] * scores * THETA[:, None] + intercepts
        expected = category_probabilities(item, THETA)
        np.testing.assert_allclose(from_exponents(z), expected, atol=1e-12)


@pytest.mark.parametrize(("name", "model"), [("gpcm", "gpcm"), ("graded", "grm")])
def test_mirts_own_two_forms_are_converted_into_each_other(reference, name, model):
    # mirt 1.47: its IRT parameters become its slope-intercept parameters
    found = reference("Science").result(f"{name}.mirt")
    pairs = zip(found["IRTpars"]["items"], found["slope_intercept"]["items"], strict=True)
    for irt, slope_intercept in pairs:
        reported = [value for key, value in irt["est"].items() if key[0] in "ab"]
        values = mirt_values(item_estimate(irt["item"], model, reported))
        inside = slope_intercept["est"]
        assert {key: pytest.approx(inside[key], abs=1e-6) for key in values} == values


def test_tams_xsi_are_made_from_its_slopes_and_difficulties(reference):
    # TAM 4.4, tam.mml.2pl: item by item, step by step
    found = reference("sim_mixed").result("2pl_gpcm.tam")
    made = []
    for item in found["item_irt"]:
        taus = [v for k, v in item.items() if k.startswith("tau") and v is not None] or [0.0]
        steps = [item["beta"] + tau for tau in taus]
        made += tam_steps(item_estimate(item["item"], "gpcm", [item["alpha"], *steps]))
    assert made == pytest.approx([row["xsi"] for row in found["xsi"]], abs=1e-6)


# ----- programs


def test_conquests_columns_parse_back(responses, tmp_path):
    paths = write_conquest(tmp_path, responses, "gpcm")
    assert {path.name for path in paths} == {
        "responses.dat",
        "responses.lab",
        "items.csv",
        "calibrate.cqc",
    }
    commands = (tmp_path / "calibrate.cqc").read_text("ascii")
    assert "format pid 1-5 grp 7-7 wgt 9-16 responses 18-21;" in commands
    assert "model item + item*step!scoresfree;" in commands and "caseweight wgt;" in commands
    lines = (tmp_path / "responses.dat").read_text("ascii").splitlines()
    assert len({len(line) for line in lines}) == 1 and len(lines) == 400
    assert [line[0:5] for line in lines] == responses.persons.tolist()
    assert [int(line[6]) - 1 for line in lines] == responses.group_codes.tolist()
    assert [float(line[8:16]) for line in lines] == responses.weights.tolist()
    treated = responses.treat(FOR_CALIBRATION)
    for line, scores, observed in zip(lines, treated.scores, treated.observed, strict=True):
        cells = [None if cell == "." else int(cell) for cell in line[17:21]]
        assert cells == [int(s) if o else None for s, o in zip(scores, observed, strict=True)]


def test_conquest_with_categories_of_two_digits(tmp_path):
    rng = np.random.default_rng(1)
    scores = np.column_stack([rng.integers(0, 12, 300), rng.integers(0, 2, 300)])
    write_conquest(tmp_path, ResponseMatrix.from_arrays(scores), "pcm")
    commands = (tmp_path / "calibrate.cqc").read_text("ascii")
    assert "responses 5-8 (a2);" in commands and 'codes " 0"," 1",' in commands
    lines = (tmp_path / "responses.dat").read_text("ascii").splitlines()
    assert [[int(line[4:6]), int(line[6:8])] for line in lines] == scores.tolist()


def test_persons_conquest_cannot_name_are_numbered(tmp_path):
    data = ResponseMatrix.from_arrays([[0, 1], [1, 0]], persons=["Nguyễn A", "b"])
    write_conquest(tmp_path, data, "1pl")
    lines = (tmp_path / "responses.dat").read_text("ascii").splitlines()
    assert lines == ["1 01", "2 10"]
    assert "model item;" in (tmp_path / "calibrate.cqc").read_text("ascii")


def test_conquests_anchors_are_all_parameters_in_order(complete, tmp_path):
    fitted = calibrate(complete, "pcm")
    write_conquest(tmp_path, complete, calibration=fitted)
    rows = [line.split() for line in (tmp_path / "items.anc").read_text("ascii").splitlines()]
    assert [int(number) for number, _ in rows] == list(range(1, 8))  # 4 items, 1 and 2 steps
    values = [float(value) for _, value in rows]
    assert values[0] == pytest.approx(fitted.items[0].b, abs=1e-7)
    assert values[2] == pytest.approx(np.mean(fitted.items[2].steps), abs=1e-7)
    commands = (tmp_path / "score.cqc").read_text("ascii")
    assert "import anchor_parameters << items.anc;" in commands and "lconstraints=none" in commands


def test_the_data_for_r_are_treated_and_shifted(responses, tmp_path):
    shifted = ResponseMatrix.from_arrays(
        responses.scores + np.int8(1), kinds=responses.kinds, items=responses.items
    )
    write_mirt(tmp_path, shifted, {"P2": "grm", "*": "2pl", "P1": "gpcm"})
    rows = rows_of(tmp_path / "responses.csv")
    assert list(rows[0]) == ["person", "I001", "I002", "I003", "I004"]
    kinds = responses.kinds
    assert rows[0]["I001"] == "0" and kinds[0, 0] == ResponseKind.OMITTED  # wrong
    assert rows[1]["I002"] == "" and kinds[1, 1] == ResponseKind.NOT_REACHED
    assert rows[2]["I003"] == "0" and kinds[2, 2] == ResponseKind.INVALID
    assert rows[3]["I004"] == "" and kinds[3, 3] == ResponseKind.NOT_ADMINISTERED
    items = rows_of(tmp_path / "items.csv")
    assert [item["itemtype"] for item in items] == ["2PL", "2PL", "gpcm", "graded"]
    assert {item["first_category"] for item in items} == {"0", "1"}


def test_no_label_of_the_data_gets_into_a_script(responses, calibration, tmp_path):
    for write in (write_mirt, write_tam):
        for path in write(tmp_path, responses, calibration=calibration):
            if path.suffix == ".R":
                text = path.read_text("utf-8")
                assert not any(item in text for item in responses.items)
                assert "nữ" not in text and text.count("(") == text.count(")")


def test_the_fixed_values_for_r_are_the_calibrations(complete, calibration, tmp_path):
    write_mirt(tmp_path, complete, calibration=calibration)
    fixed = {(r["item"], r["name"]): float(r["value"]) for r in rows_of(tmp_path / "fixed.csv")}
    assert fixed["I001", "a1"] == calibration.items[0].a
    assert fixed["I001", "d"] == -calibration.items[0].a * calibration.items[0].b
    write_tam(tmp_path, complete, calibration=calibration)
    xsi = [float(row["value"]) for row in rows_of(tmp_path / "fixed-xsi.csv")]
    assert len(xsi) == 7 and xsi[0] == -fixed["I001", "d"]
    loadings = rows_of(tmp_path / "fixed-B.csv")
    assert [row["category"] for row in loadings if row["item"] == "4"] == ["1", "2", "3", "4"]


def test_parameters_are_one_row_each_with_their_errors(calibration, tmp_path):
    write_parameters(tmp_path / "parameters.csv", calibration)
    rows = [row for row in rows_of(tmp_path / "parameters.csv") if row["item"] == "P1"]
    assert [row["parameter"] for row in rows] == ["a", "b1", "b2"]
    assert float(rows[1]["value"]) == calibration.item("P1").steps[0]
    assert float(rows[1]["se"]) == calibration.item("P1").se.steps[0]


@pytest.mark.parametrize(
    ("write", "model", "code"),
    [
        (write_tam, "grm", "program_without_model"),
        (write_conquest, "3pl", "program_without_model"),
        (write_conquest, "nominal", "program_without_model"),
        (write_tam, {"P1": "pcm", "*": "gpcm"}, "program_without_mixture"),
        (write_mirt, "?", "unknown_model"),
        (write_mirt, {"P1": "pcm"}, "item_without_model"),
    ],
)
def test_models_a_program_does_not_have_are_refused(complete, write, model, code, tmp_path):
    with pytest.raises(ModelError) as error:
        write(tmp_path, complete, model)
    assert error.value.code == code


def test_slopes_conquest_cannot_keep_are_refused(complete, calibration, tmp_path):
    with pytest.raises(ModelError) as error:
        write_conquest(tmp_path, complete, calibration=calibration)
    assert error.value.code == "program_without_fixed_slopes"


def test_a_calibration_of_other_items_is_refused(complete, calibration, tmp_path):
    other = ResponseMatrix.from_arrays(complete.scores, items=["Câu 1", "x", "P1", "P2"])
    with pytest.raises(DataError) as error:
        write_mirt(tmp_path, other, calibration=calibration)
    assert error.value.code == "unknown_item" and error.value.params["column"] == "x"
    fewer = ResponseMatrix.from_arrays(np.minimum(complete.scores, 1), items=complete.items)
    with pytest.raises(DataError) as error:
        write_tam(tmp_path, fewer, calibration=calibration)
    assert error.value.code == "categories_differ"


def test_the_exports_bring_no_optional_package_along():
    code = (
        "import sys, psychometrics.exports, api.commands.export_responses; "
        "print([n for n in ('pandas', 'pyreadstat', 'pyarrow') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
