"""Points and areas, in the coordinates the item declares. A border belongs to its area."""

from __future__ import annotations

from collections.abc import Sequence

from ..declarations import points_of, read_coords
from ..evaluation import Evaluation, Operator
from ..tree import Node
from ..values import Point, Value, atoms_of, boolean, is_null


def is_inside(point: Point, shape: str, coords: Sequence[float]) -> bool:
    match shape:
        case "default":
            return True
        case "rect":
            return len(coords) == 4 and _in_rectangle(point, coords)
        case "circle":
            return len(coords) == 3 and _in_ellipse(
                point, coords[0], coords[1], coords[2], coords[2]
            )
        case "ellipse":
            return len(coords) == 4 and _in_ellipse(point, *coords)
        case "poly":
            return len(coords) >= 6 and _in_polygon(point, coords)
        case _:
            return False


def _in_rectangle(point: Point, coords: Sequence[float]) -> bool:
    left, top, right, bottom = coords
    return min(left, right) <= point.x <= max(left, right) and min(top, bottom) <= point.y <= max(
        top, bottom
    )


def _in_ellipse(point: Point, x: float, y: float, across: float, down: float) -> bool:
    if across <= 0 or down <= 0:
        return False
    return ((point.x - x) / across) ** 2 + ((point.y - y) / down) ** 2 <= 1 + 1e-12


def _in_polygon(point: Point, coords: Sequence[float]) -> bool:
    corners = list(zip(coords[::2], coords[1::2], strict=False))
    inside = False
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if _on_edge(point, ax, ay, bx, by):
            return True
        if (ay > point.y) != (by > point.y):
            crossing = ax + (point.y - ay) / (by - ay) * (bx - ax)
            inside ^= point.x < crossing
    return inside


def _on_edge(point: Point, ax: float, ay: float, bx: float, by: float) -> bool:
    aside = (bx - ax) * (point.y - ay) - (by - ay) * (point.x - ax)
    within = (point.x - ax) * (point.x - bx) <= 0 and (point.y - ay) * (point.y - by) <= 0
    return within and abs(aside) <= 1e-9


def inside(run: Evaluation, node: Node) -> Value:
    """Whether one of the points lies in the area."""
    value = run.operand(node)
    if is_null(value):
        return None
    coords = read_coords(run.attribute(node, "coords"))
    points = points_of(atoms_of(value))
    return boolean(any(is_inside(point, node.get("shape"), coords) for point in points))


OPERATORS: dict[str, Operator] = {"inside": inside}
