"""How this file marks its keys: the convention is read off the whole file, never off one item.

A mark is a look or a sign that sets one option apart. Bold labels on every option are a habit of
typing, a colour used everywhere is decoration; an underlined label on one option of each question
is a key. Strong marks (signs, underlined labels) count wherever they stand; weak ones (colour,
bold) only where the file uses them consistently and they do not contradict the answer table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .document import Look
from .markup import Piece
from .raw import RawOption, RawQuestion
from .strip import Strip

Feature = Literal["sign", "underline", "highlight", "colour", "bold", "italic"]
FEATURES: tuple[Feature, ...] = ("sign", "underline", "highlight", "colour", "bold", "italic")
_STRONG = {"sign", "underline"}
# Share of the questions without any other key that must carry exactly one mark of this kind.
_FEWEST = {"highlight": 0.25, "colour": 0.25, "bold": 0.5, "italic": 0.9}
_AGREEMENT = 0.7  # with keys said in words, below which a weak mark is decoration
_ENOUGH = 3  # questions to judge a convention by
_PINNED = re.compile(r"#[!$]")
_SIGN = re.compile(r"[*#✓√]")

Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Convention:
    """The marks that are keys in this file, for options and for statements."""

    options: tuple[Feature, ...] = ()
    statements: tuple[Feature, ...] = ()
    option_base: Mapping[Feature, Values] = field(default_factory=dict)
    statement_base: Mapping[Feature, Values] = field(default_factory=dict)


def marked_options(question: RawQuestion, feature: Feature, base: Values) -> frozenset[str]:
    """Letters of the options that this feature sets apart from the others."""
    values = [_value(option, feature) for option in question.options]
    return _odd_ones(question.options, values, base)


def marked_statements(question: RawQuestion, feature: Feature, base: Values) -> frozenset[str]:
    """Letters of the statements that carry the mark; any number of them may."""
    return frozenset(
        option.letter for option in question.statements if _is_more(_value(option, feature), base)
    )


def is_pinned(option: RawOption) -> bool:
    """Whether the label says that the option keeps its place."""
    return bool(_PINNED.search(option.label.text))


def label_is_italic(option: RawOption) -> bool:
    return any(look.italic for look in _label_looks(option.label))


def _value(option: RawOption, feature: Feature) -> Values:
    """What the feature shows on the label and on the body."""
    label, body = _label_looks(option.label), _whole_body(option)
    match feature:
        case "sign":
            return (bool(_SIGN.search(_PINNED.sub("", option.label.text))),)
        case "underline":
            return (any(x.underline for x in label), bool(body) and all(x.underline for x in body))
        case "highlight":
            return (_common(x.highlight for x in label), _common(x.highlight for x in body))
        case "colour":
            return (_common(x.colour for x in label), _common(x.colour for x in body))
        case "bold":
            return (any(x.bold for x in label), bool(body) and all(x.bold for x in body))
        case "italic":
            return (any(x.italic for x in label), bool(body) and all(x.italic for x in body))


def _label_looks(label: Strip) -> list[Look]:
    return label.looks_of_ink()


def _whole_body(option: RawOption) -> list[Look]:
    return [
        look for piece in option.body if isinstance(piece, Strip) for look in piece.looks_of_ink()
    ]


def _common(values: Iterable[str]) -> str:
    """The one value all share, or ''."""
    found = set(values)
    return found.pop() if len(found) == 1 else ""


def _odd_ones(options: Sequence[RawOption], values: list[Values], base: Values) -> frozenset[str]:
    counted = Counter(values).most_common()
    if len(counted) <= 1:
        return frozenset()
    if len(counted) == 1 or (counted[0][1] > counted[1][1] and counted[0][1] * 2 > len(values)):
        base = counted[0][0]
    return frozenset(
        option.letter
        for option, value in zip(options, values, strict=True)
        if _is_more(value, base)
    )


def _is_more(value: Values, base: Values) -> bool:
    """Whether a value shows something, on label or body, that the base does not."""
    return any(here and here != there for here, there in zip(value, base, strict=True))


def bases(questions: Sequence[RawQuestion]) -> dict[Feature, Values]:
    """The usual value of each feature over all options of the file."""
    options = [option for question in questions for option in question.options]
    return {f: _most_common(_value(o, f) for o in options) for f in FEATURES if options}


def _most_common(values: Iterable[Values]) -> Values:
    return Counter(values).most_common(1)[0][0]


def statement_bases(clusters: Sequence[RawQuestion]) -> dict[Feature, Values]:
    """What an unmarked statement looks like: about half of them are marked, so no majority tells.

    Where label or body always look the same, that is usual; of two looks the plainer one is, of
    two colours the one that is not red.
    """
    statements = [statement for cluster in clusters for statement in cluster.statements]
    found: dict[Feature, Values] = {}
    for feature in FEATURES if statements else ():
        parts = zip(*(_value(statement, feature) for statement in statements), strict=True)
        found[feature] = tuple(_plainest(list(values)) for values in parts)
    return found


def _plainest(values: list[object]) -> object:
    counted = Counter(values)
    if len(counted) == 1:
        return values[0]
    plain = next((value for value in counted if not value), None)
    if plain is not None:
        return plain
    return min(counted, key=lambda value: (_is_red(str(value)), -counted[value]))


def _is_red(colour: str) -> bool:
    try:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    except ValueError:
        return False
    return red > 0x90 and green < 0x60 and blue < 0x60


def convention_of(
    questions: Sequence[RawQuestion], said: Mapping[int, frozenset[str]]
) -> Convention:
    """The convention of a file; `said` gives keys said in words, by `id` of the question."""
    choices = [q for q in questions if len(q.options) >= 2]
    base = bases(choices)
    counts = {f: [len(marked_options(q, f, base[f])) for q in choices] for f in base}
    active = [f for f in base if _is_active(f, counts[f], choices, said, base[f])]
    active = _without_rare(active, counts)
    if "italic" in active and len(active) > 1:
        active.remove("italic")
    clusters = [q for q in questions if q.statements and not q.options]
    plain = statement_bases(clusters)
    of_statements = tuple(
        f for f in plain if f != "italic" and _marks_statements(f, clusters, plain[f], active, said)
    )
    return Convention(tuple(active), of_statements, base, plain)


def _is_active(
    feature: Feature,
    counts: list[int],
    choices: list[RawQuestion],
    said: Mapping[int, frozenset[str]],
    base: Values,
) -> bool:
    single = counts.count(1)
    if not single:
        return feature in _STRONG and any(counts)
    if feature in _STRONG:
        return True
    if feature == "italic" and not _varies(choices, feature, base):
        return False
    needed = [id(q) not in said for q in choices]
    if not any(needed):  # every key is said in words: a mark here and there is emphasis
        needed = [True] * len(choices)
    marked = sum(n == 1 for n, need in zip(counts, needed, strict=True) if need)
    if marked < _FEWEST[feature] * sum(needed):
        return False
    return _agrees(feature, choices, said, base)


def _varies(choices: list[RawQuestion], feature: Feature, base: Values) -> bool:
    letters = {x for q in choices for x in marked_options(q, feature, base)}
    return len(choices) >= _ENOUGH and len(letters) > 1


def _agrees(
    feature: Feature,
    choices: list[RawQuestion],
    said: Mapping[int, frozenset[str]],
    base: Values,
) -> bool:
    pairs = [
        (marks, said[id(q)])
        for q in choices
        if id(q) in said and (marks := marked_options(q, feature, base))
    ]
    agreeing = sum(marks == key for marks, key in pairs)
    return len(pairs) < _ENOUGH or agreeing >= _AGREEMENT * len(pairs)


def _without_rare(active: list[Feature], counts: dict[Feature, list[int]]) -> list[Feature]:
    """A weak mark that is used far less than the main one is emphasis, not a key."""
    most = max((counts[f].count(1) for f in active), default=0)
    return [f for f in active if f in _STRONG or counts[f].count(1) * 2 >= most]


def _marks_statements(
    feature: Feature,
    clusters: list[RawQuestion],
    base: Values,
    active: list[Feature],
    said: Mapping[int, frozenset[str]],
) -> bool:
    counts = [(len(marked_statements(q, feature, base)), len(q.statements)) for q in clusters]
    some = [0 < n < total for n, total in counts]
    if not any(n for n, _ in counts):
        return False
    if len(clusters) >= 2 and all(n == total for n, total in counts):
        return False
    if feature in _STRONG or feature in active:
        return feature in active or any(some)
    pairs = [(marked_statements(q, feature, base), said[id(q)]) for q in clusters if id(q) in said]
    agreeing = sum(marks == key for marks, key in pairs)
    if pairs and agreeing < _AGREEMENT * len(pairs):
        return False
    return sum(some) * 2 >= len(clusters)


def unmarked(option: RawOption, siblings: Sequence[RawOption]) -> list[Piece]:
    """The body without a look that would give the key away: bold or underlined throughout."""
    looks = _whole_body(option)
    others = [_whole_body(o) for o in siblings if o is not option]
    drop_bold = bool(looks) and all(x.bold for x in looks)
    drop_line = bool(looks) and all(x.underline for x in looks)
    alike = all(o and all(x.italic for x in o) for o in others)
    drop_italic = bool(looks) and all(x.italic for x in looks) and not alike

    def change(look: Look) -> Look:
        return Look(
            bold=look.bold and not drop_bold,
            italic=look.italic and not drop_italic,
            underline=look.underline and not drop_line,
            raised=look.raised,
        )

    return [p.restyled(change) if isinstance(p, Strip) else p for p in option.body]
