"""Bodies with several interactions, or with one that the bank has no kind of its own for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from ...errors import msg
from ...items.composite import (
    Asked,
    Associate,
    Composite,
    Drawing,
    Entry,
    PictureGaps,
    PictureLinks,
    PictureOrder,
    PicturePoints,
    Place,
    Slider,
    Upload,
    WrittenText,
)
from ...items.interactions import Area, MultipleChoice, Option, Order
from ...scoring.qti.declarations import Variable
from ...scoring.qti.tree import Node
from ...scoring.qti.values import Point, as_number, atoms_of
from .markup import html_of
from .reading import (
    INLINE,
    NotModelled,
    area_of,
    declared_of,
    inside_of,
    key_texts,
    links_of,
    part_of,
    place_node,
    plain_identifiers,
    prompt_of,
    replaced,
    whole,
)
from .single_in import gap_match_of, gap_of, hotspot_of, hottext_of, match_of

STAGE = "positionObjectStage"
Reader = Callable[[Node, Variable], Asked]


def read_composite(
    body: Node, found: Sequence[Node], variables: Mapping[str, Variable]
) -> tuple[str, Composite]:
    """The stem with its places, and what each place asks. Raises NotModelled."""
    names = [node.get("responseIdentifier") for node in found]
    plain_identifiers(names)
    if len(set(names)) < len(names):
        raise NotModelled(msg("Hai phần trả lời của câu dùng chung một tên."))
    stages = _stages(body)
    places = tuple(
        Place(id=node.get("responseIdentifier"), asks=_asked(node, variables, stages))
        for node in found
    )
    stem = html_of(replaced(body, _place_of).content)
    if any(f'data-gap="{place.id}"' not in stem for place in places):
        raise NotModelled(msg("Câu có phần trả lời nằm trong phần chỉ hiện có điều kiện."))
    return stem, Composite(places=places)


def _place_of(node: Node) -> Node | None:
    """What stands in the text where an interaction stood: its prompt and its place."""
    if node.name == STAGE:
        inside = [_place_of(child) for child in node.all("positionObjectInteraction")]
        return Node("div", {}, tuple(child for child in inside if child is not None))
    if not node.name.endswith("Interaction"):
        return None
    place = place_node(node.get("responseIdentifier"))
    if node.name in INLINE:
        return place
    return Node("div", {}, (*prompt_of(node), Node("p", {}, (place,))))


def _stages(body: Node) -> dict[str, Node]:
    """The stage around each object that is to be placed, by response."""
    return {
        child.get("responseIdentifier"): stage
        for stage in body.find(STAGE)
        for child in stage.all("positionObjectInteraction")
    }


def _asked(node: Node, variables: Mapping[str, Variable], stages: Mapping[str, Node]) -> Asked:
    declared = declared_of(node, variables)
    if node.name == "positionObjectInteraction":
        stage = stages.get(node.get("responseIdentifier"), node)
        return _points(node, declared, stage, marker=_picture(node))
    reader = _READERS.get(node.name)
    if reader is None:
        raise NotModelled(msg("Dạng «{name}» chưa có trong ngân hàng.", name=node.name))
    return reader(node, declared)


def _options(node: Node) -> tuple[Option, ...]:
    return tuple(
        Option(id=choice.get("identifier"), body=inside_of(choice))
        for choice in node.all("simpleChoice")
    )


def _choice(node: Node, declared: Variable) -> Asked:
    return MultipleChoice(
        options=_options(node),
        keys=tuple(key_texts(declared)),
        shuffle=node.flag("shuffle"),
        least=whole(node, "minChoices", 0),
        most=1 if declared.cardinality == "single" else whole(node, "maxChoices", 0),
    )


def _order(node: Node, declared: Variable) -> Asked:
    return Order(
        options=_options(node), keys=tuple(key_texts(declared)), shuffle=node.flag("shuffle")
    )


def _entry(node: Node, declared: Variable) -> Asked:
    gap = gap_of(node, declared)
    return Entry(
        options=gap.options, keys=gap.keys, case_sensitive=gap.case_sensitive, length=gap.length
    )


def _text(node: Node, declared: Variable) -> Asked:
    length = whole(node, "expectedLength", 0)
    return WrittenText(length=length if 1 <= length <= 60_000 else None)


def _upload(node: Node, declared: Variable) -> Asked:
    return Upload()


def _number(node: Node, name: str, default: float) -> float:
    found = as_number(node.get(name))
    return float(found) if found is not None and isfinite(found) else default


def _slider(node: Node, declared: Variable) -> Asked:
    keys = [as_number(text) for text in key_texts(declared)]
    step = _number(node, "step", 1.0)
    return Slider(
        lower=_number(node, "lowerBound", 0.0),
        upper=_number(node, "upperBound", 100.0),
        step=step if step > 0 else 1.0,
        vertical=node.get("orientation") == "vertical",
        key=next((float(k) for k in keys if k is not None and isfinite(k)), None),
    )


def _associate(node: Node, declared: Variable) -> Asked:
    return Associate(
        choices=tuple(part_of(choice) for choice in node.all("simpleAssociableChoice")),
        keys=links_of(declared),
        shuffle=node.flag("shuffle"),
        most=whole(node, "maxAssociations", 0),
    )


def _picture_node(node: Node) -> Node | None:
    return next((child for child in node.all("img", "object", "picture")), None)


def _picture(node: Node) -> str:
    found = _picture_node(node)
    return "" if found is None else html_of([found])


def _ground(node: Node) -> dict[str, str | int]:
    """Picture, width and height of what a task is done on."""
    size = _picture_node(node) or node
    width, height = (max(1, whole(size, name, 1)) for name in ("width", "height"))
    return {"picture": _picture(node), "width": width, "height": height}


def _points(node: Node, declared: Variable, stage: Node, marker: str = "") -> Asked:
    return PicturePoints.model_validate(
        {
            **_ground(stage),
            "marker": marker,
            "targets": _targets(declared),
            "most": whole(node, "maxChoices", 1),
        }
    )


def _targets(declared: Variable) -> tuple[Area, ...]:
    """Where the points belong: areas that earn something, else the very points of the key."""
    areas = declared.areas.areas if declared.areas else ()
    earning = [area for area in areas if area.value > 0]
    points = [atom for atom in atoms_of(declared.correct) if isinstance(atom, Point)]
    shapes = [(area.shape, area.coords) for area in earning] or [
        ("rect", (point.x, point.y, point.x, point.y)) for point in points
    ]
    return tuple(
        Area.model_validate({"id": str(number), "shape": shape, "coords": coords})
        for number, (shape, coords) in enumerate(shapes, start=1)
    )


def _select_point(node: Node, declared: Variable) -> Asked:
    return _points(node, declared, node)


def _areas(node: Node, name: str) -> tuple[Area, ...]:
    return tuple(area_of(choice) for choice in node.all(name))


def _picture_order(node: Node, declared: Variable) -> Asked:
    keys = tuple(key_texts(declared))
    areas = _areas(node, "hotspotChoice")
    return PictureOrder.model_validate({**_ground(node), "areas": areas, "keys": keys})


def _picture_links(node: Node, declared: Variable) -> Asked:
    return PictureLinks.model_validate(
        {
            **_ground(node),
            "areas": _areas(node, "associableHotspot"),
            "keys": links_of(declared),
            "most": whole(node, "maxAssociations", 0),
        }
    )


def _picture_gaps(node: Node, declared: Variable) -> Asked:
    return PictureGaps.model_validate(
        {
            **_ground(node),
            "pieces": tuple(part_of(piece) for piece in node.all("gapText", "gapImg")),
            "areas": _areas(node, "associableHotspot"),
            "keys": links_of(declared),
        }
    )


def _drawing(node: Node, declared: Variable) -> Asked:
    return Drawing.model_validate(_ground(node))


_READERS: dict[str, Reader] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "textEntryInteraction": _entry,
    "inlineChoiceInteraction": _entry,
    "extendedTextInteraction": _text,
    "matchInteraction": match_of,
    "hotspotInteraction": hotspot_of,
    "gapMatchInteraction": gap_match_of,
    "hottextInteraction": hottext_of,
    "sliderInteraction": _slider,
    "associateInteraction": _associate,
    "selectPointInteraction": _select_point,
    "graphicOrderInteraction": _picture_order,
    "graphicAssociateInteraction": _picture_links,
    "graphicGapMatchInteraction": _picture_gaps,
    "uploadInteraction": _upload,
    "drawingInteraction": _drawing,
}
