"""Items of the bank as QTI: the neutral tree of an `assessmentItem`.

Response processing is written out in standard elements; no custom operator is needed, not even for
the true/false cluster (a mapping counts the right judgements, an interpolation table turns the
count into points).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...items.composite import Asked, Composite
from ...items.content import (
    Choice,
    Essay,
    ItemContent,
    ShortAnswer,
    TrueFalseCluster,
    source_of,
)
from ...items.html import plain_text
from ...items.interactions import (
    Cloze,
    Frozen,
    GapMatch,
    Hotspot,
    Hottext,
    Link,
    Match,
    MultipleChoice,
    Order,
    Part,
    QtiOpaque,
)
from ...items.numbers import parse_vn_number
from ...scoring.qti.tree import Node
from ..qti_xml import read_root
from .composite_out import composite_processing, places_out, with_interactions
from .inline_places import choices, gap_declaration, with_gaps, with_places
from .markup import portable
from .own_record import record_node
from .programs import (
    RESPONSE,
    counted_gaps,
    declaration,
    mapped,
    mapping,
    matched,
    score_declaration,
    table,
    via_table,
)

CLUSTER_POINTS = ("0", "0.1", "0.25", "0.5", "1")  # QĐ 764/QĐ-BGDĐT: 1, 2, 3, 4 right of four
TRUE, FALSE = "D", "S"


@dataclass(frozen=True, slots=True)
class _Written:
    """What one interaction contributes to the item; `stem` where it changes the stem itself."""

    declarations: Sequence[Node]
    outcomes: Sequence[Node]
    body: Sequence[Node]
    processing: Node | None
    stem: Sequence[Node | str] | None = None


def item_node(content: ItemContent, identifier: str, *, stimulus_href: str = "") -> Node:
    """The item as a tree. An imported item that was not edited is its source again."""
    source = source_of(content)
    if source is not None:
        return _from_source(read_root(source.xml.encode(), "assessmentItem"), content, identifier)
    written = _write(content)
    stem = portable(content.stem) if written.stem is None else written.stem
    body = [Node("div", {"class": "stem"}, tuple(stem)), *written.body, *_solution(content)]
    parts = [
        *written.declarations,
        *written.outcomes,
        *_stimulus(stimulus_href),
        Node("itemBody", {}, (*body, record_node(content))),
        *([written.processing] if written.processing is not None else []),
    ]
    return Node("assessmentItem", _root_attributes(content, identifier), tuple(parts))


def _root_attributes(content: ItemContent, identifier: str) -> dict[str, str]:
    return {
        "identifier": identifier,
        "title": plain_text(content.stem)[:120] or identifier,
        "adaptive": "false",
        "timeDependent": "false",
        "xml:lang": "vi",
        "toolName": "khaothi",
    }


def _from_source(root: Node, content: ItemContent, identifier: str) -> Node:
    """The source with the record in its body; an item without one gets one, where it belongs."""
    body = root.child("itemBody") or Node("itemBody")
    told = Node(body.name, body.attributes, (*body.content, record_node(content)))
    parts = [told if part is body else part for part in root.content]
    if told not in parts:
        parts.insert(_place_of_body(root), told)
    return Node(root.name, {**root.attributes, "identifier": identifier}, tuple(parts))


def _place_of_body(root: Node) -> int:
    after = {"catalogInfo", "responseProcessing", "modalFeedback", "outcomeProcessing"}
    places = (n for n, p in enumerate(root.content) if isinstance(p, Node) and p.name in after)
    return next(places, len(root.content))


def _stimulus(href: str) -> Sequence[Node]:
    if not href:
        return ()
    return (Node("assessmentStimulusRef", {"identifier": "STIMULUS", "href": href}),)


def _solution(content: ItemContent) -> Sequence[Node]:
    if not content.solution:
        return ()
    inside = Node("contentBody", {}, portable(content.solution))
    return (Node("rubricBlock", {"view": "scorer tutor", "use": "scoring"}, (inside,)),)


def _write(content: ItemContent) -> _Written:
    part = content.interaction
    writer = _WRITERS[type(part)]
    return writer(part, content)


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _choice(part: Choice, content: ItemContent) -> _Written:
    interaction = Node(
        "choiceInteraction",
        {"responseIdentifier": RESPONSE, "shuffle": _truth(part.shuffle), "maxChoices": "1"},
        tuple(choices(part.options)),
    )
    keys = [part.key] if part.key else []
    declared = declaration("single", "identifier", keys)
    return _Written([declared], [score_declaration("1")], [interaction], matched())


def _multiple(part: MultipleChoice, content: ItemContent) -> _Written:
    attributes = {
        "responseIdentifier": RESPONSE,
        "shuffle": _truth(part.shuffle),
        "minChoices": str(part.least),
        "maxChoices": str(part.most),
    }
    interaction = Node("choiceInteraction", attributes, tuple(choices(part.options)))
    declared = declaration("multiple", "identifier", part.keys)
    return _Written([declared], [score_declaration("1")], [interaction], matched())


def _order(part: Order, content: ItemContent) -> _Written:
    interaction = Node(
        "orderInteraction",
        {"responseIdentifier": RESPONSE, "shuffle": _truth(part.shuffle)},
        tuple(choices(part.options)),
    )
    declared = declaration("ordered", "identifier", part.keys)
    return _Written([declared], [score_declaration("1")], [interaction], matched())


def _cluster(part: TrueFalseCluster, content: ItemContent) -> _Written:
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
    outcomes = [score_declaration("0", "NCORRECT"), _cluster_score(count)]
    return _Written([declared], outcomes, [interaction], via_table())


def _cluster_score(count: int) -> Node:
    points = CLUSTER_POINTS if count == 4 else _even_points(count)
    return table("1", {str(right): points[right] for right in range(count, 0, -1)})


def _even_points(count: int) -> tuple[str, ...]:
    """Equal shares where no regulation says otherwise."""
    if not count:
        return ("0",)
    return tuple(
        str((Decimal(n) / Decimal(count)).quantize(Decimal("0.0001"))) for n in range(count + 1)
    )


def _short(part: ShortAnswer, content: ItemContent) -> _Written:
    entry = Node(
        "textEntryInteraction",
        {"responseIdentifier": RESPONSE, "expectedLength": str(part.max_chars)},
    )
    spellings = dict.fromkeys(form for key in part.keys for form in _spellings(key))
    declared = declaration(
        "single", "string", part.keys[:1], mapping(dict.fromkeys(spellings, "1"))
    )
    line = Node("p", {}, (entry,))
    return _Written([declared], [score_declaration("1")], [line], mapped())


def _spellings(key: str) -> list[str]:
    """A number as it may be typed: with a comma, and with a point on a screen."""
    if parse_vn_number(key) is None:
        return [key]
    return [key, key.replace(",", "."), key.replace(".", ",")]


def _essay(part: Essay, content: ItemContent) -> _Written:
    interaction = Node("extendedTextInteraction", {"responseIdentifier": RESPONSE})
    most = sum(
        (max((level.points for level in row.levels), default=Decimal(0)) for row in part.rubric),
        Decimal(0),
    )
    declared = declaration("single", "string", ())
    outcomes = [score_declaration(str(most or 1), external=True)]
    return _Written([declared], outcomes, [interaction, *_rubric(part)], None)


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


def _cloze(part: Cloze, content: ItemContent) -> _Written:
    gaps = {gap.id: gap for gap in part.gaps}
    text = [with_gaps(node, gaps) for node in portable(content.stem)]
    declarations = [gap_declaration(gap) for gap in part.gaps]
    outcomes = [score_declaration(str(len(part.gaps)))]
    return _Written(declarations, outcomes, [], counted_gaps(list(gaps)), text)


def _match(part: Match, content: ItemContent) -> _Written:
    sides = (
        Node("simpleMatchSet", {}, tuple(_associables(side))) for side in (part.rows, part.columns)
    )
    attributes = {
        "responseIdentifier": RESPONSE,
        "shuffle": _truth(part.shuffle),
        "maxAssociations": str(part.most),
    }
    return _paired(Node("matchInteraction", attributes, tuple(sides)), part.keys, part.partial)


def _associables(parts: Sequence[Part], name: str = "simpleAssociableChoice") -> list[Node]:
    return [
        Node(name, {"identifier": p.id, "matchMax": str(p.most)}, portable(p.body)) for p in parts
    ]


def _paired(interaction: Node, keys: Sequence[Link], partial: bool) -> _Written:
    pairs = [f"{link.left} {link.right}" for link in keys]
    worth = mapping(dict.fromkeys(pairs, "1")) if partial and pairs else None
    declared = declaration("multiple", "directedPair", pairs, worth)
    most = str(len(pairs)) if partial else "1"
    program = mapped() if worth is not None else matched()
    return _Written([declared], [score_declaration(most)], [interaction], program)


def _gap_match(part: GapMatch, content: ItemContent) -> _Written:
    text = tuple(with_places(node, "gap", part.gaps) for node in portable(part.text))
    attributes = {"responseIdentifier": RESPONSE, "shuffle": _truth(part.shuffle)}
    interaction = Node(
        "gapMatchInteraction",
        attributes,
        (*_associables(part.pieces, "gapText"), Node("div", {}, text)),
    )
    return _paired(interaction, part.keys, part.partial)


def _hottext(part: Hottext, content: ItemContent) -> _Written:
    text = tuple(with_places(node, "hottext", part.words) for node in portable(part.text))
    interaction = Node(
        "hottextInteraction", _bounds(part.least, part.most), (Node("div", {}, text),)
    )
    declared = declaration("multiple", "identifier", part.keys)
    return _Written([declared], [score_declaration("1")], [interaction], matched())


def _bounds(least: int, most: int) -> dict[str, str]:
    return {"responseIdentifier": RESPONSE, "minChoices": str(least), "maxChoices": str(most)}


def _hotspot(part: Hotspot, content: ItemContent) -> _Written:
    picture = [_sized(node, part) for node in portable(part.picture) if isinstance(node, Node)]
    areas = [
        Node(
            "hotspotChoice",
            {
                "identifier": area.id,
                "shape": area.shape,
                "coords": ",".join(f"{value:g}" for value in area.coords),
                "hotspotLabel": area.label,
            },
        )
        for area in part.areas
    ]
    interaction = Node("hotspotInteraction", _bounds(part.least, part.most), (*picture, *areas))
    declared = declaration("multiple", "identifier", part.keys)
    return _Written([declared], [score_declaration("1")], [interaction], matched())


def _sized(node: Node, part: Hotspot) -> Node:
    if node.name == "img":
        size = {"width": str(part.width), "height": str(part.height)}
        return Node("img", {**node.attributes, **size})
    content = tuple(_sized(p, part) if isinstance(p, Node) else p for p in node.content)
    return Node(node.name, node.attributes, content)


def _composite(part: Composite, content: ItemContent) -> _Written:
    made = places_out(part, lambda asks: _alone(asks, content))
    interactions = {name: interaction for name, (_, interaction) in made.items()}
    text = [with_interactions(node, interactions) for node in portable(content.stem)]
    outcomes = [score_declaration(str(len(part.scored_places)), external=not part.scored_places)]
    declarations = [declared for declared, _ in made.values()]
    processing = composite_processing(part) if part.scored_places else None
    return _Written(declarations, outcomes, [], processing, text)


def _alone(asks: Asked, content: ItemContent) -> tuple[Node, Node]:
    """Declaration and interaction of what a place asks, written as where it stands alone."""
    written = _WRITERS[type(asks)](asks, content)
    return written.declarations[0], written.body[0]


def _opaque(part: QtiOpaque, content: ItemContent) -> _Written:
    """An opaque item without its source has nothing to process: only its text is left."""
    return _Written([], [score_declaration("1")], [], None)


_WRITERS: dict[type[Frozen], Callable[..., _Written]] = {
    Choice: _choice,
    MultipleChoice: _multiple,
    Order: _order,
    TrueFalseCluster: _cluster,
    ShortAnswer: _short,
    Essay: _essay,
    Cloze: _cloze,
    Match: _match,
    GapMatch: _gap_match,
    Hottext: _hottext,
    Hotspot: _hotspot,
    Composite: _composite,
    QtiOpaque: _opaque,
}
