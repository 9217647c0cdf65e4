"""The release code survives a bad telephone line: what was misheard is noticed, nothing else asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.packages.release_code import (
    ALPHABET,
    LENGTH,
    SECRET_LENGTH,
    grouped,
    new_code,
    read_code,
)
from itembank.errors import Invalid


def test_code_has_26_characters_and_no_letter_taken_for_another():
    code = new_code()
    assert len(code) == LENGTH == 26
    assert not set(code) & set("ILOU")
    assert len(ALPHABET) ** SECRET_LENGTH == 2**125


def test_groups_are_four_long():
    assert grouped("A" * 26).split(" ") == ["AAAA"] * 6 + ["AA"]


@pytest.mark.parametrize("spell", [
    grouped, str.lower, lambda c: c.replace("0", "O"), lambda c: c.replace("1", "l"),
    lambda c: f"  {grouped(c).replace(' ', '-')}\n",
])  # fmt: skip
def test_spelling_does_not_matter(spell):
    code = new_code()
    assert read_code(spell(code)) == code


def test_every_single_wrong_character_is_noticed():
    code = new_code()
    for at in range(LENGTH):
        for letter in ALPHABET.replace(code[at], ""):
            with pytest.raises(Invalid):
                read_code(code[:at] + letter + code[at + 1 :])


@given(st.integers(0, SECRET_LENGTH - 1), st.integers(0, SECRET_LENGTH - 1))
def test_every_exchange_of_two_characters_is_noticed(a, b):
    code = list(new_code())
    if code[a] == code[b]:
        return
    code[a], code[b] = code[b], code[a]
    with pytest.raises(Invalid):
        read_code("".join(code))


@pytest.mark.parametrize("typed", ["", "A" * 25, "A" * 27, "U" * 26, "Ắ" * 26, "!" * 26])
def test_what_is_no_code_is_told(typed):
    with pytest.raises(Invalid) as refused:
        read_code(typed)
    assert refused.value.problems[0].where.template == "code"
