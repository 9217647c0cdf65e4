"""Numbers. One NULL among the operands makes the result NULL, and so does a result that is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..errors import lacks_operand
from ..evaluation import Evaluation, Operator
from ..rounding import half_up, rounded
from ..tree import Node
from ..values import Value, as_number, atoms_of, integer, is_null, number, real

Number = int | float
LARGEST_BITS = 4_096


def numbers_in(values: Sequence[Value]) -> list[Number] | None:
    """All numbers of single values and containers; None when one is NULL or not a number."""
    found: list[Number] = []
    for value in values:
        if is_null(value):
            return None
        for atom in atoms_of(value):
            known = as_number(atom)
            if known is None:
                return None
            found.append(known)
    return found


def _over_all(fold: Callable[[list[Number]], Number]) -> Operator:
    def operation(run: Evaluation, node: Node) -> Value:
        found = numbers_in(run.operands(node))
        return None if not found else _kept(lambda: fold(found))

    return operation


def _of_two(compute: Callable[[Number, Number], Number | None]) -> Operator:
    def operation(run: Evaluation, node: Node) -> Value:
        if len(node.children) != 2:
            raise lacks_operand(node.name)
        found = numbers_in(run.operands(node))
        if found is None or len(found) != 2:
            return None
        return _kept(lambda: compute(found[0], found[1]))

    return operation


def _of_one(compute: Callable[[Number], Number | None]) -> Operator:
    def operation(run: Evaluation, node: Node) -> Value:
        found = numbers_in([run.operand(node)])
        return None if found is None or len(found) != 1 else _kept(lambda: compute(found[0]))

    return operation


def _kept(compute: Callable[[], Number | None]) -> Value:
    """The number computed; NULL where the operation is not defined or beyond all bounds."""
    try:
        found = compute()
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    if found is None or (isinstance(found, int) and found.bit_length() > LARGEST_BITS):
        return None
    return number(found)


def _divide(x: Number, y: Number) -> Number | None:
    return None if y == 0 else float(x / y)


def _power(x: Number, y: Number) -> Number | None:
    if isinstance(x, int) and isinstance(y, int) and y >= 0:
        return x**y if x.bit_length() * y <= LARGEST_BITS else None
    found = float(x) ** float(y)
    return None if isinstance(found, complex) else found


def _whole(x: Number) -> int:
    if not math.isfinite(x) or x != int(x):
        raise ValueError(x)
    return int(x)


def _integer_divide(x: Number, y: Number) -> Number:
    return _whole(x) // _whole(y)


def _integer_modulus(x: Number, y: Number) -> Number:
    return _whole(x) % _whole(y)


def _gcd(found: list[Number]) -> Number:
    return math.gcd(*(_whole(x) for x in found))


def _lcm(found: list[Number]) -> Number:
    wholes = [_whole(x) for x in found]
    if sum(x.bit_length() for x in wholes) > LARGEST_BITS:
        raise OverflowError
    return math.lcm(*wholes)


def _product(found: list[Number]) -> Number:
    if sum(x.bit_length() for x in found if isinstance(x, int)) > LARGEST_BITS:
        raise OverflowError
    return math.prod(found)


def _round(x: Number) -> Number:
    return x if math.isinf(x) else int(half_up(x))


def _truncate(x: Number) -> Number:
    return x if math.isinf(x) else math.trunc(x)


def round_to(run: Evaluation, node: Node) -> Value:
    found = numbers_in([run.operand(node)])
    if found is None or len(found) != 1:
        return None
    figures = run.number_attribute(node, "figures")
    result = rounded(found[0], node.get("roundingMode", "significantFigures"), figures)
    return None if result is None else real(result)


def integer_to_float(run: Evaluation, node: Node) -> Value:
    found = numbers_in([run.operand(node)])
    return None if found is None or len(found) != 1 else real(float(found[0]))


def math_constant(run: Evaluation, node: Node) -> Value:
    known = {"pi": math.pi, "e": math.e}
    if node.get("name") not in known:
        raise lacks_operand(node.name)
    return real(known[node.get("name")])


def random_integer(run: Evaluation, node: Node) -> Value:
    low, width = _bound(run, node, "min", 0), _bound(run, node, "step", 1)
    high = _bound(run, node, "max", low - 1)
    if width < 1 or high < low:
        raise lacks_operand(node.name)
    return integer(low + width * run.stream.below((high - low) // width + 1))


def _bound(run: Evaluation, node: Node, name: str, default: int) -> int:
    found = run.number_attribute(node, name)
    try:
        return default if found is None else _whole(found)
    except ValueError as error:
        raise lacks_operand(node.name) from error


def random_float(run: Evaluation, node: Node) -> Value:
    least, most = run.number_attribute(node, "min"), run.number_attribute(node, "max")
    if most is None:
        raise lacks_operand(node.name)
    low = 0.0 if least is None else float(least)
    return real(low + run.stream.uniform() * (float(most) - low))


def math_operator(run: Evaluation, node: Node) -> Value:
    name = node.get("name").replace("-", "").lower()
    found = numbers_in(run.operands(node))
    if found is None:
        return None
    if name == "atan2":
        return _kept(lambda: math.atan2(found[0], found[1])) if len(found) == 2 else None
    function = _FUNCTIONS.get(name)
    if function is None or len(found) != 1:
        raise lacks_operand(node.name)
    return _kept(lambda: function(found[0]))


def _logarithm(x: float) -> float:
    return -math.inf if x == 0 else math.log(x)


def _decimal_logarithm(x: float) -> float:
    return -math.inf if x == 0 else math.log10(x)


def _exponential(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _arc_cotangent(x: float) -> float:
    return math.pi / 2 if x == 0 else math.atan(1 / x)


def _whole_or_infinite(compute: Callable[[float], int]) -> Callable[[Number], Number]:
    return lambda x: x if math.isinf(x) else compute(x)


_FUNCTIONS: dict[str, Callable[[Number], Number]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sec": lambda x: 1 / math.cos(x),
    "csc": lambda x: 1 / math.sin(x),
    "cot": lambda x: 1 / math.tan(x),
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "asec": lambda x: math.acos(1 / x),
    "acsc": lambda x: math.asin(1 / x),
    "acot": _arc_cotangent,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "sech": lambda x: 1 / math.cosh(x),
    "csch": lambda x: 1 / math.sinh(x),
    "coth": lambda x: 1 / math.tanh(x),
    "log": _decimal_logarithm,
    "ln": _logarithm,
    "exp": _exponential,
    "abs": abs,
    "signum": lambda x: (x > 0) - (x < 0),
    "floor": _whole_or_infinite(math.floor),
    "ceil": _whole_or_infinite(math.ceil),
    "todegrees": math.degrees,
    "toradians": math.radians,
}

OPERATORS: dict[str, Operator] = {
    "sum": _over_all(sum),
    "product": _over_all(_product),
    "min": _over_all(min),
    "max": _over_all(max),
    "gcd": _over_all(_gcd),
    "lcm": _over_all(_lcm),
    "subtract": _of_two(lambda x, y: x - y),
    "divide": _of_two(_divide),
    "power": _of_two(_power),
    "integerDivide": _of_two(_integer_divide),
    "integerModulus": _of_two(_integer_modulus),
    "mod": _of_two(lambda x, y: x % y),
    "truncate": _of_one(_truncate),
    "round": _of_one(_round),
    "roundTo": round_to,
    "integerToFloat": integer_to_float,
    "mathConstant": math_constant,
    "mathOperator": math_operator,
    "randomInteger": random_integer,
    "randomFloat": random_float,
}
