"""XML of QTI 2.x or 3.0 into the neutral tree."""

from __future__ import annotations

from typing import cast

from lxml import etree

from ..errors import Invalid, msg
from ..scoring.qti.tree import Node, plain_name
from .guards import USUAL, Limits, parse_xml

ROOTS = ("assessmentItem", "assessmentTest", "assessmentStimulus", "assessmentSection")


def read_xml(raw: bytes, limits: Limits = USUAL) -> Node:
    """The neutral tree of a QTI document. Raises Invalid or TooLarge as `parse_xml` does."""
    return to_node(parse_xml(raw, limits))


def read_root(raw: bytes, *names: str, limits: Limits = USUAL) -> Node:
    """The tree of a document whose root must be one of `names`."""
    root = read_xml(raw, limits)
    if root.name not in names:
        raise Invalid(
            msg("Tệp XML bắt đầu bằng «{name}», không phải tài liệu QTI cần đọc.", name=root.name),
            code="not_qti",
        )
    return root


def to_node(element: etree._Element) -> Node:
    """Names lose prefix and `qti-`, attributes of the QTI namespace become camel case."""
    content: list[Node | str] = [element.text] if element.text else []
    for child in element:
        if isinstance(child.tag, str):
            content.append(to_node(child))
        if child.tail:
            content.append(child.tail)
    name = plain_name(etree.QName(element).localname)
    return Node(name, _attributes(element), tuple(content), _line(element))


def _line(element: etree._Element) -> int | None:
    line: int | None = cast("int | None", element.sourceline)
    return line


def _attributes(element: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw, value in element.attrib.items():
        qualified = etree.QName(str(raw))
        if qualified.localname.startswith(("data-", "aria-")):
            found[qualified.localname] = str(value)
        elif qualified.namespace == _XML:
            found[f"xml:{qualified.localname}"] = str(value)
        else:
            found[plain_name(qualified.localname)] = str(value)
    return found


_XML = "http://www.w3.org/XML/1998/namespace"
