"""Every key of the subjects checked by `Answers`: computed again, or read a second time."""

import math

import pytest

from tests.demo_bank import (
    answers_dia_li,
    answers_gdktpl,
    answers_hoa_hoc,
    answers_lich_su,
    answers_sinh_hoc,
    answers_tieng_anh,
    answers_vat_li,
)
from tests.demo_bank.answers import READINGS, Answers, worth
from tests.demo_bank.readings import as_typed, places_asked_for

SUBJECTS: list[Answers] = [
    answers_dia_li.ANSWERS,
    answers_gdktpl.ANSWERS,
    answers_hoa_hoc.ANSWERS,
    answers_lich_su.ANSWERS,
    answers_sinh_hoc.ANSWERS,
    answers_tieng_anh.ANSWERS,
    answers_vat_li.ANSWERS,
]
LETTERS = "ABCD"
VALUES = [(subject, code) for subject in SUBJECTS for code in sorted(subject.values)]
CLUSTERS = [(subject, code) for subject in SUBJECTS for code in sorted(subject.clusters)]
READ = [
    (subject, code) for subject in SUBJECTS for code in sorted(READINGS) if code in subject.items
]


def named(case: object) -> str:
    return case if isinstance(case, str) else ""


@pytest.mark.parametrize(("subject", "code"), VALUES, ids=named)
def test_the_key_is_what_the_data_come_to(subject: Answers, code: str) -> None:
    item = subject.items[code]
    found = subject.values[code](item["stem"])
    if item["kind"] == "short":
        assert as_typed(round(found, 6), places_asked_for(item["stem"])) == item["key"]
        return
    worths = [worth(option["text"]) for option in item["options"]]
    nearest = min(range(4), key=lambda k: abs(worths[k] - found))
    assert LETTERS[nearest] == item["key"]
    assert math.isclose(worths[nearest], found, rel_tol=0.01)


@pytest.mark.parametrize(("subject", "code"), CLUSTERS, ids=named)
def test_statements_with_numbers_are_as_true_as_their_keys(subject: Answers, code: str) -> None:
    statements = subject.items[code]["statements"]
    found = subject.clusters[code]([statement["text"] for statement in statements])
    keys = [statement["key"] for statement in statements]
    assert [f for f in found if f is not None] == [
        k for k, f in zip(keys, found, strict=True) if f is not None
    ]


@pytest.mark.parametrize(("subject", "code"), READ, ids=named)
def test_the_key_is_what_an_independent_reading_found(subject: Answers, code: str) -> None:
    item = subject.items[code]
    if item["kind"] == "choice":
        assert READINGS[code] == item["key"]
    else:
        assert READINGS[code] == "".join("SĐ"[s["key"]] for s in item["statements"])


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.file)
def test_every_item_is_computed_or_read(subject: Answers) -> None:
    marked = {code for code, item in subject.items.items() if item["kind"] != "essay"}
    assert marked - set(subject.values) - set(READINGS) == set()
    assert not set(subject.values) & set(READINGS)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.file)
def test_words_alone_are_marked_as_read_independently(subject: Answers) -> None:
    rest = set(subject.items) - set(subject.values) - set(subject.clusters)
    said = {code for code in rest if subject.items[code].get("check") != "đọc độc lập"}
    assert said == set()


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.file)
def test_keys_are_spread_over_the_letters(subject: Answers) -> None:
    keys = [item["key"] for item in subject.items.values() if item["kind"] == "choice"]
    counts = [keys.count(letter) for letter in LETTERS]
    assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.file)
def test_the_right_option_is_not_given_away_by_its_length(subject: Answers) -> None:
    for code, item in subject.items.items():
        if item["kind"] == "choice" and code not in subject.values:
            lengths = {n: len(o["text"]) for n, o in zip(LETTERS, item["options"], strict=True)}
            right = lengths.pop(item["key"])
            assert right <= 1.6 * max(lengths.values()) + 6, code
