"""Formulas of Word as TeX: Office Math, MathType, Equation Editor, EQ fields."""

from __future__ import annotations

import pytest
from latex2mathml.converter import convert

from itembank.exchange.word import mtef, mtef_tex, omml
from itembank.exchange.word.eq_field import tex_of_field
from itembank.exchange.word.ole_formula import tex_of_object

from .corpus import ole
from .corpus.writer import mr
from .corpus.writer import omml as math

FRACTION = f"<m:f><m:num>{mr('1')}</m:num><m:den>{mr('2')}</m:den></m:f>"


def _with(tag: str, *parts: tuple[str, str], properties: str = "") -> str:
    inner = "".join(f"<m:{name}>{mr(text)}</m:{name}>" for name, text in parts)
    return f"<m:{tag}>{properties}{inner}</m:{tag}>"


OFFICE_MATH = [
    (FRACTION, r"\frac{1}{2}"),
    (_with("f", ("num", "a"), ("den", "b"), properties="<m:fPr><m:type m:val='lin'/></m:fPr>"), "{a}/{b}"),
    (_with("f", ("num", "n"), ("den", "k"), properties="<m:fPr><m:type m:val='noBar'/></m:fPr>"), r"\binom{n}{k}"),
    (_with("sSup", ("e", "x"), ("sup", "2")), "x^{2}"),
    (_with("sSup", ("e", "x"), ("sup", "′")), "x'"),
    (_with("sSub", ("e", "H"), ("sub", "2")) + mr("O"), "H_{2}O"),
    (_with("sSubSup", ("e", "x"), ("sub", "1"), ("sup", "2")), "x_{1}^{2}"),
    (_with("sPre", ("sub", "6"), ("sup", "12"), ("e", "C")), "{}_{6}^{12}C"),
    (_with("rad", ("deg", "3"), ("e", "x")), r"\sqrt[3]{x}"),
    (_with("rad", ("deg", ""), ("e", "x"), properties="<m:radPr><m:degHide m:val='1'/></m:radPr>"), r"\sqrt{x}"),
    (_with("d", ("e", "x")), r"\left( x \right)"),
    (_with("d", ("e", "x"), properties="<m:dPr><m:begChr m:val='|'/><m:endChr m:val='|'/></m:dPr>"), r"\left| x \right|"),
    (_with("d", ("e", "1;2"), properties="<m:dPr><m:begChr m:val='['/><m:endChr m:val=')'/></m:dPr>"), r"\left[ 1;2 \right)"),
    (_with("nary", ("sub", "0"), ("sup", "1"), ("e", "xdx")), r"\int_{0}^{1}xdx"),
    (_with("nary", ("sub", "i=1"), ("sup", "n"), ("e", "i"), properties="<m:naryPr><m:chr m:val='∑'/></m:naryPr>"), r"\sum_{i=1}^{n}i"),
    (_with("acc", ("e", "u"), properties="<m:accPr><m:chr m:val='⃗'/></m:accPr>"), r"\vec{u}"),
    (_with("acc", ("e", "AB"), properties="<m:accPr><m:chr m:val='⃗'/></m:accPr>"), r"\overrightarrow{AB}"),
    (_with("acc", ("e", "ABC")), r"\widehat{ABC}"),
    (_with("bar", ("e", "z"), properties="<m:barPr><m:pos m:val='top'/></m:barPr>"), r"\overline{z}"),
    (_with("func", ("fName", "sin"), ("e", "x")), r"\sin x"),
    (_with("limLow", ("e", "lim"), ("lim", "x→0")), r"\lim_{x\rightarrow0}"),
    (f"<m:m><m:mr><m:e>{mr('a')}</m:e><m:e>{mr('b')}</m:e></m:mr><m:mr><m:e>{mr('c')}</m:e><m:e>{mr('d')}</m:e></m:mr></m:m>",
     r"\begin{matrix} a & b \\ c & d \end{matrix}"),
    (mr("𝑥≤𝛼") + mr("⇔") + mr("∈ℝ"), r"x\leq\alpha\Leftrightarrow\in\mathbb{R}"),
    ("<m:r><m:rPr><m:nor/></m:rPr><m:t> khi </m:t></m:r>", r"\text{ khi }"),
    (mr("số chẵn"), r"\text{số chẵn}"),
    ("<m:r><m:rPr><m:sty m:val='p'/></m:rPr><m:t>NaCl</m:t></m:r>", r"\mathrm{NaCl}"),
    (mr("50%") + mr("−2,5"), r"50\%-2,5"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "tex"), OFFICE_MATH)
def test_office_math(source: str, tex: str) -> None:
    assert omml.tex_of(math(source)) == tex
    assert convert(tex)  # what the pages render it with understands it


def test_a_system_keeps_its_brace_and_rows() -> None:
    rows = f"<m:eqArr><m:e>{mr('x=1')}</m:e><m:e>{mr('y=2')}</m:e></m:eqArr>"
    source = (
        f"<m:d><m:dPr><m:begChr m:val='{{'/><m:endChr m:val=''/></m:dPr><m:e>{rows}</m:e></m:d>"
    )
    assert omml.tex_of(math(source)) == (r"\left\{ \begin{array}{l} x=1 \\ y=2 \end{array} \right.")


# Formulas of «Equation Native» streams written by LibreOffice 7.4.7 (Math, export to .doc) from
# Office Math: a writer of MTEF 3 that is not ours. The system of the source is in the comment.
LIBREOFFICE = [
    ("03010103000a010a01030e00000a0102813100000a01028132000000000000", r"\frac{1}{2}"),
    ("03010103000a010a0102837800030f00000b11010281320000000a02832b0002813100000000", "x^{2}+1"),
    ("03010103000a010a01031d01000102836100000b010283690002833d0002813100000102836e00000d02861122000a000000", r"\sum_{i=1}^{n}a"),
    ("03010103000a010a010318000001028378000283640002837800000b0102813000000102813100000d02862b22000a000000", r"\int_{0}^{1}xdx"),
    ("03010103000a010a01030d00000102837800001100000000", r"\sqrt{x}"),
    ("03010103000a010a01030d010001028378000001028133000000000000", r"\sqrt[3]{x}"),
    ("03010103000a010a0103030000010281310002833b00028132000002965b000296290000000000", r"\left[ 1;2 \right)"),
    ("03010103000a010a0102837800030f02000b010281310000010281320000000a000000", "x_{1}^{2}"),
    ("03010103000a010a01032f010001028375000000028364220283b103000000", r"\overrightarrow{u}\leq\alpha"),
    ("03010103000a010a01050000000202000001028361000001028362000001028363000001028364000000000000", r"\begin{matrix} a & b \\ c & d \end{matrix}"),
    ("03010103000a010a01032b0100110b0102837800028392210281300000110a0112826c001282690012826d00029804eb000002836600000000", r"\lim_{x\rightarrow0}f"),
]  # fmt: skip


@pytest.mark.parametrize(("stream", "tex"), LIBREOFFICE)
def test_equation_editor_formulas_of_another_writer(stream: str, tex: str) -> None:
    assert mtef_tex.tex_of(mtef.read(bytes.fromhex(stream))) == tex


X, Y, ONE = ole.char5("x"), ole.char5("y"), ole.digits5("1")
MATHTYPE = [
    (ole.fraction5(ONE, ole.root5(X)), r"\frac{1}{\sqrt{x}}"),
    (ole.power5(X, ole.digits5("2")), "x^{2}"),
    (ole.index5(ole.char5("a"), ONE), "a_{1}"),
    (ole.template5(1, 3, ole.line5(X)), r"\left( x \right)"),
    (ole.template5(4, 3, ole.line5(X)), r"\left| x \right|"),
    (ole.template5(2, 1, ole.line5(X)), r"\left\{ x \right."),
    (ole.template5(9, 0x12, ole.line5(X)), r"\left[ x \right)"),
    (ole.template5(16, 0x70, ole.line5(X), ole.line5(ONE), ole.line5(ole.char5("n"))), r"\sum_{1}^{n}x"),
    (ole.template5(15, 0x31, ole.line5(X), ole.line5(ONE), ole.line5(Y)), r"\int_{1}^{y}x"),
    (ole.template5(23, 0x10, ole.line5(ole.word5("lim", 2)), ole.line5(X), ole.NULL5), r"\lim_{x}"),
    (ole.template5(31, 2, ole.line5(ole.word5("AB"))), r"\overrightarrow{AB}"),
    (ole.template5(33, 0, ole.line5(ole.word5("ABC"))), r"\widehat{ABC}"),
    (ole.template5(13, 0, ole.line5(X)), r"\overline{x}"),
    (ole.char5("x", 3, 5), "x'"),
    (ole.char5("u", 3, 11), r"\overrightarrow{u}"),
    (ole.word5("sin", 2) + X, r"\sin x"),
    (ole.word5("khi", 1) + X, r"\text{khi}x"),
    (ole.symbol5("≤") + ole.char5("α", 4), r"\leq\alpha"),
]  # fmt: skip


@pytest.mark.parametrize(("records", "tex"), MATHTYPE)
def test_mathtype_formulas(records: bytes, tex: str) -> None:
    assert mtef_tex.tex_of(mtef.read(ole.mtef5(records))) == tex
    assert tex_of_object(ole.equation_object(ole.mtef5(records))) == tex


@pytest.mark.parametrize("raw", [b"", b"\x07\x01", ole.mtef5(ole.template5(26, 0, ole.line5(X)))])
def test_what_cannot_be_read_is_said_not_guessed(raw: bytes) -> None:
    assert tex_of_object(ole.equation_object(raw)) == ""


def test_a_formula_cut_anywhere_is_no_crash() -> None:
    whole = ole.equation_object(ole.mtef5(ole.fraction5(ONE, ole.root5(X)), ole.power5(X, ONE)))
    for end in range(0, 1600, 7):
        tex_of_object(whole[:end])


def test_nesting_is_bounded() -> None:
    inner = X
    for _ in range(400):
        inner = ole.root5(inner)
    assert tex_of_object(ole.equation_object(ole.mtef5(inner))) == ""


@pytest.mark.parametrize(
    ("code", "tex"),
    [
        (r" EQ \f(1;2) ", r"\frac{1}{2}"),
        (r"EQ \r(3;x)", r"\sqrt[3]{x}"),
        (r"EQ \r(x)", r"\sqrt{x}"),
        (r"EQ x\s\up5(2)", "x^{2}"),
        (r"EQ \f(a,\r(b))", r"\frac{a}{\sqrt{b}}"),
        (r"EQ \x(unknown)", ""),
        (r"EQ \f(1;2", ""),
    ],
)
def test_equation_fields(code: str, tex: str) -> None:
    assert tex_of_field(code) == tex
