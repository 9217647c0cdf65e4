"""Differences between versions: nothing is lost, nothing invented; and where a brace is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.bank.changes import changes_between
from api.bank.formula import unbalanced_at
from itembank.items.html import plain_text
from tests.factories.forms import choice_content, cluster_content, essay_content, short_content

WORDS = st.lists(
    st.sampled_from(["hàm", "số", "đồng", "biến", "nghịch", "?", '<span data-tex="x^2"></span>.']),
    max_size=12,
).map(lambda words: f"<p>{' '.join(words)}</p>")


@given(before=WORDS, after=WORDS)
def test_the_runs_rebuild_both_versions(before, after):
    first, second = choice_content(stem=before), choice_content(stem=after)
    found = changes_between(first, second)
    if plain_text(before) == plain_text(after):
        assert not found
        return
    (change,) = found
    old = "".join(run.text for run in change.runs if run.how != "new")
    new = "".join(run.text for run in change.runs if run.how != "gone")
    assert (old.rstrip(), new.rstrip()) == (plain_text(before), plain_text(after))


@pytest.mark.parametrize("make", [choice_content, cluster_content, short_content, essay_content])
def test_a_version_does_not_differ_from_itself(make):
    content = make()
    assert changes_between(content, content) == []


def test_a_moved_key_is_a_change():
    first = choice_content("A", stem="<p>x</p>")
    (change,) = changes_between(first, choice_content("B", stem="<p>x</p>"))
    assert change.where == "Đáp án"
    assert [(run.how, run.text.strip()) for run in change.runs] == [("gone", "A"), ("new", "B")]


@pytest.mark.parametrize(
    ("tex", "position"),
    [
        (r"\frac{1}{2}", None),
        (r"\frac{1}{2", 8),
        ("1}", 1),
        (r"\{0\}", None),
        ("{{a}", 0),
        ("", None),
    ],
)
def test_the_first_lonely_brace_is_found(tex, position):
    assert unbalanced_at(tex) == position
