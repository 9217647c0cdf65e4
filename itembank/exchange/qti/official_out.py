"""The four kinds of the official papers as QTI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from ...items.numbers import parse_vn_number
from ...scoring.qti.tree import Node
from .inline_places import choices
from .markup import portable
from .programs import (
    RESPONSE,
    constant,
    declaration,
    earned_if,
    mapped,
    mapping,
    matched,
    score_declaration,
    table,
    variable,
    via_table,
)

CLUSTER_POINTS = ("0", "0.1", "0.25", "0.5", "1")  # QĐ 764/QĐ-BGDĐT: 1, 2, 3, 4 right of four
TRUE, FALSE = "D", "S"


@dataclass(frozen=True, slots=True)
class Written:
    """What one interaction contributes to the item; `stem` where it changes the stem itself."""

    declarations: Sequence[Node]
    outcomes: Sequence[Node]
    body: Sequence[Node]
    processing: Node | None
    stem: Sequence[Node | str] | None = None


def truth(value: bool) -> str:
    return "true" if value else "false"


def write_choice(part: Choice, content: ItemContent) -> Written:
    interaction = Node(
        "choiceInteraction",
        {"responseIdentifier": RESPONSE, "shuffle": truth(part.shuffle), "maxChoices": "1"},
        tuple(choices(part.options)),
    )
    keys = [part.key] if part.key else []
    declared = declaration("single", "identifier", keys)
    return Written([declared], [score_declaration("1")], [interaction], matched())


def write_cluster(part: TrueFalseCluster, content: ItemContent) -> Written:
    count = len(part.statements)
    rows = [
        Node("simpleAssociableChoice", {"identifier": s.id, "matchMax": "1"}, portable(s.body))
        for s in part.statements
    ]
    columns = [
        Node(
            "simpleAssociableChoice", {"identifier": name, "matchMax": str(max(count, 1))}, (word,)
        )
        for name, word in ((TRUE, "Đúng"), (FALSE, "Sai"))
    ]
    interaction = Node(
        "matchInteraction",
        {
            "class": "qti-match-tabular",
            "responseIdentifier": RESPONSE,
            "shuffle": "false",
            "maxAssociations": str(count),
        },
        (Node("simpleMatchSet", {}, tuple(rows)), Node("simpleMatchSet", {}, tuple(columns))),
    )
    keys = [f"{s.id} {TRUE if s.key else FALSE}" for s in part.statements if s.key is not None]
    declared = declaration(
        "multiple", "directedPair", keys, mapping(dict.fromkeys(keys, "1"), upper=str(count))
    )
    outcomes = [score_declaration("0", "NCORRECT"), _cluster_score(part)]
    return Written([declared], outcomes, [interaction], via_table())


def _cluster_score(part: TrueFalseCluster) -> Node:
    """The item's own table where it has one, else that of the regulation."""
    count = len(part.statements)
    points = CLUSTER_POINTS if count == 4 else _even_points(count)
    if len(part.shares) == count + 1:
        points = tuple(str(share) for share in part.shares)
    return table("1", {str(right): points[right] for right in range(count, 0, -1)})


def _even_points(count: int) -> tuple[str, ...]:
    """Equal shares where no regulation says otherwise."""
    if not count:
        return ("0",)
    return tuple(
        str((Decimal(n) / Decimal(count)).quantize(Decimal("0.0001"))) for n in range(count + 1)
    )


def write_short(part: ShortAnswer, content: ItemContent) -> Written:
    entry = Node(
        "textEntryInteraction",
        {"responseIdentifier": RESPONSE, "expectedLength": str(part.max_chars)},
    )
    if part.tolerance:
        return _near_number(part, entry)
    spellings = dict.fromkeys(form for key in part.keys for form in _spellings(key))
    declared = declaration(
        "single", "string", part.keys[:1], mapping(dict.fromkeys(spellings, "1"))
    )
    line = Node("p", {}, (entry,))
    return Written([declared], [score_declaration("1")], [line], mapped())


def _near_number(part: ShortAnswer, entry: Node) -> Written:
    """A number that may be off by a tolerance: compared as a number, with a decimal point."""
    keys = [str(parse_vn_number(key)) for key in part.keys if parse_vn_number(key) is not None]
    declared = declaration("single", "float", keys[:1])
    near = {"toleranceMode": "absolute", "tolerance": str(part.tolerance)}
    tests = tuple(Node("equal", near, (variable(RESPONSE), constant("float", key))) for key in keys)
    program = Node("responseProcessing", {}, (earned_if(Node("or", {}, tests)),))
    return Written([declared], [score_declaration("1")], [Node("p", {}, (entry,))], program)


def _spellings(key: str) -> list[str]:
    """A number as it may be typed: with a comma, and with a point on a screen."""
    if parse_vn_number(key) is None:
        return [key]
    return [key, key.replace(",", "."), key.replace(".", ",")]


def write_essay(part: Essay, content: ItemContent) -> Written:
    interaction = Node("extendedTextInteraction", {"responseIdentifier": RESPONSE})
    most = sum(
        (max((level.points for level in row.levels), default=Decimal(0)) for row in part.rubric),
        Decimal(0),
    )
    declared = declaration("single", "string", ())
    outcomes = [score_declaration(str(most or 1), external=True)]
    return Written([declared], outcomes, [interaction, *_rubric(part)], None)


def _rubric(part: Essay) -> list[Node]:
    rows = [
        Node("p", {}, (f"{row.criterion}: {level.points} – {level.text}",))
        for row in part.rubric
        for level in row.levels
    ]
    pieces: list[Node | str] = [*rows, *portable(part.model_answer)]
    if not pieces:
        return []
    inside = Node("contentBody", {}, tuple(pieces))
    return [Node("rubricBlock", {"view": "scorer", "use": "scoring"}, (inside,))]
