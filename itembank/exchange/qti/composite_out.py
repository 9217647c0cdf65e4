"""Composite items as QTI: a declaration, an interaction and a rule of scoring for each place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ...items.composite import (
    Asked,
    Associate,
    Composite,
    Drawing,
    Entry,
    OnPicture,
    PictureGaps,
    PictureLinks,
    PictureOrder,
    PicturePoints,
    Place,
    Slider,
    Upload,
    WrittenText,
)
from ...items.interactions import Area, Link, Part
from ...scoring.qti.tree import Node
from .inline_places import gap_declaration, gap_node
from .markup import Parts, portable
from .programs import (
    areas_declaration,
    constant,
    declaration,
    earned_if,
    earned_points,
    mapped_points,
    variable,
)
from .reading import INLINE

Pair = tuple[Node, Node]  # declaration, interaction
Single = Callable[[Asked], Pair]


def places_out(part: Composite, single: Single) -> dict[str, Pair]:
    """Declaration and interaction of each place; `single` writes what also stands alone."""
    return {place.id: _place(place, single) for place in part.places}


def _place(place: Place, single: Single) -> Pair:
    if isinstance(place.asks, Entry):
        gap = place.asks.as_gap(place.id)
        return gap_declaration(gap), gap_node(gap)
    declared, interaction = _own(place.asks) or single(place.asks)
    return (
        _with(declared, identifier=place.id),
        _named(interaction, place.id),
    )


def _with(node: Node, **attributes: str) -> Node:
    return Node(node.name, {**node.attributes, **attributes}, node.content)


def _named(node: Node, identifier: str) -> Node:
    """The interaction, also where a stage stands around it, bound to the response of its place."""
    if node.name.endswith("Interaction"):
        return _with(node, responseIdentifier=identifier)
    content = tuple(p if isinstance(p, str) else _named(p, identifier) for p in node.content)
    return Node(node.name, node.attributes, content)


def _own(asks: Asked) -> Pair | None:
    match asks:
        case WrittenText():
            told = {} if asks.length is None else {"expectedLength": str(asks.length)}
            return declaration("single", "string", ()), Node("extendedTextInteraction", told)
        case Upload():
            return declaration("single", "file", ()), Node("uploadInteraction")
        case Drawing():
            return declaration("single", "file", ()), Node("drawingInteraction", {}, _ground(asks))
        case Slider():
            return _slider(asks)
        case Associate():
            return _associate(asks)
        case PicturePoints():
            return _points(asks)
        case PictureOrder() | PictureLinks() | PictureGaps():
            return _on_areas(asks)
        case _:
            return None


def _slider(asks: Slider) -> Pair:
    told = {
        "lowerBound": f"{asks.lower!r}",
        "upperBound": f"{asks.upper!r}",
        "step": f"{asks.step!r}",
        "orientation": "vertical" if asks.vertical else "horizontal",
    }
    keys = [] if asks.key is None else [f"{asks.key!r}"]
    return declaration("single", "float", keys), Node("sliderInteraction", told)


def _pairs(keys: Sequence[Link]) -> list[str]:
    return [f"{link.left} {link.right}" for link in keys]


def _pieces(parts: Sequence[Part], name: str) -> Iterator[Node]:
    for part in parts:
        told = {"identifier": part.id, "matchMax": str(part.most)}
        yield Node(name, told, portable(part.body))


def _associate(asks: Associate) -> Pair:
    told = {
        "shuffle": "true" if asks.shuffle else "false",
        "maxAssociations": str(asks.most),
    }
    choices = tuple(_pieces(asks.choices, "simpleAssociableChoice"))
    declared = declaration("multiple", "pair", _pairs(asks.keys))
    return declared, Node("associateInteraction", told, choices)


def _ground(asks: OnPicture) -> Parts:
    size = {"width": str(asks.width), "height": str(asks.height)}
    return tuple(
        _with(node, **size) if isinstance(node, Node) and node.name == "img" else node
        for node in portable(asks.picture)
    )


def _hotspots(areas: Sequence[Area], name: str) -> Iterator[Node]:
    for area in areas:
        told = {
            "identifier": area.id,
            "shape": area.shape,
            "coords": coords_text(area),
            "hotspotLabel": area.label,
        }
        yield Node(name, told if name == "hotspotChoice" else {**told, "matchMax": "0"})


def coords_text(area: Area) -> str:
    return ",".join(f"{value:g}" for value in area.coords)


def _on_areas(asks: PictureOrder | PictureLinks | PictureGaps) -> Pair:
    ground = _ground(asks)
    match asks:
        case PictureOrder():
            declared = declaration("ordered", "identifier", asks.keys)
            inside = (*ground, *_hotspots(asks.areas, "hotspotChoice"))
            return declared, Node("graphicOrderInteraction", {}, inside)
        case PictureLinks():
            declared = declaration("multiple", "pair", _pairs(asks.keys))
            inside = (*ground, *_hotspots(asks.areas, "associableHotspot"))
            told = {"maxAssociations": str(asks.most)}
            return declared, Node("graphicAssociateInteraction", told, inside)
        case PictureGaps():
            declared = declaration("multiple", "directedPair", _pairs(asks.keys))
            pieces = _pieces(asks.pieces, "gapText")
            inside = (*ground, *pieces, *_hotspots(asks.areas, "associableHotspot"))
            return declared, Node("graphicGapMatchInteraction", {}, inside)


def _points(asks: PicturePoints) -> Pair:
    declared = areas_declaration([(area.shape, coords_text(area)) for area in asks.targets])
    told = {"maxChoices": str(asks.most)}
    if not asks.marker:
        return declared, Node("selectPointInteraction", told, _ground(asks))
    marker = Node("positionObjectInteraction", told, portable(asks.marker))
    return declared, Node("positionObjectStage", {}, (*_ground(asks), marker))


def composite_processing(part: Composite) -> Node:
    """SCORE: the number of places answered in full as the key says."""
    return Node("responseProcessing", {}, tuple(_rule(place) for place in part.scored_places))


def _rule(place: Place) -> Node:
    match place.asks:
        case Entry():
            return earned_points(place.id)
        case PicturePoints():
            return earned_if(mapped_points(place.id, len(place.asks.targets)))
        case Slider():
            key = constant("float", f"{place.asks.key!r}") if place.asks.key is not None else None
            return earned_if(
                Node("equal", {"toleranceMode": "exact"}, (variable(place.id), key))
                if key is not None
                else Node("null")
            )
        case _:
            same = (variable(place.id), Node("correct", {"identifier": place.id}))
            return earned_if(Node("match", {}, same))


def with_interactions(node: Node | str, made: Mapping[str, Node]) -> Node | str:
    """The text with each interaction in its place; a paragraph around a block gives way to it."""
    if isinstance(node, str):
        return node
    alone = _only(node)
    if node.name == "p" and alone is not None:
        found = made.get(alone.get("data-gap"))
        if found is not None and found.name not in INLINE:
            return found
    interaction = made.get(node.get("data-gap"))
    if interaction is not None:
        return interaction
    content = tuple(with_interactions(part, made) for part in node.content)
    return Node(node.name, node.attributes, content)


def _only(node: Node) -> Node | None:
    parts = [part for part in node.content if not isinstance(part, str) or part.strip()]
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Node) else None
