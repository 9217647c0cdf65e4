"""Where a brace of a formula is missing."""

from __future__ import annotations

import pytest

from api.bank.formula import unbalanced_at


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
