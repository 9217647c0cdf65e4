"""Instances of a family: drawn by seed, filled in, and checked for what makes an item useless. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import unescape
from itertools import product
from math import prod

from ..items.content import (
    Choice,
    ItemContent,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
    characters,
)
from ..items.html import plain_text
from ..items.interactions import Option
from ..items.numbers import parse_vn_value
from .expressions import ExpressionError, Value, parse
from .template import FamilyTemplate
from .writing import (
    FORMULA,
    PLACE,
    decimals,
    fill_html,
    fill_key,
    fill_note,
    has_zero_factor,
    is_finite,
    places_in,
    split_style,
)

MOST_TRIED = 1_500  # value sets looked at; beyond that the counts are estimates
FAULT_NAMES: dict[str, str] = {
    "constraint": "không thoả điều kiện",
    "no_value": "có phép tính không có giá trị",
    "options_equal": "hai phương án bằng nhau",
    "key_not_unique": "đáp án không duy nhất",
    "negative": "có số âm ở chỗ không được âm",
    "boxes": "đáp số không vừa ô trả lời",
    "ugly": "số quá lẻ",
    "zero_factor": "có hệ số bằng 0",
    "inexact": "số vô tỉ viết gần đúng",
}


@dataclass(frozen=True, slots=True)
class Instance:
    """`faults` say why it must not be used; empty: fit for use."""

    values: Mapping[str, Value]
    content: ItemContent
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """How many there can be. `n_fit` and `faults` are shares of `n_tried` where not all was tried."""

    n_possible: int
    n_tried: int
    n_fit: int
    faults: Mapping[str, int]

    @property
    def is_estimate(self) -> bool:
        return self.n_tried < self.n_possible

    @property
    def n_usable(self) -> int:
        """Of all that are possible; rounded down where estimated."""
        return self.n_fit * self.n_possible // self.n_tried if self.n_tried else 0


def stock(template: FamilyTemplate) -> Stock:
    """Every value set, or a fair sample of them, and what is wrong with those that do not fit."""
    possible = n_possible(template)
    sets = list(_value_sets(template, 0, MOST_TRIED))
    faults: Counter[str] = Counter()
    fit = 0
    for values in sets:
        found = faults_of(template, values)
        fit += not found
        faults.update(found[:1])
    return Stock(possible, len(sets), fit, dict(faults.most_common()))


def n_possible(template: FamilyTemplate) -> int:
    return prod(len(variable.values()) for variable in template.variables)


def draw(
    template: FamilyTemplate, seed: int, most: int, *, known: frozenset[str] = frozenset()
) -> list[Instance]:
    """The first `most` fit instances of this seed whose values are not in `known` (`key_of`)."""
    found: list[Instance] = []
    for values in _value_sets(template, seed, MOST_TRIED):
        if len(found) == most:
            break
        if key_of(values) in known or faults_of(template, values):
            continue
        found.append(instance(template, values, seed))
    return found


def key_of(values: Mapping[str, Value]) -> str:
    """The values as one line, to tell value sets apart."""
    return "; ".join(f"{name} = {value}" for name, value in sorted(values.items()))


def _value_sets(template: FamilyTemplate, seed: int, most: int) -> Iterator[dict[str, Value]]:
    """Different value sets in an order that the seed decides; all of them where there are few."""
    names = [variable.name for variable in template.variables]
    columns = [variable.values() for variable in template.variables]
    rng = random.Random(seed)
    if n_possible(template) <= most:
        rows = list(product(*columns))
        rng.shuffle(rows)
        yield from (dict(zip(names, row, strict=True)) for row in rows)
        return
    seen: set[tuple[Value, ...]] = set()
    for _ in range(4 * most):
        row = tuple(rng.choice(column) for column in columns)
        if row not in seen:
            seen.add(row)
            yield dict(zip(names, row, strict=True))
        if len(seen) == most:
            return


def completed(template: FamilyTemplate, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values with everything computed from them."""
    known = dict(values)
    for row in template.computed:
        known[row.name] = parse(row.expression).value(known)
    return known


def instance(template: FamilyTemplate, values: Mapping[str, Value], seed: int) -> Instance:
    """Filled in, options in an order of the seed's and the values' own."""
    known = completed(template, values)
    filled = _filled(template, known)
    order = random.Random(f"{seed}|{key_of(values)}")
    content = _shuffled(filled, order)
    return Instance(values, content, tuple(faults_of(template, values)))


def _filled(template: FamilyTemplate, known: Mapping[str, Value]) -> ItemContent:
    def evaluate(source: str) -> Value:
        return parse(source).value(known)

    def truth(row: Statement) -> bool | None:
        source = template.truths.get(row.id, "")
        return bool(evaluate(source)) if source.strip() else row.key

    content = template.content
    part = content.interaction
    match part:
        case Choice():
            rows = tuple(
                Option(id=o.id, body=fill_html(o.body, evaluate), rationale=fill_note(o.rationale, evaluate))
                for o in part.options
            )  # fmt: skip
            part = part.model_copy(update={"options": rows})
        case TrueFalseCluster():
            statements = tuple(
                s.model_copy(
                    update={
                        "body": fill_html(s.body, evaluate),
                        "rationale": fill_note(s.rationale, evaluate),
                        "key": truth(s),
                    }
                )
                for s in part.statements
            )
            part = part.model_copy(update={"statements": statements})
        case ShortAnswer():
            keys = tuple(fill_key(key, evaluate) for key in part.keys)
            part = part.model_copy(update={"keys": keys, "hint": fill_note(part.hint, evaluate)})
    return content.model_copy(
        update={
            "stem": fill_html(content.stem, evaluate),
            "solution": fill_html(content.solution, evaluate),
            "interaction": part,
        }
    )


def _shuffled(content: ItemContent, order: random.Random) -> ItemContent:
    part = content.interaction
    if not isinstance(part, Choice) or not part.shuffle:
        return content
    rows = list(part.options)
    order.shuffle(rows)
    letters = [option.id for option in part.options]
    key = next((new for new, o in zip(letters, rows, strict=True) if o.id == part.key), None)
    options = tuple(o.model_copy(update={"id": new}) for new, o in zip(letters, rows, strict=True))
    return content.model_copy(
        update={"interaction": part.model_copy(update={"options": options, "key": key})}
    )


def faults_of(template: FamilyTemplate, values: Mapping[str, Value]) -> list[str]:
    """Why this value set gives no item; the first reason tells most."""
    try:
        known = completed(template, values)
        if not all(parse(source).value(known) for source in template.constraints):
            return ["constraint"]
        written = list(_written(template, known))
        filled = _filled(template, known)
    except ExpressionError:
        return ["no_value"]
    found = [
        *_number_faults(template, written),
        *_equal_options(template.content, known),
        *_item_faults(filled),
        *_zero_factors(template, known),
    ]
    return list(dict.fromkeys(found))


def _equal_options(content: ItemContent, known: Mapping[str, Value]) -> Iterator[str]:
    """Options that say the same with the same numbers, however these are written."""
    part = content.interaction
    if not isinstance(part, Choice):
        return
    told = {}
    for option in part.options:
        sources = [split_style(place)[0] for place in places_in(option.body)]
        numbers = tuple(parse(source).value(known) for source in sources)
        told[option.id] = (PLACE.sub("", option.body), numbers)
    if list(told.values()).count(told.get(part.key or "", ("", ()))) != 1:
        yield "key_not_unique"
    if len(set(told.values())) < len(told):
        yield "options_equal"


def _written(template: FamilyTemplate, known: Mapping[str, Value]) -> Iterator[tuple[Value, str]]:
    """Every value that is written into options, statements and keys, with how it is written."""
    for text in _asked(template.content):
        for place in places_in(text):
            source, style = split_style(place)
            yield parse(source).value(known), style


def _asked(content: ItemContent) -> Iterator[str]:
    part = content.interaction
    yield content.stem
    for row in (*getattr(part, "options", ()), *getattr(part, "statements", ())):
        yield row.body
    if isinstance(part, ShortAnswer):
        yield from part.keys


def _number_faults(template: FamilyTemplate, written: Sequence[tuple[Value, str]]) -> Iterator[str]:
    for value, style in written:
        if isinstance(value, bool | str):
            continue
        if isinstance(value, float) and not style.startswith("tp"):
            yield "inexact"
        if isinstance(value, Fraction) and not style.startswith("tp") and _is_ugly(template, value):
            yield "ugly"
        if value < 0 and not template.is_signed:
            yield "negative"


def _is_ugly(template: FamilyTemplate, value: Fraction) -> bool:
    if is_finite(value):
        return decimals(value) > template.most_decimals
    return value.denominator > template.most_denominator


def _item_faults(filled: ItemContent) -> Iterator[str]:
    part = filled.interaction
    match part:
        case Choice():
            yield from _option_faults(part)
        case ShortAnswer():
            yield from _key_faults(part)
        case TrueFalseCluster():
            if len({plain_text(s.body) for s in part.statements}) < len(part.statements):
                yield "options_equal"


def _option_faults(part: Choice) -> Iterator[str]:
    said = {option.id: plain_text(option.body) for option in part.options}
    if part.key is None or list(said.values()).count(said.get(part.key, "")) != 1:
        yield "key_not_unique"
    if len(set(said.values())) < len(said):
        yield "options_equal"


def _key_faults(part: ShortAnswer) -> Iterator[str]:
    allowed = set(characters(part.charset))
    for key in part.keys:
        fits = set(key) <= allowed and 0 < len(key) <= part.max_chars
        if not fits or parse_vn_value(key) is None:
            yield "boxes"
    if len({parse_vn_value(key) for key in part.keys}) > 1:
        yield "key_not_unique"


def _zero_factors(template: FamilyTemplate, known: Mapping[str, Value]) -> Iterator[str]:
    def evaluate(source: str) -> Value:
        return parse(source).value(known)

    for text in _asked(template.content):
        if any(has_zero_factor(unescape(tex), evaluate) for tex in FORMULA.findall(text)):
            yield "zero_factor"
