"""`khaothi cross-check` as a person at the terminal meets it."""

import csv
import json

import numpy as np
import pytest

from api.cli import main
from psychometrics import item_estimate, simulate_responses

pytest.importorskip("girth", reason="girth is not installed")

ITEMS = [
    item_estimate("Cau1", "2pl", [1.0, -0.5]),
    item_estimate("Cau2", "2pl", [1.4, 0.2]),
    item_estimate("Cau3", "2pl", [0.8, 0.6]),
    item_estimate("Cum4", "gpcm", [1.1, -0.6, 0.5]),
]


@pytest.fixture(scope="module")
def responses(tmp_path_factory):
    rng = np.random.default_rng(3)
    drawn = simulate_responses(ITEMS, rng.normal(size=500), rng)
    path = tmp_path_factory.mktemp("data") / "responses.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["sbd", *drawn.items])
        for person, row in enumerate(drawn.scores.tolist(), start=1):
            writer.writerow([f"{person:06d}", *row])
    return str(path)


def test_the_table_shows_every_item_in_vietnamese(responses, capsys):
    assert main(["cross-check", responses, "--model", "gpcm"]) == 0
    caught = capsys.readouterr()
    assert "KHỚP" in caught.out and "girth 0." in caught.out
    lines = caught.out.splitlines()
    for item in ITEMS:
        assert any(line.startswith(item.item) for line in lines)
    assert "Đang hiệu chuẩn bằng girth" in caught.err


def test_json_is_all_that_is_printed(responses, tmp_path, capsys):
    output = tmp_path / "comparison.json"
    options = ["--model", "grm", "--json", "--output", str(output)]
    assert main(["cross-check", responses, *options]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(output.read_text("utf-8"))
    assert [item["item"] for item in printed["items"]] == [item.item for item in ITEMS]


def test_a_strict_tolerance_marks_the_items(responses, capsys):
    assert main(["cross-check", responses, "--model", "gpcm", "--tolerance", "0.0000001"]) == 0
    caught = capsys.readouterr()
    assert "CHƯA KHỚP" in caught.out and " *" in caught.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--model", "pcm"], "girth luôn ước lượng độ phân biệt"),
        (["--model", "3pl"], "girth không đối chiếu được mô hình 3pl"),
        (["--model", "2pl"], "Cum4"),
        (["--model", "gpcm", "--tolerance", "-1"], "số dương"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_words(responses, options, words, capsys):
    assert main(["cross-check", responses, *options]) == 2
    caught = capsys.readouterr()
    assert words in caught.err and caught.out == ""
