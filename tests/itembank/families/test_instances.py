"""Instances: the same for the same seed, different from each other, none of them useless."""

from __future__ import annotations

from fractions import Fraction

import pytest

from itembank.errors import Invalid
from itembank.families.instances import draw, faults_of, key_of, n_possible, stock
from itembank.families.template import Computed, FamilyTemplate, Variable, check
from itembank.items import checks
from itembank.items.content import (
    Choice,
    ItemContent,
    Option,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
)
from itembank.items.html import plain_text
from itembank.items.markup import to_html
from tests.factories.bank import complete_choice


def choice(*bodies: str, key: str = "A") -> ItemContent:
    options = tuple(
        Option(id=name, body=to_html(body, str), rationale="Vì [[a]]")
        for name, body in zip("ABCD", bodies, strict=False)
    )
    stem = to_html("Diện tích dưới $y = x^2 - [[a]]x$ là", str)
    return complete_choice(stem, interaction=Choice(options=options, key=key).model_dump())


def short(key: str, **changes: object) -> ItemContent:
    part = ShortAnswer(keys=(key,), **changes)
    return complete_choice("<p>Tính [[a]] : 8.</p>", kind="short", interaction=part.model_dump())


A = Variable(name="a", low=1, high=9)
AREA = FamilyTemplate(
    content=choice("$[[a**3/6|ps]]$", "$[[a**3/3|ps]]$", "$[[a**3/2|ps]]$", "$[[a**2/6|ps]]$"),
    variables=(A,),
)


def test_the_same_seed_gives_the_same_items_and_another_seed_others() -> None:
    assert draw(AREA, 7, 5) == draw(AREA, 7, 5)
    assert [one.values for one in draw(AREA, 7, 5)] != [one.values for one in draw(AREA, 8, 5)]


def test_every_fit_instance_is_a_complete_item_unlike_the_others() -> None:
    found = draw(AREA, 1, 20)
    assert len(found) == 8  # 1 of 9 is left out: its key and last distractor are both 1/6
    assert all(not checks.problems(one.content) for one in found)
    assert len({one.content.stem for one in found}) == len(found)
    assert "[[" not in "".join(one.content.model_dump_json() for one in found)


def test_the_key_goes_with_its_option_wherever_it_lands() -> None:
    places = set()
    for one in draw(AREA, 1, 8):
        part = one.content.interaction
        assert isinstance(part, Choice)
        right = next(o for o in part.options if o.id == part.key)
        a = one.values["a"]
        assert plain_text(right.body) in {f"${a**3 / 6}$", _fraction(a**3 / 6)}
        places.add(part.key)
    assert len(places) > 1


def _fraction(value) -> str:
    return rf"$\frac{{{value.numerator}}}{{{value.denominator}}}$"


def test_known_values_are_not_drawn_again() -> None:
    first = draw(AREA, 1, 3)
    again = draw(AREA, 1, 9, known=frozenset(key_of(one.values) for one in first))
    assert not {key_of(o.values) for o in first} & {key_of(o.values) for o in again}
    assert len(again) == 5


def test_counts_are_whole_for_a_small_space_and_estimates_for_a_large_one() -> None:
    told = stock(AREA)
    assert (told.n_possible, told.n_tried, told.n_fit) == (9, 9, 8)
    assert dict(told.faults) == {"key_not_unique": 1}
    large = AREA.model_copy(
        update={"variables": (A, *(Variable(name=n, low=0, high=99) for n in "bc"))}
    )
    told = stock(large)
    assert told.n_possible == n_possible(large) == 90_000
    assert told.is_estimate
    assert 0.85 < told.n_usable / 90_000 < 0.93


@pytest.mark.parametrize(
    ("template", "values", "fault"),
    [
        (FamilyTemplate(content=choice("[[a]]", "[[2*a]]", "[[a*2]]", "5"), variables=(A,)), {"a": 4}, "options_equal"),
        (FamilyTemplate(content=choice("[[a]]", "[[a**2]]", "7", "5"), variables=(A,)), {"a": 1}, "key_not_unique"),
        (FamilyTemplate(content=choice("$[[a/2]]$", "$[[a/2|ps]]$", "7", "5"), variables=(A,)), {"a": 1}, "key_not_unique"),
        (FamilyTemplate(content=choice("[[1/(a - 2)]]", "x", "7", "5"), variables=(A,)), {"a": 2}, "no_value"),
        (FamilyTemplate(content=choice("[[a - 5]]", "x", "7", "5"), variables=(A,), is_signed=False), {"a": 2}, "negative"),
        (FamilyTemplate(content=choice("[[a/7]]", "x", "7", "5"), variables=(A,), most_denominator=6), {"a": 2}, "ugly"),
        (FamilyTemplate(content=choice("[[a/32]]", "x", "7", "5"), variables=(A,)), {"a": 1}, "ugly"),
        (FamilyTemplate(content=choice("[[sqrt(a)]]", "x", "7", "5"), variables=(A,)), {"a": 2}, "inexact"),
        (FamilyTemplate(content=choice("$[[a - 2]]x$", "x", "7", "5"), variables=(A,)), {"a": 2}, "zero_factor"),
        (FamilyTemplate(content=choice("[[a]]", "x", "7", "5"), variables=(A,), constraints=("a > 3",)), {"a": 2}, "constraint"),
        (FamilyTemplate(content=short("[[a/8]]"), variables=(A,)), {"a": 1}, "boxes"),
        (FamilyTemplate(content=short("[[-a]]", charset="0-9"), variables=(A,)), {"a": 1}, "boxes"),
    ],
)  # fmt: skip
def test_what_makes_an_instance_useless_is_found(template, values, fault) -> None:
    check(template)
    given = {name: Fraction(value) for name, value in values.items()}
    assert fault in faults_of(template, given)


def test_statements_are_true_when_their_expression_says_so() -> None:
    rows = tuple(
        Statement(id=i, body=f"<p>{b}</p>", key=True, rationale="vì")
        for i, b in (("a", "[[n]] chẵn"), ("b", "luôn đúng"))
    )
    content = complete_choice(
        "<p>Cho [[n]].</p>",
        kind="tf_cluster",
        interaction=TrueFalseCluster(statements=rows).model_dump(),
    )
    template = FamilyTemplate(
        content=content, variables=(Variable(name="n", low=1, high=6),), truths={"a": "n % 2 == 0"}
    )
    for one in draw(template, 1, 6):
        part = one.content.interaction
        assert part.statements[0].key is (one.values["n"] % 2 == 0)
        assert part.statements[1].key is True


def test_variables_of_every_kind_give_their_values() -> None:
    assert [
        str(v)
        for v in Variable(
            name="x", kind="decimal", low="0.5", high="2", step="0.5", excluded=("1,5",)
        ).values()
    ] == ["1/2", "1", "2"]
    assert Variable(name="w", kind="list", listed=("Hà Nội", "1/2", "-3")).values()[0] == "Hà Nội"
    computed = AREA.model_copy(
        update={"computed": (Computed(name="s", expression="a**3/6"),), "constraints": ("s < 10",)}
    )
    assert {one.values["a"] for one in draw(computed, 1, 9)} == {2, 3}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"variables": ()}, "bien-0-ten"),
        ({"variables": (Variable(name="a", low=5, high=1),)}, "bien-0-tu"),
        ({"variables": (Variable(name="a", low=1, high=9, step=0),)}, "bien-0-buoc"),
        ({"variables": (Variable(name="a", low=1, high=9), Variable(name="a", low=1, high=9))}, "bien-1-ten"),
        ({"variables": (A, Variable(name="sqrt", low=1, high=9))}, "bien-1-ten"),
        ({"constraints": ("b > 1",)}, "dieu-kien"),
        ({"computed": (Computed(name="c", expression="c + 1"),)}, "tinh-0-bieu-thuc"),
        ({"content": choice("[[q]]", "1", "2", "3")}, "options.A.body"),
        ({"content": choice("[[a|xx]]", "1", "2", "3")}, "options.A.body"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_family_is_told_where_it_stands(changes, where) -> None:
    with pytest.raises(Invalid) as refused:
        check(AREA.model_copy(update=changes))
    assert where in {str(p.where) for p in refused.value.problems}
