"""`khaothi export-responses` as a person at the terminal meets it."""

import csv

import numpy as np
import pytest

from api.cli import main
from psychometrics import item_estimate, simulate_responses

ITEMS = [
    item_estimate("Cau1", "2pl", [1.0, -0.5]),
    item_estimate("Cau2", "2pl", [1.4, 0.2]),
    item_estimate("Cum3", "gpcm", [1.1, -0.6, 0.5]),
]


@pytest.fixture(scope="module")
def responses(tmp_path_factory):
    rng = np.random.default_rng(3)
    drawn = simulate_responses(ITEMS, rng.normal(size=300), rng)
    path = tmp_path_factory.mktemp("data") / "responses.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["sbd", *drawn.items])
        for person, row in enumerate(drawn.scores.tolist(), start=1):
            writer.writerow([f"{person:06d}", *row[:2], 9 if person % 10 == 0 else row[2]])
    return str(path)


@pytest.fixture(scope="module")
def result(responses, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("result") / "result.json")
    options = ["--missing-code", "omitted=9", "--model", "pcm", "--output", path]
    assert main(["calibrate", responses, *options]) == 0
    return path


@pytest.mark.parametrize("to", ["mirt", "tam", "conquest", "sav", "csv", "parquet"])
def test_every_target_says_what_it_wrote(responses, result, to, tmp_path, capsys):
    package = {"sav": "pyreadstat", "parquet": "pyarrow"}.get(to)
    if package:
        pytest.importorskip(package, reason=f"{package} is not installed")
    folder = tmp_path / "out"
    options = ["--to", to, "--out", str(folder), "--missing-code", "omitted=9"]
    assert main(["export-responses", responses, *options, "--calibration", result]) == 0
    printed = capsys.readouterr().out
    assert "300 thí sinh, 3 câu" in printed
    written = {path.name for path in folder.iterdir()}
    assert all(name in printed for name in written) and len(written) >= 3
    assert main(["export-responses", responses, *options]) == 2
    assert "--overwrite" in capsys.readouterr().err


def test_item_labels_reach_the_codebook(responses, tmp_path):
    labels = tmp_path / "labels.csv"
    labels.write_text("item,label\nCau1,Đạo hàm\n", encoding="utf-8")
    options = ["--to", "csv", "--out", str(tmp_path / "out"), "--item-labels", str(labels)]
    assert main(["export-responses", responses, *options, "--missing-code", "omitted=9"]) == 0
    assert "Đạo hàm" in (tmp_path / "out" / "codebook.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"item,label\nCau1,\xff\n", "UTF-8"), (b"item,name\nCau1,A\n", "labels.csv, dòng 2")],
)
def test_unusable_item_labels_are_refused_in_words(responses, body, words, tmp_path, capsys):
    labels = tmp_path / "labels.csv"
    labels.write_bytes(body)
    options = ["--to", "csv", "--out", str(tmp_path / "out"), "--item-labels", str(labels)]
    assert main(["export-responses", responses, *options]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--to", "tam", "--model", "grm"], "TAM không có mô hình grm"),
        (["--to", "mirt", "--model", "abc"], "Không có mô hình abc"),
        (["--to", "csv", "--missing-code", "bo_trong=9"], "bo_trong"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(responses, options, words, tmp_path, capsys):
    given = [*options] if "--missing-code" in options else [*options, "--missing-code", "omitted=9"]
    folder = tmp_path / "out"
    assert main(["export-responses", responses, *given, "--out", str(folder)]) == 2
    assert words in capsys.readouterr().err
    assert not folder.exists() or not any(folder.iterdir())
