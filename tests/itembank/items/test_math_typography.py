"""Formulas as a Vietnamese reader expects them set."""

from __future__ import annotations

import re

import pytest

from itembank.errors import Invalid
from itembank.items.rendering import LONGEST_TEX, mathml


def _shown(tex: str) -> str:
    found = re.search(r"<semantics>(.*)<annotation", mathml(tex))
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"0{,}05", "<mn>0,05</mn>"),
        (r"0{,}8^d", "<msup><mn>0,8</mn><mi>d</mi></msup>"),
        (r"BC \perp AB", '<mo lspace="0.28em" rspace="0.28em">'),
        (r"(-2;1)", '<mo form="prefix">−</mo><mn>2</mn><mo separator="true" lspace="0">;</mo>'),
        (r"a=-3", '<mo>=</mo><mo form="prefix">−</mo>'),
        (r"5-3", "<mn>5</mn><mo>−</mo><mn>3</mn>"),
        (r"S.ABCD", '<mo lspace="0" rspace="0">.</mo>'),
        (r"\ln 3", '<mi>ln</mi><mspace width="0.167em" /><mn>3</mn>'),
        (r"3\sin x", '<mn>3</mn><mspace width="0.167em" /><mi>sin</mi><mspace width="0.167em" />'),
        (r"\ln(x)", '<mi>ln</mi><mo stretchy="false">(</mo>'),
        (r"\mathrm{d}x", "<mtext>d</mtext><mi>x</mi>"),
    ],
)
def test_formula_is_set_as_expected(tex: str, expected: str) -> None:
    assert expected in _shown(tex)


def test_tex_stays_as_annotation() -> None:
    assert r"\frac{1}{2} &lt; x</annotation>" in mathml(r"\frac{1}{2} < x")


@pytest.mark.parametrize("tex", [r"\frac{1}{", "x" * (LONGEST_TEX + 1)])
def test_unreadable_formula_is_refused(tex: str) -> None:
    with pytest.raises(Invalid) as caught:
        mathml(tex)
    assert caught.value.code == "tex_invalid"
