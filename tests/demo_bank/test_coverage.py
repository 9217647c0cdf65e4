"""What the demo bank holds as a whole: subjects, kinds, levels, and enough for a paper of each."""

from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest
import yaml

from api.demo.bank_files import read_bank
from itembank.curriculum import SUBJECTS
from itembank.forms.structures import presets
from itembank.items.content import Essay
from tests.demo_bank.readings import BANK as BANK_FILES
from tests.demo_bank.readings import items_of

BANK = read_bank()
NINE = ("toan", "vat-li", "hoa-hoc", "sinh-hoc", "lich-su", "dia-li", "gdktpl", "tieng-anh",
        "ngu-van")  # fmt: skip
FULL = tuple(subject for subject in NINE if subject != "tieng-anh")


def test_at_least_two_hundred_items_over_nine_subjects() -> None:
    held = Counter(item.content.subject for item in BANK.items)
    assert held.total() >= 200
    assert set(held) == set(NINE) <= set(SUBJECTS)


@pytest.mark.parametrize("subject", FULL)
def test_a_subject_has_items_of_each_kind_for_a_graduation_paper(subject: str) -> None:
    kinds = Counter(i.content.kind for i in BANK.items if i.content.subject == subject)
    wanted: Counter[str] = Counter()
    for part in presets()[f"thpt-2025-{subject}"].parts:
        wanted[part.kind] += part.count
    assert kinds >= wanted


@pytest.mark.parametrize("subject", NINE)
def test_topics_and_levels_vary(subject: str) -> None:
    found = [item.content for item in BANK.items if item.content.subject == subject]
    levels = {"hieu", "van_dung"} if subject == "ngu-van" else {"biet", "hieu", "van_dung"}
    assert {content.level for content in found} == levels
    assert len({content.topic for content in found}) >= 3


def test_every_subject_has_an_author_among_the_people() -> None:
    province = yaml.safe_load((BANK_FILES.parent / "province.yaml").read_text("utf-8"))
    people = {person["username"]: person["subjects"] for person in province["people"]
              if "subjects" in person}  # fmt: skip
    for subject, author in province["authors"].items():
        assert subject in people[author]
    assert set(province["authors"]) == set(NINE)


def test_invented_tables_say_that_they_are() -> None:
    for subject in ("dia-li", "gdktpl"):
        for content in BANK.stimuli.values():
            if content.subject == subject and "<table" in content.body:
                assert "giả định" in content.body, content.title


@pytest.mark.parametrize(("code", "points"), [("V12-DH-0001", 4), ("V12-DV-0001", 2)])
def test_rubrics_rise_by_quarters_to_the_points_of_their_part(code: str, points: int) -> None:
    rows = items_of("ngu-van-doc-hieu.yaml")[code]["rubric"]
    scales = [[Decimal(level["points"]) for level in row["levels"]] for row in rows]
    assert all(scale[0] == 0 for scale in scales)
    assert all(b - a == Decimal("0.25") for scale in scales for a, b in pairwise(scale))
    assert sum(scale[-1] for scale in scales) == points


def test_essays_have_guidance_for_the_marker() -> None:
    essays = [i for i in BANK.items if isinstance(i.content.interaction, Essay)]
    assert essays and all(item.content.solution for item in essays)
