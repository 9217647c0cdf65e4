"""Laws that hold for any configuration we may write."""

from __future__ import annotations

import random
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.safe_exam_browser import seb_file
from delivery.safe_exam_browser.config_key import config_key, seb_json

LETTERS = string.ascii_lowercase + string.digits
NAMES = st.tuples(st.sampled_from(string.ascii_letters), st.text(LETTERS, max_size=6)).map("".join)
TEXTS = st.text(
    st.characters(exclude_characters='"\\\x7f', exclude_categories=("C", "Z")), max_size=20
)
WHOLE = st.integers(-(2**31), 2**31)
SCALARS = st.booleans() | WHOLE | TEXTS | st.binary(max_size=40)


def one_case(members: dict) -> dict:
    return {name.lower(): value for name, value in members.items()}


VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES, inner, min_size=1, max_size=4).map(one_case)
    ),
    max_leaves=12,
)
CONFIGURATIONS = st.dictionaries(NAMES, VALUES, max_size=8).map(one_case)


@given(CONFIGURATIONS)
@settings(max_examples=150, deadline=None)
def test_the_key_survives_the_file(configuration):
    found = seb_file.read(seb_file.write_plain(configuration))
    assert found == configuration
    assert config_key(found) == config_key(configuration)


@given(CONFIGURATIONS, st.integers())
@settings(max_examples=150, deadline=None)
def test_the_key_does_not_depend_on_the_order_of_writing(configuration, seed):
    names = list(configuration)
    random.Random(seed).shuffle(names)
    assert seb_json({name: configuration[name] for name in names}) == seb_json(configuration)


@given(CONFIGURATIONS)
@settings(max_examples=15, deadline=None)
def test_a_file_with_a_password_gives_back_what_went_in(configuration):
    data = seb_file.write_with_password(configuration, "34679-ACDEF")
    assert seb_file.read(data, "34679-ACDEF") == configuration
