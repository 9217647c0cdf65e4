"""Pictures that an item names, taken from its package and made harmless."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from ...errors import KhaothiError, Message, Problem, msg, problem
from ...items.pictures import accept
from ...scoring.qti.tree import Node
from ..found import FoundImage

MOST_BYTES = 20_000_000
Fetch = Callable[[str], bytes | None]


@dataclass(slots=True)
class PictureShelf:
    """Pictures of one item: `place` puts one on the shelf and says under what name."""

    fetch: Fetch
    base: str = ""
    images: dict[str, FoundImage] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)  # address in the file -> SHA-256

    def place(self, href: str) -> str | None:
        """SHA-256 of the picture as it will be stored; None, with a problem, where it cannot be."""
        raw = self._bytes(href)
        if raw is None:
            self._miss(href, msg("Hình «{href}» không có trong gói; thêm lại hình.", href=href))
            return None
        try:
            picture = accept(raw, most_bytes=MOST_BYTES)
        except KhaothiError as error:
            self._miss(href, error.message)
            return None
        name = hashlib.sha256(picture.body).hexdigest()
        self.named[href] = name
        self.images[name] = FoundImage(name, picture, posixpath.basename(href))
        return name

    def has(self, href: str) -> bool:
        """Whether the picture came along in a form the bank can show."""
        raw = self._bytes(href)
        try:
            return raw is not None and bool(accept(raw, most_bytes=MOST_BYTES).body)
        except KhaothiError:
            return False

    def _bytes(self, href: str) -> bytes | None:
        path = unquote(href).split("?")[0].split("#")[0]
        if "://" in path or path.startswith(("/", "data:", "//")):
            return None
        return self.fetch(posixpath.normpath(posixpath.join(self.base, path)))

    def _miss(self, href: str, what: Message) -> None:
        self.problems.append(problem(msg("Hình {href}", href=href), what))


def with_pictures(node: Node, shelf: PictureShelf) -> Node:
    """The tree with `img` and picture `object` elements naming assets of the bank."""
    if _is_picture(node):
        return _img(_shown_form(node, shelf), shelf)
    content = tuple(
        part if isinstance(part, str) else with_pictures(part, shelf) for part in node.content
    )
    return Node(node.name, node.attributes, content, node.line)


def _shown_form(node: Node, shelf: PictureShelf) -> Node:
    """An `object` may hold other forms of its picture for programs that cannot show the first."""
    below = (inner for child in node.children for inner in child.find("object", "img"))
    others = [inner for inner in below if _is_picture(inner)]
    if not others or shelf.has(_address(node)):
        return node
    return next((form for form in others if shelf.has(_address(form))), node)


def _address(node: Node) -> str:
    return node.get("data") if node.name == "object" else node.get("src")


def _is_picture(node: Node) -> bool:
    if node.name != "object":
        return node.name == "img"
    named = node.get("data").lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"))
    return node.get("type").startswith("image/") or named


def _img(node: Node, shelf: PictureShelf) -> Node:
    source = _address(node)
    alt = node.get("alt") or " ".join(node.text.split())
    if source.startswith("asset:"):
        return Node("img", {"src": source, "alt": alt, **_size(node)})
    name = shelf.place(source)
    if name is None:
        return Node("span", {}, (f"[{alt}]" if alt else "",))
    return Node("img", {"src": f"asset:{name}", "alt": alt, **_size(node)})


def _size(node: Node) -> dict[str, str]:
    told = {name: node.get(name).removesuffix("px") for name in ("width", "height")}
    return {name: value for name, value in told.items() if value.isdigit()}
