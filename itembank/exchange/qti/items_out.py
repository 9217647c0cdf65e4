"""Items of the bank as QTI: the neutral tree of an `assessmentItem`.

Response processing is written out in standard elements; no custom operator is needed, not even for
the true/false cluster (a mapping counts the right judgements, an interpolation table turns the
count into points).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from ...scoring.qti.tree import Node
from ..qti_xml import read_root
from .composite_out import composite_processing, places_out, with_interactions
from .inline_places import choices, gap_declaration, with_gaps, with_places
from .markup import portable
from .official_out import (
    Written,
    truth,
    write_choice,
    write_cluster,
    write_essay,
    write_short,
)
from .own_record import record_node
from .programs import (
    RESPONSE,
    counted_gaps,
    declaration,
    mapped,
    mapping,
    matched,
    score_declaration,
)


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


def _write(content: ItemContent) -> Written:
    part = content.interaction
    writer = _WRITERS[type(part)]
    return writer(part, content)


def _multiple(part: MultipleChoice, content: ItemContent) -> Written:
    attributes = {
        "responseIdentifier": RESPONSE,
        "shuffle": truth(part.shuffle),
        "minChoices": str(part.least),
        "maxChoices": str(part.most),
    }
    interaction = Node("choiceInteraction", attributes, tuple(choices(part.options)))
    declared = declaration("multiple", "identifier", part.keys)
    return Written([declared], [score_declaration("1")], [interaction], matched())


def _order(part: Order, content: ItemContent) -> Written:
    interaction = Node(
        "orderInteraction",
        {"responseIdentifier": RESPONSE, "shuffle": truth(part.shuffle)},
        tuple(choices(part.options)),
    )
    declared = declaration("ordered", "identifier", part.keys)
    return Written([declared], [score_declaration("1")], [interaction], matched())


def _cloze(part: Cloze, content: ItemContent) -> Written:
    gaps = {gap.id: gap for gap in part.gaps}
    text = [with_gaps(node, gaps) for node in portable(content.stem)]
    declarations = [gap_declaration(gap) for gap in part.gaps]
    outcomes = [score_declaration(str(len(part.gaps)))]
    return Written(declarations, outcomes, [], counted_gaps(list(gaps)), text)


def _match(part: Match, content: ItemContent) -> Written:
    sides = (
        Node("simpleMatchSet", {}, tuple(_associables(side))) for side in (part.rows, part.columns)
    )
    attributes = {
        "responseIdentifier": RESPONSE,
        "shuffle": truth(part.shuffle),
        "maxAssociations": str(part.most),
    }
    return _paired(Node("matchInteraction", attributes, tuple(sides)), part.keys, part.partial)


def _associables(parts: Sequence[Part], name: str = "simpleAssociableChoice") -> list[Node]:
    return [
        Node(name, {"identifier": p.id, "matchMax": str(p.most)}, portable(p.body)) for p in parts
    ]


def _paired(interaction: Node, keys: Sequence[Link], partial: bool) -> Written:
    pairs = [f"{link.left} {link.right}" for link in keys]
    worth = mapping(dict.fromkeys(pairs, "1")) if partial and pairs else None
    declared = declaration("multiple", "directedPair", pairs, worth)
    most = str(len(pairs)) if partial else "1"
    program = mapped() if worth is not None else matched()
    return Written([declared], [score_declaration(most)], [interaction], program)


def _gap_match(part: GapMatch, content: ItemContent) -> Written:
    text = tuple(with_places(node, "gap", part.gaps) for node in portable(part.text))
    attributes = {"responseIdentifier": RESPONSE, "shuffle": truth(part.shuffle)}
    interaction = Node(
        "gapMatchInteraction",
        attributes,
        (*_associables(part.pieces, "gapText"), Node("div", {}, text)),
    )
    return _paired(interaction, part.keys, part.partial)


def _hottext(part: Hottext, content: ItemContent) -> Written:
    text = tuple(with_places(node, "hottext", part.words) for node in portable(part.text))
    interaction = Node(
        "hottextInteraction", _bounds(part.least, part.most), (Node("div", {}, text),)
    )
    declared = declaration("multiple", "identifier", part.keys)
    return Written([declared], [score_declaration("1")], [interaction], matched())


def _bounds(least: int, most: int) -> dict[str, str]:
    return {"responseIdentifier": RESPONSE, "minChoices": str(least), "maxChoices": str(most)}


def _hotspot(part: Hotspot, content: ItemContent) -> Written:
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
    return Written([declared], [score_declaration("1")], [interaction], matched())


def _sized(node: Node, part: Hotspot) -> Node:
    if node.name == "img":
        size = {"width": str(part.width), "height": str(part.height)}
        return Node("img", {**node.attributes, **size})
    content = tuple(_sized(p, part) if isinstance(p, Node) else p for p in node.content)
    return Node(node.name, node.attributes, content)


def _composite(part: Composite, content: ItemContent) -> Written:
    made = places_out(part, lambda asks: _alone(asks, content))
    interactions = {name: interaction for name, (_, interaction) in made.items()}
    text = [with_interactions(node, interactions) for node in portable(content.stem)]
    outcomes = [score_declaration(str(len(part.scored_places)), external=not part.scored_places)]
    declarations = [declared for declared, _ in made.values()]
    processing = composite_processing(part) if part.scored_places else None
    return Written(declarations, outcomes, [], processing, text)


def place_declarations(part: Composite, content: ItemContent) -> dict[str, Node]:
    """The response declaration of each place, as the export of the item has it."""
    made = places_out(part, lambda asks: _alone(asks, content))
    return {name: declared for name, (declared, _) in made.items()}


def _alone(asks: Asked, content: ItemContent) -> tuple[Node, Node]:
    """Declaration and interaction of what a place asks, written as where it stands alone."""
    written = _WRITERS[type(asks)](asks, content)
    return written.declarations[0], written.body[0]


def _opaque(part: QtiOpaque, content: ItemContent) -> Written:
    """An opaque item without its source has nothing to process: only its text is left."""
    return Written([], [score_declaration("1")], [], None)


_WRITERS: dict[type[Frozen], Callable[..., Written]] = {
    Choice: write_choice,
    MultipleChoice: _multiple,
    Order: _order,
    TrueFalseCluster: write_cluster,
    ShortAnswer: write_short,
    Essay: write_essay,
    Cloze: _cloze,
    Match: _match,
    GapMatch: _gap_match,
    Hottext: _hottext,
    Hotspot: _hotspot,
    Composite: _composite,
    QtiOpaque: _opaque,
}
