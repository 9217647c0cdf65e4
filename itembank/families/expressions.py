"""Expressions of a family: read with Python's own grammar, then walked over a short list of what
is allowed. Nothing is ever executed; every number is exact until a root or a function makes it not.

Pure. Sizes are bounded so that no expression can take long: characters, nodes, depth, powers, and
the digits of every number on the way.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from ..errors import Invalid, msg

LONGEST = 300  # characters
MOST_NODES = 120
DEEPEST = 24
MOST_BITS = 2_048  # of a numerator or denominator
HIGHEST_POWER = 64
BIGGEST_COUNT = 100  # in factorials and combinations

Value = Fraction | float | str | bool


class ExpressionError(Invalid):
    """The expression cannot be taken, or has no value here."""

    default_code = "expression_invalid"


class NoValue(ExpressionError):
    """These values of the variables give none: a division by zero, a root of a negative number."""

    default_code = "expression_no_value"


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. `names` are the variables it speaks of."""

    source: str
    body: ast.expr
    names: frozenset[str]

    def value(self, values: Mapping[str, Value]) -> Value:
        return _Walk(self.source, values).value(self.body)


ALLOWED = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Name, ast.Constant, ast.IfExp,
    ast.Load, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@lru_cache(maxsize=4_000)
def parse(source: str) -> Expression:
    """Raises ExpressionError, saying what cannot be read."""
    text = source.strip()
    if len(text) > LONGEST:
        raise ExpressionError(msg("Biểu thức dài quá {n} kí tự.", n=LONGEST))
    try:
        tree = ast.parse(text.replace("^", "**").replace("\n", " "), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ExpressionError(
            msg(
                "Không đọc được «{source}»: dùng + - * / **, ngoặc tròn, và dấu chấm thập phân.",
                source=text[:60],
            )
        ) from error
    _check(text, tree.body)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return Expression(text, tree.body, frozenset(names - FUNCTIONS.keys()))


def _check(source: str, body: ast.expr) -> None:
    count = 0
    todo: list[tuple[ast.AST, int]] = [(body, 1)]
    while todo:
        node, depth = todo.pop()
        count += 1
        if count > MOST_NODES or depth > DEEPEST:
            raise ExpressionError("Biểu thức có quá nhiều phần; tách thành vài đại lượng tính ra.")
        _check_node(source, node)
        todo += [(child, depth + 1) for child in ast.iter_child_nodes(node)]


def _check_node(source: str, node: ast.AST) -> None:
    if not isinstance(node, ALLOWED):
        raise _not_allowed(source)
    if isinstance(node, ast.BinOp) and not isinstance(node.op, OPERATORS):
        raise _not_allowed(source)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        raise _not_allowed(source)
    if isinstance(node, ast.Compare) and not all(isinstance(o, COMPARISONS) for o in node.ops):
        raise _not_allowed(source)
    if isinstance(node, ast.Constant) and not isinstance(node.value, int | float | str):
        raise _not_allowed(source)
    if isinstance(node, ast.Call):
        _check_call(source, node)


def _check_call(source: str, node: ast.Call) -> None:
    if node.keywords or not isinstance(node.func, ast.Name):
        raise _not_allowed(source)
    if node.func.id not in FUNCTIONS:
        raise ExpressionError(
            msg(
                "Không có hàm «{name}». Có: {known}.",
                name=node.func.id,
                known=", ".join(sorted(FUNCTIONS)),
            )
        )


def _not_allowed(source: str) -> ExpressionError:
    return ExpressionError(
        msg("«{source}» có phần không dùng được trong biểu thức.", source=source[:60])
    )


class _Walk:
    """One evaluation."""

    def __init__(self, source: str, values: Mapping[str, Value]) -> None:
        self.source = source
        self.values = values

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=found):
                return _constant(found)
            case ast.Name(id=name):
                return self._named(name)
            case ast.BinOp(left=left, op=op, right=right):
                return self._worked(op, self.number(left), self.number(right))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.value(operand)
            case ast.UnaryOp(op=op, operand=operand):
                number = self.number(operand)
                return -number if isinstance(op, ast.USub) else number
            case _:
                return self._more(node)

    def _more(self, node: ast.expr) -> Value:
        match node:
            case ast.BoolOp(op=ast.And(), values=parts):
                return all(self.value(part) for part in parts)
            case ast.BoolOp(values=parts):
                return any(self.value(part) for part in parts)
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.value(body if self.value(test) else other)
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._compare(left, ops, others)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._call(name, [self.number(arg) for arg in args])
        raise _not_allowed(self.source)

    def _worked(self, op: ast.operator, a: Fraction | float, b: Fraction | float) -> Value:
        try:
            return _bounded(_binary(op, a, b))
        except (OverflowError, ZeroDivisionError) as error:
            raise NoValue(msg("«{source}» không có giá trị.", source=self.source[:60])) from error

    def _named(self, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        if name == "pi":
            return math.pi
        raise ExpressionError(msg("Chưa có biến «{name}» trong bảng.", name=name))

    def number(self, node: ast.expr) -> Fraction | float:
        found = self.value(node)
        if isinstance(found, str | bool):
            raise ExpressionError(
                msg("«{source}» tính toán với thứ không phải là số.", source=self.source[:60])
            )
        return found

    def _compare(self, left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr]) -> bool:
        first = self.value(left)
        for op, other in zip(ops, map(self.value, others), strict=True):
            if not _holds(op, first, other):
                return False
            first = other
        return True

    def _call(self, name: str, args: list[Fraction | float]) -> Value:
        try:
            return _bounded(FUNCTIONS[name](*args))
        except TypeError as error:
            raise ExpressionError(
                msg("Hàm «{name}» không nhận {n} số.", name=name, n=len(args))
            ) from error
        except (ValueError, OverflowError, ZeroDivisionError) as error:
            raise NoValue(msg("«{source}» không có giá trị.", source=self.source[:60])) from error


def _constant(found: object) -> Value:
    if isinstance(found, bool | str):
        return found
    try:
        return Fraction(repr(found))  # what was written: 0.1 is one tenth
    except ValueError as error:
        raise NoValue("Kết quả có quá nhiều chữ số.") from error


def _holds(op: ast.cmpop, first: Value, other: Value) -> bool:
    if isinstance(op, ast.Eq | ast.NotEq) or isinstance(first, str) or isinstance(other, str):
        return (first == other) is isinstance(op, ast.Eq)
    match op:
        case ast.Lt():
            return first < other
        case ast.LtE():
            return first <= other
        case ast.Gt():
            return first > other
        case _:
            return first >= other


def _binary(op: ast.operator, a: Fraction | float, b: Fraction | float) -> Fraction | float:
    match op:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.Pow():
            return _power(a, b)
    if b == 0:
        raise NoValue("Có phép chia cho 0.", code="division_by_zero")
    match op:
        case ast.Div():
            return a / b
        case ast.FloorDiv():
            return Fraction(math.floor(a / b))
        case _:
            return a - b * math.floor(a / b)


def _power(base: Fraction | float, exponent: Fraction | float) -> Fraction | float:
    if base == 0 and float(exponent) < 0:
        raise NoValue("Có phép chia cho 0.", code="division_by_zero")
    if not -HIGHEST_POWER <= exponent <= HIGHEST_POWER:
        raise NoValue(msg("Số mũ lớn quá {n}.", n=HIGHEST_POWER))
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return _whole_power(base, int(exponent))
    if exponent == Fraction(1, 2):
        return _root(base)
    if base < 0:
        raise NoValue("Có căn hoặc luỹ thừa không nguyên của số âm.")
    return math.pow(base, exponent)


def _whole_power(base: Fraction | float, exponent: int) -> Fraction | float:
    if isinstance(base, float):
        return float(base**exponent)
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(exponent) > MOST_BITS:
        raise NoValue("Kết quả có quá nhiều chữ số.")
    return Fraction(base**exponent)


def _bounded(value: Fraction | float) -> Fraction | float:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NoValue("Kết quả có quá nhiều chữ số.")
        return value
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
        raise NoValue("Kết quả có quá nhiều chữ số.")
    return value


def _root(value: Fraction | float) -> Fraction | float:
    """Exact where the number is a perfect square."""
    if value < 0:
        raise NoValue("Có căn hoặc luỹ thừa không nguyên của số âm.")
    if isinstance(value, Fraction):
        over, under = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if (over * over, under * under) == (value.numerator, value.denominator):
            return Fraction(over, under)
    return math.sqrt(value)


def _whole(value: Fraction | float) -> int:
    if value != math.floor(value):
        raise NoValue("Có chỗ cần số nguyên mà giá trị không nguyên.")
    return int(value)


def _count(value: Fraction | float) -> int:
    found = _whole(value)
    if not 0 <= found <= BIGGEST_COUNT:
        raise NoValue(msg("Giai thừa và tổ hợp tính với số từ 0 đến {n}.", n=BIGGEST_COUNT))
    return found


def _rounded(value: Fraction | float, places: Fraction | float = Fraction(0)) -> Fraction:
    """Half away from zero, as schools round."""
    shift = Fraction(10) ** min(max(_whole(places), 0), 9)
    scaled = abs(Fraction(value)) * shift
    size = Fraction(math.floor(scaled + Fraction(1, 2))) / shift
    return -size if value < 0 else size


FUNCTIONS: Mapping[str, Callable[..., Fraction | float]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "sqrt": _root,
    "floor": lambda x: Fraction(math.floor(x)),
    "ceil": lambda x: Fraction(math.ceil(x)),
    "round": _rounded,
    "gcd": lambda a, b: Fraction(math.gcd(_whole(a), _whole(b))),
    "lcm": lambda a, b: Fraction(math.lcm(_whole(a), _whole(b))),
    "fact": lambda n: Fraction(math.factorial(_count(n))),
    "comb": lambda n, k: Fraction(math.comb(_count(n), _count(k))),
    "perm": lambda n, k: Fraction(math.perm(_count(n), _count(k))),
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "log": math.log,
    "exp": math.exp,
}
