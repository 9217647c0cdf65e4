"""Plain words against plain words: nothing is lost, nothing invented, formulas stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.difference.versions import difference_of
from itembank.difference.words import words_between
from tests.factories.forms import choice_content, cluster_content, essay_content, short_content

WORDS = st.lists(
    st.sampled_from(["hàm", "số", "đồng", "biến", "nghịch", "?", "$x^2 + 1$."]), max_size=12
).map(" ".join)


@given(before=WORDS, after=WORDS)
def test_the_runs_rebuild_both_texts(before, after):
    runs = words_between(before, after)
    old = "".join(run.text for run in runs if run.how != "new")
    new = "".join(run.text for run in runs if run.how != "gone")
    assert (old.rstrip(), new.rstrip()) == (before, after)
    assert all(run.text.count("$") % 2 == 0 for run in runs)


@given(text=WORDS)
def test_the_same_words_do_not_differ(text):
    assert {run.how for run in words_between(text, text)} <= {"same"}


@pytest.mark.parametrize("make", [choice_content, cluster_content, short_content, essay_content])
def test_a_version_does_not_differ_from_itself(make):
    content = make()
    assert not difference_of(content, content)


def test_a_moved_key_is_judged():
    first = choice_content("A", stem="<p>x</p>")
    found = difference_of(first, choice_content("B", stem="<p>x</p>"))
    assert [str(part.name) for part in found.judged]
