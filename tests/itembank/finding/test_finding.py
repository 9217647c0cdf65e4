"""What matches is one rule on both databases; what a person may not read is not found by words."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select, text

from itembank.finding import index
from itembank.finding.asked import terms
from itembank.finding.index import Words, says
from itembank.finding.tokens import folded, formula_tokens, tokens
from itembank.items.models import Item
from itembank.items.search import PAGE_SIZE, Query, search
from tests.factories.bank import make_draft, make_province

LEXICON = [
    "đạo",
    "dao",
    "đào",
    "hàm",
    "ham",
    "hám",
    "tích",
    "phân",
    "phan",
    "của",
    "cửa",
    "cua",
    "số",
    "so",
    "x",
    "y",
    "f",
    "12",
    "1",
    "120",
    "nguyên",
    "hạm",
    "ba",
    "bà",
    "bạ",
    "Đường",
    "TRÒN",
    "tròn",
    "trơn",
]


def _row(rng: random.Random, place: int) -> Words:
    said = rng.choices(LEXICON, k=rng.randrange(1, 14))
    return Words(place, (f"c{place % 7}",), tuple(t for w in said for t in tokens(w)))


def _asked(rng: random.Random) -> str:
    parts = []
    for _ in range(rng.randrange(1, 4)):
        words = rng.choices(LEXICON, k=rng.randrange(1, 3))
        parts.append(
            rng.choice([words[0], f'"{" ".join(words)}"', f"{words[0][:2]}*", f"${words[0]}^2$"])
        )
    return " ".join(parts)


@pytest.mark.parametrize("with_marks", [False, True])
def test_both_databases_find_what_the_rule_says(database, with_marks):
    rng = random.Random(5)
    rows = [_row(rng, place) for place in range(1, 201)]
    column = "marked" if with_marks else "folded"
    found_any = 0
    with database.write() as db:
        index.put_all(db.connection(), rows)
        for _ in range(150):
            asked = terms(_asked(rng), with_marks=with_marks)
            if not asked:
                continue
            expected = {
                row.place
                for row in rows
                if all(term.is_met_by(getattr(row, column)) for term in asked)
            }
            condition = says(db.get_bind().dialect.name, column, asked)
            found = _places(db, condition)
            assert found == expected, asked
            found_any += bool(expected)
    assert found_any > 50


def _places(db, condition) -> set[int]:
    key = "place" if db.get_bind().dialect.name == "postgresql" else "rowid"
    inner = str(condition).split("(", 1)[1].rsplit(")", 1)[0]
    assert inner.startswith(f"SELECT {key}")
    return set(db.scalars(text(inner), condition.compile().params))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\dfrac{1}{2}", r"\frac{1}{2}"),
        (r"x^{2}+1", "x^2 + 1"),
        (r"\left(2{,}5\right)", "(2,5)"),
        (r"a \cdot b", r"a\times b"),
    ],
)
def test_formulas_that_read_the_same_have_the_same_tokens(one, other):
    assert formula_tokens(one) == formula_tokens(other)


def test_forms_of_a_letter_are_one_and_marks_count_only_when_asked():
    composed, torn = "Đạo hàm", "Đạo hàm"
    assert tokens(composed) == tokens(torn) == ["đạo", "hàm"]
    assert [folded(t) for t in tokens(composed)] == ["dao", "ham"]
    assert terms("dao")[0].is_met_by(["dao"])
    assert not terms("đào", with_marks=True)[0].is_met_by(["đạo"])


@pytest.fixture
def province(db, now):
    return make_province(db, now=now)


def test_pages_by_their_first_code_cover_everything_once(db, province, now):
    author = province.actor(db, "author")
    for _ in range(PAGE_SIZE * 2 + 3):
        make_draft(db, author, now=now)
    codes, after = [], ""
    while True:
        found = search(db, author, Query(after=after))
        codes += [item.code for item in found.items]
        if not found.has_after:
            break
        after = found.items[-1].code
    assert codes == sorted(db.scalars(select(Item.code)))
    back = search(db, author, Query(before=codes[-3]))
    assert [i.code for i in back.items] == codes[-3 - PAGE_SIZE : -3]
    assert back.has_before
    assert back.has_after
    assert found.total == len(codes)
    assert not found.estimated


def test_what_is_saved_is_found_at_once_and_by_its_formula(db, province, now):
    author = province.actor(db, "author")
    item = make_draft(db, author, now=now)
    label_words = tokens(item.label)[:3]
    found = search(db, author, Query(text=" ".join(label_words)))
    assert item.id in {i.id for i in found.items}
    assert search(db, author, Query(text="khongcotunay")).total == 0
