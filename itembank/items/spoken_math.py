r"""A formula in Vietnamese words, as a teacher reads it aloud. Pure.

It follows the MathML that candidates get, so what is heard is what is seen: `\frac{a+1}{b}` is
«phân số, tử số a cộng 1, mẫu số b». Groups are closed in words where sound alone would be
ambiguous. Of chemistry, element symbols are spelt and «+» is read «cộng», the arrow «tạo thành».
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element, fromstring

from ..errors import Invalid
from .rendering import mathml
from .spoken_words import ACCENTS, FUNCTIONS, LETTERS, SIGNS

MATHML = "{http://www.w3.org/1998/Math/MathML}"
POWERS = {"2": "bình phương", "3": "lập phương"}
INTEGRALS = {"∫": "tích phân", "∬": "tích phân hai lớp", "∮": "tích phân đường kín"}
RANGES = {**INTEGRALS, "∑": "tổng", "∏": "tích", "⋃": "hợp", "⋂": "giao"}
SIGNED = {"−": "âm", "-": "âm", "+": "dương", "±": "cộng trừ"}
BARS = {"|": "giá trị tuyệt đối của", "‖": "độ dài của"}


@lru_cache(maxsize=20_000)
def spoken(tex: str) -> str:
    """The words of a TeX formula; the TeX itself where it cannot be read."""
    try:
        made = mathml(tex)
    except Invalid:
        return tex
    return spoken_mathml(made, is_chemistry=r"\ce" in tex)


def spoken_mathml(markup: str, *, is_chemistry: bool = False) -> str:
    """The words of a formula that is MathML already."""
    root = fromstring(markup.replace("&nbsp;", " "))
    for element in root.iter():
        element.tag = element.tag.removeprefix(MATHML)
    words = " ".join(_read(root).split()).replace(" ,", ",").rstrip(",")
    return words.replace("tiến đến", "tạo thành") if is_chemistry else words


def _read(element: Element) -> str:
    reader = _READERS.get(element.tag)
    return reader(element) if reader else _row(list(element))


def _row(children: Sequence[Element]) -> str:
    return " ".join(filter(None, _pieces(children)))


def _pieces(children: Sequence[Element]) -> Iterator[str]:
    at = 0
    while at < len(children):
        child = children[at]
        closing = _closing_bar(children, at)
        if closing is not None:
            inner = _row(children[at + 1 : closing])
            yield (
                f"{BARS[child.text or '']} {inner}, hết giá trị"
                if " " in inner
                else (f"{BARS[child.text or '']} {inner}")
            )
            at = closing
        elif _text(child) == "{" and at + 1 < len(children) and children[at + 1].tag == "mtable":
            yield _system(children[at + 1])
            at += 1
        elif child.tag == "mo" and child.get("form") == "prefix" and _text(child) in SIGNED:
            yield SIGNED[_text(child)]
        elif _text(child) in {"Δ", "△"} and _names_points(children[at + 1 : at + 4]):
            yield "tam giác"
        elif _is_value_of_function(children[at : at + 4]):
            yield f"{_read(child)} của {_read(children[at + 2])}"
            at += 3
        else:
            yield _read(child)
        at += 1


def _names_points(children: Sequence[Element]) -> bool:
    return len(children) == 3 and all(_text(one).isupper() for one in children)


def _is_value_of_function(children: Sequence[Element]) -> bool:
    """`f(x)`, `f'(0)`: one letter, then one thing in brackets."""
    if len(children) < 4 or children[0].tag not in {"mi", "msup", "msub"}:
        return False
    name, opening, closing = _text(children[0]), _text(children[1]), _text(children[3])
    is_name = len(name) == 1 and name.isalpha()
    return is_name and (opening, closing) == ("(", ")") and children[2].tag in {"mi", "mn"}


def _closing_bar(children: Sequence[Element], at: int) -> int | None:
    """Place of the bar that closes the one here; the first bar of two is the opening one."""
    sign = _text(children[at])
    if children[at].tag not in {"mo", "mi"} or sign not in BARS:
        return None
    later = (i for i in range(at + 1, len(children)) if _text(children[i]) == sign)
    closing = next(later, None)
    return closing if closing is not None and closing > at + 1 else None


def _text(element: Element) -> str:
    """The sign of a leaf, through rows that hold nothing else."""
    while element.tag in {"mrow", "mstyle", "semantics"} and len(element) >= 1:
        element = element[0]
    return (element.text or "").strip()


def _leaf(element: Element) -> str:
    text = (element.text or "").strip()
    return FUNCTIONS.get(text) or LETTERS.get(text) or SIGNS.get(text) or text


def _fraction(element: Element) -> str:
    over, under = _read(element[0]), _read(element[1])
    if element.get("linethickness") in {"0", "0pt"}:
        return f"tổ hợp chập {under} của {over}"
    if " " not in over and " " not in under:
        return f"{over} phần {under}"
    return f"phân số, tử số {over}, mẫu số {under}, hết phân số"


def _square_root(element: Element) -> str:
    return _rooted("căn bậc hai của", _row(list(element)))


def _nth_root(element: Element) -> str:
    degree = _read(element[1])
    return _rooted(f"căn bậc {'ba' if degree == '3' else degree} của", _read(element[0]))


def _rooted(name: str, inner: str) -> str:
    return f"{name} {inner}, hết căn" if " " in inner else f"{name} {inner}"


def _power(base: Element, power: Element) -> str:
    sign = _text(power)
    if sign in {"∘", "°"} and not _has_more(power):
        return f"{_read(base)} độ"
    if sign == "′":
        return f"{_read(base)} phẩy"
    if sign == "″":
        return f"{_read(base)} hai phẩy"
    if _is_charge(power):
        return f"{_read(base)}, điện tích {_read(power)},"
    words = _read(power)
    if words in POWERS:
        return f"{_read(base)} {POWERS[words]}"
    return f"{_read(base)} mũ {words}" + (", hết mũ," if " " in words else "")


def _has_more(element: Element) -> bool:
    return element.tag == "mrow" and len(element) > 1


def _is_charge(power: Element) -> bool:
    """`2+`, `−` alone: signs at the end belong to ions."""
    last = list(power)[-1] if power.tag == "mrow" and len(power) else power
    return last.tag == "mo" and _text(last) in {"+", "−", "-"}


def _superscript(element: Element) -> str:
    base, power = element[0], element[1]
    if _text(base) in RANGES:
        return f"{RANGES[_text(base)]} đến {_read(power)} của"
    return _power(base, power)


def _subscript(element: Element) -> str:
    base, below = element[0], element[1]
    name = _text(base)
    if name in {"lim", "max", "min"}:
        return f"{FUNCTIONS[name]} khi {_read(below)} của"
    if name == "log":
        return f"lô-ga cơ số {_read(below)} của"
    if name in INTEGRALS:
        return f"{INTEGRALS[name]} trên {_read(below)} của"
    if base.tag == "mtext":  # the index of an element in a chemical formula
        return f"{_read(base)} {_read(below)}"
    return f"{_read(base)} chỉ số {_read(below)}"


def _both_scripts(element: Element) -> str:
    base, below, above = element[0], element[1], element[2]
    name = _text(base)
    if name in RANGES:
        return f"{RANGES[name]} từ {_read(below)} đến {_read(above)} của"
    if name in {"C", "A"} and _is_small(below) and _is_small(above):
        kind = "tổ hợp" if name == "C" else "chỉnh hợp"
        return f"{kind} chập {_read(above)} của {_read(below)}"
    indexed = Element("msub")
    indexed.extend([base, below])
    return _power(indexed, above)


def _is_small(element: Element) -> bool:
    return " " not in _read(element)


def _over(element: Element) -> str:
    base, above = element[0], element[1]
    accent = _text(above)
    if accent in ACCENTS and not _has_more(above):
        return ACCENTS[accent].format(_read(base))
    return f"{_read(base)}, điều kiện {_read(above)},"


def _table(element: Element) -> str:
    rows = [", ".join(_row(list(cell)) for cell in row) for row in element.iter("mtr")]
    told = "; ".join(f"dòng {n}: {words}" for n, words in enumerate(rows, start=1))
    return f"bảng {len(rows)} dòng, {told}, hết bảng"


def _system(table: Element) -> str:
    rows = [" ".join(_row(list(cell)) for cell in row) for row in table.iter("mtr")]
    told = "; ".join(f"dòng {n}: {words}" for n, words in enumerate(rows, start=1))
    return f"hệ gồm {len(rows)} dòng, {told}, hết hệ"


def _silence(_element: Element) -> str:
    return ""


def _semantics(element: Element) -> str:
    return _read(element[0]) if len(element) else ""


_READERS: dict[str, Callable[[Element], str]] = {
    "mi": _leaf, "mn": _leaf, "mtext": _leaf, "ms": _leaf, "mo": _leaf,
    "mfrac": _fraction, "msqrt": _square_root, "mroot": _nth_root, "msup": _superscript,
    "msub": _subscript, "msubsup": _both_scripts, "mover": _over, "munder": _subscript,
    "munderover": _both_scripts, "mtable": _table, "mspace": _silence, "annotation": _silence,
    "semantics": _semantics,
}  # fmt: skip
