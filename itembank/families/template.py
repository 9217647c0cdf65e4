"""What a family is: an item with places to fill, variables, what is computed from them, and what
must hold. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from ..errors import Invalid, Problem, msg, problem
from ..items.content import ItemContent
from ..items.interactions import Frozen
from .expressions import FUNCTIONS, LONGEST, ExpressionError, Value, parse
from .writing import places_in, split_style

Name = Annotated[str, StringConstraints(max_length=20)]
Text = Annotated[str, StringConstraints(max_length=LONGEST)]
Listed = Annotated[str, StringConstraints(max_length=60)]
MOST_VALUES = 2_000
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")
KINDS: dict[str, str] = {"integer": "Số nguyên", "decimal": "Số thập phân", "list": "Danh sách"}
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?(?:/\d+)?")


class Variable(Frozen):
    """From `low` to `high` in steps, or one of `listed` (numbers or words); never `excluded`."""

    name: Name
    kind: Literal["integer", "decimal", "list"] = "integer"
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    step: Decimal = Decimal(1)
    listed: tuple[Listed, ...] = Field(default=(), max_length=200)
    excluded: tuple[Listed, ...] = Field(default=(), max_length=200)

    def values(self) -> list[Value]:
        """All it can be, in order."""
        never = {read_value(text) for text in self.excluded}
        return [value for value in self._all() if value not in never]

    def _all(self) -> Iterator[Value]:
        if self.kind == "list":
            yield from (read_value(text) for text in self.listed)
            return
        at, step = Fraction(self.low), Fraction(self.step)
        for _ in range(MOST_VALUES):
            if at > self.high or step <= 0:
                return
            yield at
            at += step


class Computed(Frozen):
    """Something worked out from the variables and from what is computed above it."""

    name: Name
    expression: Text


class FamilyTemplate(Frozen):
    """`content` holds places such as `[[a + b]]` in texts, formulas and keys.

    `truths`: by statement, an expression that says whether it is right; without one, its own key.
    `is_signed`: whether what is computed and asked for may be negative.
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    content: ItemContent
    variables: tuple[Variable, ...] = Field(default=(), max_length=12)
    computed: tuple[Computed, ...] = Field(default=(), max_length=30)
    constraints: tuple[Text, ...] = Field(default=(), max_length=30)
    truths: dict[Name, Text] = Field(default_factory=dict, max_length=20)
    is_signed: bool = True
    most_decimals: int = Field(default=3, ge=0, le=6)
    most_denominator: int = Field(default=50, ge=1, le=1_000)

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def read_value(text: str) -> Value:
    """A number as people type it (`0,5`, `-3`, `1/3`), else the words themselves."""
    compact = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(compact):
        return text.strip()
    over, bar, under = compact.replace(",", ".").partition("/")
    if bar and int(under) == 0:
        return text.strip()
    return Fraction(over) / (Fraction(under) if bar else 1)


def texts_of(content: ItemContent) -> Iterator[tuple[str, str]]:
    """Where a place may stand, with what stands there."""
    yield "stem", content.stem
    yield "solution", content.solution
    part = content.interaction
    for name in ("options", "statements"):
        for row in getattr(part, name, ()):
            yield f"{name}.{row.id}.body", row.body
            yield f"{name}.{row.id}.rationale", row.rationale
    for key in getattr(part, "keys", ()):
        if isinstance(key, str):
            yield "keys", key
    yield "hint", getattr(part, "hint", "")


def check(template: FamilyTemplate) -> None:
    """Raises Invalid with every place to mend."""
    found = list(_problems(template))
    if found:
        raise Invalid("Họ câu hỏi chưa dùng được.", code="family_invalid", problems=found)


def _problems(template: FamilyTemplate) -> Iterator[Problem]:
    known: set[str] = set()
    if template.content.kind not in ("choice", "tf_cluster", "short"):
        yield problem(
            "family", "Họ câu hỏi làm được với ba dạng: nhiều lựa chọn, Đúng/Sai, trả lời ngắn."
        )
    if not template.variables:
        yield problem("bien-0-ten", "Thêm ít nhất một biến.")
    for n, variable in enumerate(template.variables):
        yield from _variable_problems(n, variable, known)
        known.add(variable.name)
    for n, row in enumerate(template.computed):
        yield from _name_problems(f"tinh-{n}-ten", row.name, known)
        yield from _expression_problems(f"tinh-{n}-bieu-thuc", row.expression, known)
        known.add(row.name)
    for constraint in template.constraints:
        yield from _expression_problems("dieu-kien", constraint, known)
    for id_, source in template.truths.items():
        yield from _expression_problems(f"dung-{id_}", source, known)
    yield from _place_problems(template, known)


def _variable_problems(n: int, variable: Variable, known: set[str]) -> Iterator[Problem]:
    yield from _name_problems(f"bien-{n}-ten", variable.name, known)
    if variable.kind != "list" and variable.step <= 0:
        yield problem(f"bien-{n}-buoc", msg("Bước của {name} phải lớn hơn 0.", name=variable.name))
    elif not variable.values():
        yield problem(f"bien-{n}-tu", msg("Biến {name} chưa có giá trị nào.", name=variable.name))
    elif len(variable.values()) >= MOST_VALUES:
        yield problem(
            f"bien-{n}-den",
            msg("Biến {name} có quá {n} giá trị; tăng bước.", name=variable.name, n=MOST_VALUES),
        )


def _name_problems(where: str, name: str, known: set[str]) -> Iterator[Problem]:
    if not NAME.fullmatch(name) or name in FUNCTIONS:
        yield problem(where, msg("«{name}» không làm tên được; dùng chữ cái không dấu.", name=name))
    elif name in known:
        yield problem(where, msg("Tên «{name}» đã dùng; chọn tên khác.", name=name))


def _expression_problems(where: str, source: str, known: set[str]) -> Iterator[Problem]:
    try:
        unknown = parse(source).names - known - {"pi"}
    except ExpressionError as error:
        yield problem(where, error.message)
        return
    for name in sorted(unknown):
        yield problem(where, msg("Chưa có biến «{name}» trong bảng.", name=name))


def _place_problems(template: FamilyTemplate, known: set[str]) -> Iterator[Problem]:
    count = 0
    for where, text in texts_of(template.content):
        for place in places_in(text):
            count += 1
            try:
                source = split_style(place)[0]
            except ExpressionError as error:
                yield problem(where, error.message)
                continue
            yield from _expression_problems(where, source, known)
    if not count:
        yield problem("stem", "Chưa có chỗ nào để điền: viết [[a]] ở nơi giá trị của biến a đứng.")
