"""A formula on paper and in Word: what comes back from Office Math is the same formula."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst
import yaml

from itembank.exchange.omml import omml
from itembank.exchange.paper.typst_math import typst_math
from itembank.exchange.word.omml import tex_of
from itembank.items.chemistry import with_chemistry
from itembank.items.html import formulas_in
from itembank.items.markup import to_html
from itembank.items.rendering import mathml

# As the Word reader writes them: what leaves like this comes back like this.
SETTLED = (
    r"x^{2}",
    r"x_{1}^{2}",
    r"\frac{1}{2}",
    r"\sqrt{x+1}",
    r"\sqrt[3]{x}",
    r"\vec{u}",
    r"\overrightarrow{AB}",
    r"\overline{z}",
    r"\widehat{ABC}=60^{\circ}",
    r"\int_{0}^{1}f(x)",
    r"\sum_{i=1}^{n}a_{i}^{2}=S",
    r"\left( \frac{1}{2};3 \right]",
    r"\left| x-1 \right|",
    r"\left\{ \begin{array}{l} x+y=1 \\ x-y=2 \end{array} \right.",
    r"\left[ \begin{array}{l} x=1 \\ x=2 \end{array} \right.",
    r"\left( \begin{matrix} 1 & 2 \\ 3 & 4 \end{matrix} \right)",
    r"\begin{aligned} a&=b \\ c&=d \end{aligned}",
    r"\underbrace{a+b}_{n}",
    r"x\in(-\infty;2)\cup[3;5]",
    r"\alpha\neq\beta\Leftrightarrow a\leq b",
    r"f'(x)=3x^{2}-2x",
    r"50\%",
)


@pytest.mark.parametrize("tex", SETTLED)
def test_office_math_gives_the_formula_back(tex: str) -> None:
    assert tex_of(omml(tex)) == tex


@pytest.mark.parametrize("tex", SETTLED)
def test_a_second_way_through_word_changes_nothing(tex: str) -> None:
    once = tex_of(omml(tex))
    assert tex_of(omml(once)) == once


def test_every_formula_of_the_demo_bank_is_set() -> None:
    """Typst refuses a whole paper for one bad formula, so all of them are set at once."""
    formulas = set(SETTLED)
    for file in sorted((Path(__file__).parents[3] / "api/demo/bank").glob("*.yaml")):
        formulas |= set(_formulas(yaml.safe_load(file.read_text("utf-8"))))
    lines = "\n\n".join(typst_math(tex) for tex in sorted(formulas))
    assert typst.compile(lines.encode(), format="pdf", ignore_system_fonts=True)
    assert len(formulas) > 300


def _formulas(value: object) -> list[str]:
    if isinstance(value, dict):
        return [tex for one in value.values() for tex in _formulas(one)]
    if isinstance(value, list):
        return [tex for one in value for tex in _formulas(one)]
    return formulas_in(to_html(value, lambda path: "0" * 64)) if isinstance(value, str) else []


@pytest.mark.parametrize("tex", [r"\frac{1", "{", r"\left(", "a&b", r"\undefined{x}", "#", "}"])
def test_a_broken_formula_is_shown_and_stops_nothing(tex: str) -> None:
    assert typst.compile(typst_math(tex).encode(), format="pdf", ignore_system_fonts=True)
    omml(tex)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (r"\ce{H2SO4}", r"{\mathrm{H}_{2}\mathrm{S}\mathrm{O}_{4}}"),
        (r"\ce{SO4^2-}", r"{\mathrm{S}\mathrm{O}_{4}^{2-}}"),
        (r"\ce{Na+}", r"{\mathrm{Na}^{+}}"),
        (r"\ce{2H2O}", r"{2\mathrm{H}_{2}\mathrm{O}}"),
        (r"\ce{Ca(OH)2}", r"{\mathrm{Ca}(\mathrm{O}\mathrm{H})_{2}}"),
        (r"x+\ce{^{14}_{6}C}", r"x+{{}^{14}_{6}\mathrm{C}}"),
        (r"\ce{A <=> B}", r"{\mathrm{A} \rightleftharpoons \mathrm{B}}"),
    ],
)
def test_chemistry_is_written_out(typed: str, written: str) -> None:
    assert "".join(with_chemistry(typed).split()) == "".join(written.split())
    assert "<math" in mathml(typed)
