"""`khaothi calibrate` and `khaothi score` as a person at the terminal meets them."""

import argparse
import ast
import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from api.calibration_messages import CAUTIONS, ERRORS
from api.commands import calibrate, score
from psychometrics import item_estimate, simulate_responses

ITEMS = [
    item_estimate("I1", "2pl", [1.0, -0.5]),
    item_estimate("I2", "2pl", [1.4, 0.2]),
    item_estimate("I3", "2pl", [0.8, 0.6]),
    item_estimate("I4", "gpcm", [1.1, -0.6, 0.5]),
]


@pytest.fixture(scope="module")
def responses(tmp_path_factory):
    rng = np.random.default_rng(3)
    drawn = simulate_responses(ITEMS, rng.normal(size=500), rng)
    path = tmp_path_factory.mktemp("data") / "responses.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["sbd", *drawn.items, "tinh", "trong_so"])
        for person, row in enumerate(drawn.scores.tolist(), start=1):
            writer.writerow([f"{person:06d}", *row, "AB"[person % 2], 1 + person % 2])
    return path


def run(*arguments):
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers(required=True)
    calibrate.add_parser(subparsers)
    score.add_parser(subparsers)
    args = parser.parse_args([str(argument) for argument in arguments])
    return args.run(args)


NOT_ITEMS = ["--ignore", "tinh", "--ignore", "trong_so"]


def test_result_is_written_and_printed(responses, tmp_path, capsys):
    output = tmp_path / "result.json"
    assert run("calibrate", responses, "--model", "gpcm", "--output", output, *NOT_ITEMS) == 0
    written = json.loads(output.read_text("utf-8"))
    assert written["converged"] and written["n_persons"] == 500 and written["n_items"] == 4
    assert written["quadrature"] == {"nodes": 61, "range": 6.0}
    assert "đã hội tụ" in capsys.readouterr().out
    assert run("calibrate", responses, "--model", "gpcm", "--json", *NOT_ITEMS) == 0
    assert json.loads(capsys.readouterr().out) == written


@pytest.mark.parametrize("model", ["pcm", "gpcm", "grm"])
def test_groups_and_weights_with_every_polytomous_model(responses, model, capsys):
    options = ["--groups", "tinh", "--weights", "trong_so", "--nodes", "41", "--range", "5"]
    assert run("calibrate", responses, "--model", model, "--json", *options) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [group["group"] for group in printed["population"]["groups"]] == ["A", "B"]
    assert printed["quadrature"] == {"nodes": 41, "range": 5.0}


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl"])
def test_every_dichotomous_model_with_a_prior(responses, model, capsys):
    prior = "g=logitnormal(-1.386294,0.5)" if model == "3pl" else "a=lognormal(0,0.5)"
    options = ["--ignore", "I4", "--groups", "tinh", "--weights", "trong_so", "--prior", prior]
    assert run("calibrate", responses, "--model", model, "--json", *options) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["priors"] == [prior] and ("c" in printed["items"][0]) == (model == "3pl")


@pytest.mark.parametrize("model", ["rsm", "nominal"])
def test_rating_scales_and_nominal_items(responses, model, capsys):
    assert run("calibrate", responses, "--model", model, "--json", *NOT_ITEMS) == 0
    item = json.loads(capsys.readouterr().out)["items"][3]
    keys = {"rsm": {"steps", "location", "thresholds"}}
    keys["nominal"] = {"slopes", "intercepts", "scores"}
    assert keys[model] <= item.keys() and keys[model] <= item["se"].keys()
    assert run("calibrate", responses, "--model", model, *NOT_ITEMS) == 0
    assert ("hệ số góc" in capsys.readouterr().out) == (model == "nominal")


def test_a_model_an_item_constraints_and_anchors(responses, tmp_path, capsys):
    models, first = tmp_path / "models.csv", tmp_path / "first.json"
    models.write_text("item,model\nI1,3pl\nI4,grm\n", encoding="utf-8")
    options = ["--models", models, "--prior", "g=beta(5,17)", "--constraint", "a[I2]=a[I3]"]
    assert run("calibrate", responses, "--output", first, *options, *NOT_ITEMS) == 0
    written = json.loads(first.read_text("utf-8"))
    assert [item["model"] for item in written["items"]] == ["3pl", "2pl", "2pl", "grm"]
    assert written["items"][1]["a"] == written["items"][2]["a"]
    assert written["constraints"] == ["a[I2]=a[I3]"]
    capsys.readouterr()
    assert run("calibrate", responses, "--anchors", first, "--json", *NOT_ITEMS) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["anchors"] == ["I1", "I2", "I3", "I4"]
    assert again["population"]["mean"] == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"item,model\nI1\n", "dòng 2"),
        (b"item,model\n", "dòng 2"),
        (b"cau,mo_hinh\nI1,2pl\n", "item"),
        (b"item,model\nI9,2pl\n", "I9"),
        (b"item,model\nI1,5pl\n", "5pl"),
        (b"item,model\nI1,\xff\n", "UTF-8"),
    ],
)
def test_a_file_of_models_that_cannot_be_used_is_refused(
    responses, content, words, tmp_path, capsys
):
    models = tmp_path / "models.csv"
    models.write_bytes(content)
    assert run("calibrate", responses, "--model", "gpcm", "--models", models, *NOT_ITEMS) == 2
    assert words in capsys.readouterr().err


def test_items_free_in_a_group_and_an_estimated_density(responses, capsys):
    options = ["--groups", "tinh", "--ignore", "trong_so", "--model", "gpcm", "--json"]
    assert run("calibrate", responses, *options, "--free-item", "I2@B") == 0
    labels = [item["item"] for item in json.loads(capsys.readouterr().out)["items"]]
    assert labels == ["I1", "I2", "I3", "I4", "I2@B"]
    assert run("calibrate", responses, *options, "--density", "histogram") == 0
    groups = json.loads(capsys.readouterr().out)["population"]["groups"]
    assert all(sum(group["histogram"]) == pytest.approx(1.0) for group in groups)


@pytest.mark.parametrize("method", ["eap", "map", "ml", "wle"])
def test_score_writes_person_theta_se(responses, method, tmp_path, capsys):
    result, output = tmp_path / "result.json", tmp_path / "abilities.csv"
    run("calibrate", responses, "--model", "gpcm", "--output", result, *NOT_ITEMS)
    arguments = ["--calibration", result, "--method", method, "--output", output]
    assert run("score", responses, *arguments, *NOT_ITEMS) == 0
    with output.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["person", "theta", "se"]
    assert [row["person"] for row in rows[:2]] == ["000001", "000002"]
    blank = [row for row in rows if row["theta"] == ""]
    assert bool(blank) == (method == "ml")  # extreme scores have no finite ML
    assert all(row["se"] == "" for row in blank)
    assert ("ô để trống" in capsys.readouterr().err) == (method == "ml")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--model", "abc"], "Không có mô hình abc"),
        (["--model", "2pl", *NOT_ITEMS], "I4"),
        (["--model", "gpcm"], "cột tinh"),
        (["--model", "gpcm", "--prior", "g=logitnormal(-1,1)"], "không ước lượng"),
        (["--model", "gpcm", "--prior", "g=1"], "mẫu"),
        (["--model", "gpcm", "--constraint", "a[I9]=1", *NOT_ITEMS], "Ràng buộc"),
        (["--model", "gpcm", "--constraint", "k[I1]=1"], "không phải tên tham số"),
        (["--model", "gpcm", "--free-item", "I1", *NOT_ITEMS], "nhóm"),
        (["--model", "gpcm", "--groups", "khong_co"], "khong_co"),
        (["--model", "gpcm", "--nodes", "2", *NOT_ITEMS], "điểm nút"),
    ],
)
def test_unusable_input_exits_with_2_and_says_what_to_do(
    responses, options, words, tmp_path, capsys
):
    output = tmp_path / "result.json"
    assert run("calibrate", responses, "--output", output, *options) == 2
    caught = capsys.readouterr()
    assert words in caught.err and caught.out == ""
    assert not output.exists()


def test_a_result_cannot_be_half_written(responses, tmp_path, capsys):
    nowhere = tmp_path / "none" / "result.json"
    assert run("calibrate", responses, "--output", nowhere, "--model", "gpcm", *NOT_ITEMS) == 2
    assert "Không đọc hoặc ghi được tệp" in capsys.readouterr().err


def test_score_refuses_an_unknown_item_and_a_broken_calibration(responses, tmp_path, capsys):
    result = tmp_path / "result.json"
    run("calibrate", responses, "--model", "gpcm", "--output", result, "--ignore", "I1", *NOT_ITEMS)
    capsys.readouterr()
    assert run("score", responses, "--calibration", result, *NOT_ITEMS) == 2
    assert "I1" in capsys.readouterr().err
    result.write_text("{}", encoding="utf-8")
    assert run("score", responses, "--calibration", result, *NOT_ITEMS) == 2
    assert run("score", responses, "--calibration", tmp_path / "none.json", *NOT_ITEMS) == 2


@pytest.mark.parametrize("command", ["calibrate", "score"])
def test_help(command, capsys):
    with pytest.raises(SystemExit) as done:
        run(command, "--help")
    assert done.value.code == 0 and "RESPONSES" in capsys.readouterr().out


LOAD_ALL_OF_API = """
import importlib, pkgutil, sys
import api
for module in pkgutil.walk_packages(api.__path__, "api."):
    importlib.import_module(module.name)
print(*(m.__file__ for n, m in sys.modules.items() if n.split(".")[0] == "psychometrics"), sep="\\n")
"""


def parts_of_the_library_in_use():
    """The source files of the library that the pages, the jobs and the commands load."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD_ALL_OF_API], capture_output=True, text=True, check=True
    )
    return [Path(line) for line in done.stdout.split()]


def codes_in_the_library():
    """Every code that an error or a caution can come with, read from the source."""
    for path in parts_of_the_library_in_use():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield node.func.id, first.value


def test_every_error_and_caution_has_words_in_vietnamese():
    found = list(codes_in_the_library())
    errors = {code for name, code in found if name in ("DataError", "ModelError", "NotBuilt")}
    cautions = {code for name, code in found if name in ("Caution", "_caution")}
    assert errors and errors <= ERRORS.keys()
    assert cautions and cautions <= CAUTIONS.keys()
