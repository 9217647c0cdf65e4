"""The neutral tree as QTI 3.0 XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from lxml import etree

from ...scoring.qti.tree import Node

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MATHML = "http://www.w3.org/1998/Math/MathML"
XML = "http://www.w3.org/XML/1998/namespace"
SVG = "http://www.w3.org/2000/svg"
HTML = frozenset({
    "a", "abbr", "address", "article", "aside", "audio", "b", "bdo", "blockquote", "br", "caption",
    "cite", "code", "col", "colgroup", "dd", "details", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "kbd",
    "label", "li", "nav", "object", "ol", "p", "param", "picture", "pre", "q", "rb", "rp", "rt",
    "ruby", "samp", "section", "small", "source", "span", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "tt", "u", "ul", "var", "video",
    "include", "template", "style",
})  # fmt: skip
_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")
_ODD_NAMES = {"durationLT": "duration-lt", "durationGTE": "duration-gte", "anyN": "any-n",
              "statsOperator": "stats-operator"}  # fmt: skip
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def qti3_name(name: str) -> str:
    """`responseCondition` as `qti-response-condition`; HTML names as they are."""
    if name in HTML:
        return name
    return f"qti-{_ODD_NAMES.get(name) or _kebab(name)}"


def _kebab(name: str) -> str:
    return _UPPER.sub(lambda found: f"-{found[1].lower()}", name)


def to_xml(root: Node, picture: Mapping[str, str] | None = None) -> bytes:
    """QTI 3.0 XML, UTF-8. `picture` gives the address of each `asset:` within the package.

    Characters that XML 1.0 cannot hold (most control characters) are left out.
    """
    element = etree.Element(f"{{{QTI}}}{qti3_name(root.name)}", nsmap=_default_namespace(QTI))
    _fill(element, root, picture or {}, foreign=None)
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")


def _default_namespace(address: str) -> dict[str, str]:
    """The default namespace has the prefix None, which the library's stubs do not know."""
    return cast("dict[str, str]", {None: address})


def _fill(
    element: etree._Element, node: Node, picture: Mapping[str, str], *, foreign: str | None
) -> None:
    _set_attributes(element, node, picture, foreign)
    last: etree._Element | None = None
    for part in node.content:
        if isinstance(part, str):
            _append_text(element, last, UNWRITABLE.sub("", part))
        else:
            last = _append_element(element, part, picture, foreign)


def _append_text(element: etree._Element, last: etree._Element | None, text: str) -> None:
    if last is None:
        element.text = (element.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def _append_element(
    parent: etree._Element, node: Node, picture: Mapping[str, str], foreign: str | None
) -> etree._Element:
    space = {"math": MATHML, "svg": SVG}.get(node.name, foreign)
    if space is None:
        made = etree.SubElement(parent, f"{{{QTI}}}{qti3_name(node.name)}")
    else:
        named = _default_namespace(space) if space != foreign else None
        made = etree.SubElement(parent, f"{{{space}}}{node.name}", nsmap=named)
    _fill(made, node, picture, foreign=space)
    return made


def _set_attributes(
    element: etree._Element, node: Node, picture: Mapping[str, str], foreign: str | None
) -> None:
    for name, value in node.attributes.items():
        if name == "schemaLocation":
            continue
        shown = picture.get(value, value) if name in {"src", "data"} else value
        element.set(_attribute(name, foreign, node), UNWRITABLE.sub("", shown))


def _attribute(name: str, foreign: str | None, node: Node) -> str:
    if name.startswith("xml:"):
        return f"{{{XML}}}{name[4:]}"
    if foreign is not None or node.name in HTML or name.startswith(("data-", "aria-")):
        return name
    return _kebab(name)
