"""The curriculum as data: complete over the subjects and grades, codes that say where they belong."""

from collections import Counter

import pytest

from itembank.curriculum import curriculum, topic, topics
from itembank.curriculum.levels import map_level

UPPER = ("toan", "vat-li", "hoa-hoc", "sinh-hoc", "lich-su", "dia-li", "gdktpl", "tieng-anh",
         "ngu-van")  # fmt: skip
GRADE_9 = ("toan", "ngu-van", "tieng-anh", "khtn")
ALL = sorted({*UPPER, *GRADE_9})


@pytest.mark.parametrize("subject", UPPER)
def test_grades_10_to_12_have_topics(subject: str) -> None:
    assert {found.grade for found in topics(subject)} >= {10, 11, 12}


@pytest.mark.parametrize("subject", GRADE_9)
def test_grade_9_has_topics(subject: str) -> None:
    assert 9 in {found.grade for found in topics(subject)}


@pytest.mark.parametrize("subject", ALL)
def test_codes_are_unique_and_name_subject_grade_topic_and_outcome(subject: str) -> None:
    codes = Counter(found.code for found in topics(subject))
    assert max(codes.values()) == 1
    for found in topics(subject):
        assert found.code.startswith(f"{subject}.{found.grade}.")
        assert [outcome.code for outcome in found.outcomes] == [
            f"{found.code}.{number}" for number in range(1, len(found.outcomes) + 1)
        ]


@pytest.mark.parametrize("subject", ALL)
def test_every_topic_has_a_name_a_strand_and_outcomes_in_words(subject: str) -> None:
    for found in topics(subject):
        assert found.name and found.strand and found.outcomes
        assert all(len(outcome.text) > 20 for outcome in found.outcomes)
        assert len({outcome.text for outcome in found.outcomes}) == len(found.outcomes)


@pytest.mark.parametrize("subject", ALL)
def test_every_subject_says_its_version_and_that_it_is_still_to_be_verified(subject: str) -> None:
    said = curriculum(subject)
    assert said is not None
    assert (said.version, said.verified) == ("GDPT-2018", False)
    assert {found.curriculum for found in topics(subject)} == {said.version}


def test_a_subject_without_a_file_has_no_curriculum() -> None:
    assert topics("khxh") == () and curriculum("khxh") is None and topic("khxh.9.x") is None


@pytest.mark.parametrize(
    ("tag", "level"),
    [
        ("Nhận biết", "biet"), ("NB", "biet"), ("biet", "biet"),
        ("Thông hiểu", "hieu"), ("TH", "hieu"), ("Hiểu", "hieu"),
        ("Vận dụng", "van_dung"), ("VD", "van_dung"), ("van_dung", "van_dung"), ("Mức độ 2", "hieu"), ("M1", "biet"),
    ],
)  # fmt: skip
def test_the_lower_three_of_four_levels_map_without_a_flag(tag: str, level: str) -> None:
    found = map_level(tag)
    assert found is not None
    assert (found.level, found.is_flagged) == (level, False)


@pytest.mark.parametrize("tag", ["Vận dụng cao", "VDC", "vận_dụng-cao", "VẬN DỤNG CAO ", "Mức 4"])
def test_the_highest_of_four_levels_becomes_the_third_and_is_flagged(tag: str) -> None:
    found = map_level(tag)
    assert found is not None
    assert (found.level, found.is_flagged, found.tag) == ("van_dung", True, tag.strip())


@pytest.mark.parametrize("tag", ["", "khó", "5", "vận", "Mức 5"])
def test_other_words_are_no_level(tag: str) -> None:
    assert map_level(tag) is None
