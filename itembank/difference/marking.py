"""Two pieces of content side by side, what went and what came marked where it stands. Pure.

Each side keeps its own structure, so what is shown is what was written; words and pictures that
went stand in `<del>`, those that came in `<ins>`; inside a formula the marks are rows of class
`gone` and `new`, and the same signs follow it for those who listen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Literal

from .alignment import Stretch, align
from .reading import ROWS, VOID, Leaf, Node, read

How = Literal["same", "gone", "new"]
ALIKE = 0.34  # two formulas with at least this share of signs in common are compared sign by sign
CELLS = frozenset({"td", "th"})
WITHOUT_TEXT = frozenset({"table", "thead", "tbody", "tr", "ul", "ol"})


@dataclass(frozen=True, slots=True)
class Run:
    """Leaves that stayed, went or came."""

    how: How
    leaves: tuple[Leaf, ...]

    @property
    def text(self) -> str:
        return spaced(self.leaves)


@dataclass(frozen=True, slots=True)
class Marked:
    """`before` and `after` are content with marks: still to be given addresses of pictures."""

    before: str
    after: str
    runs: tuple[Run, ...]

    @property
    def is_changed(self) -> bool:
        return any(run.how != "same" for run in self.runs)


def compare(before: str, after: str) -> Marked:
    """Both as rendered, with what differs marked."""
    old, new = read(before), read(after)
    was, came = _leaves(old), _leaves(new)
    stretches = align([leaf.key for leaf in was], [leaf.key for leaf in came])
    gone, fresh = _marks(was, came, stretches)
    return Marked(
        before=_Writer("gone", gone).write(old).strip(),
        after=_Writer("new", fresh).write(new).strip(),
        runs=tuple(_runs(was, came, stretches)),
    )


def applied(before: Sequence[Leaf], runs: Sequence[Run]) -> list[Leaf]:
    """The leaves after the change, made from those before it and the runs alone."""
    made: list[Leaf] = []
    at = 0
    for run in runs:
        if run.how == "new":
            made += run.leaves
            continue
        if run.how == "same":
            made += before[at : at + len(run.leaves)]
        at += len(run.leaves)
    return made


def spaced(leaves: Sequence[Leaf]) -> str:
    """The words of some leaves, as they are read."""
    pieces = ((" " if leaf.is_spaced else "") + (leaf.text or _signs(leaf)) for leaf in leaves)
    return "".join(pieces).strip()


def _signs(leaf: Leaf) -> str:
    return " ".join(sign.text for sign in leaf.formula.leaves()) if leaf.formula else ""


def _leaves(root: Node) -> list[Leaf]:
    """Without the edge that every content begins with."""
    found = list(root.leaves())
    return found[1:] if found and found[0].kind == "edge" else found


def _runs(was: list[Leaf], came: list[Leaf], stretches: list[Stretch]) -> Iterator[Run]:
    for s in stretches:
        if s.is_same:
            yield Run("same", tuple(came[s.c : s.d]))
            continue
        if s.a < s.b:
            yield Run("gone", tuple(was[s.a : s.b]))
        if s.c < s.d:
            yield Run("new", tuple(came[s.c : s.d]))


class Marks(dict[int, bool]):
    """By identity of a leaf: whether all of it is marked; a formula may be marked in part."""

    def mark(self, leaf: Leaf, whole: bool = True) -> None:
        self[id(leaf)] = whole

    def whole(self, leaf: Leaf) -> bool:
        return self.get(id(leaf), False)

    def part(self, leaf: Leaf) -> bool:
        return id(leaf) in self and not self[id(leaf)]


def _marks(was: list[Leaf], came: list[Leaf], stretches: list[Stretch]) -> tuple[Marks, Marks]:
    gone, fresh = Marks(), Marks()
    for s in stretches:
        if not s.is_same:
            for leaf in was[s.a : s.b]:
                gone.mark(leaf)
            for leaf in came[s.c : s.d]:
                fresh.mark(leaf)
            _inside_formulas(was[s.a : s.b], came[s.c : s.d], gone, fresh)
    return gone, fresh


def _inside_formulas(was: list[Leaf], came: list[Leaf], gone: Marks, fresh: Marks) -> None:
    """Formulas that became formulas much like them are marked sign by sign."""
    free = [leaf for leaf in came if leaf.formula]
    for leaf in (leaf for leaf in was if leaf.formula):
        for index, other in enumerate(free):
            signs, others = _signs_of(leaf), _signs_of(other)
            stretches = align([s.key for s in signs], [s.key for s in others])
            common = sum(s.b - s.a for s in stretches if s.is_same)
            if 2 * common >= ALIKE * (len(signs) + len(others)) and common:
                gone.mark(leaf, whole=False)
                fresh.mark(other, whole=False)
                inner = _marks(signs, others, stretches)
                gone.update(inner[0])
                fresh.update(inner[1])
                free = free[index + 1 :]
                break


def _signs_of(leaf: Leaf) -> list[Leaf]:
    return list(leaf.formula.leaves()) if leaf.formula else []


class _Writer:
    """One side as markup, `how` being what its marks say."""

    def __init__(self, how: How, marks: Marks) -> None:
        self.how = how
        self.tag = "del" if how == "gone" else "ins"
        self.marks = marks

    def write(self, node: Node) -> str:
        inner = "".join(self._children(node))
        if not node.tag:
            return inner
        start = f"<{node.tag}{self._attributes(node)}>"
        return start if node.tag in VOID else f"{start}{inner}</{node.tag}>"

    def _children(self, node: Node) -> Iterator[str]:
        for is_marked, group in groupby(node.children, self._is_marked_leaf):
            members = list(group)
            if not is_marked:
                yield from (self._child(member, node) for member in members)
                continue
            leaves = [m for m in members if isinstance(m, Leaf)]
            lead = " " if leaves[0].is_spaced else ""
            yield f"{lead}<{self.tag}>{''.join(map(self._leaf, leaves)).lstrip()}</{self.tag}>"

    def _is_marked_leaf(self, child: Node | Leaf) -> bool:
        return isinstance(child, Leaf) and child.kind != "edge" and self.marks.whole(child)

    def _child(self, child: Node | Leaf, parent: Node) -> str:
        if isinstance(child, Node):
            return self._picture(child) if child.tag == "img" else self.write(child)
        return self._edge(child, parent) if child.kind == "edge" else self._leaf(child)

    def _leaf(self, leaf: Leaf) -> str:
        space = " " if leaf.is_spaced else ""
        if leaf.kind == "gap":
            return f'{space}<span class="gap">____</span>'
        if leaf.formula is None:
            return space + escape(leaf.text, quote=False)
        if not self.marks.part(leaf):
            return space + self._plain(leaf.formula)
        return (
            f'{space}<span class="formula">{self._formula(leaf.formula)}{self._told(leaf)}</span>'
        )

    def _told(self, leaf: Leaf) -> str:
        """The marked signs of a formula, for those who do not see it."""
        signs = " ".join(s.text for s in _signs_of(leaf) if self.marks.whole(s))
        return f'<{self.tag} class="sr-only">{escape(signs)}</{self.tag}>' if signs else ""

    def _edge(self, leaf: Leaf, parent: Node) -> str:
        """A paragraph split or joined shows its sign; a new one that is all new needs none."""
        if not self.marks.whole(leaf) or parent.tag in WITHOUT_TEXT or self._is_all_marked(parent):
            return ""
        sign = "↵" if parent.tag == "br" else "¶"
        return f'<{self.tag} class="edge">{sign}</{self.tag}>'

    def _is_all_marked(self, node: Node) -> bool:
        leaves = [leaf for leaf in node.leaves() if leaf.kind != "edge"]
        return bool(leaves) and all(self.marks.whole(leaf) for leaf in leaves)

    def _picture(self, node: Node) -> str:
        drawn = f"<img{self._attributes(node)}>"
        if not any(self.marks.whole(leaf) for leaf in node.leaves()):
            return drawn
        words = escape(node.attributes.get("alt", ""))
        return f'<{self.tag} class="picture">{drawn}<span class="alt-words">{words}</span></{self.tag}>'

    def _attributes(self, node: Node) -> str:
        shown = {n: v for n, v in node.attributes.items() if n not in {"data-gap", "data-tex"}}
        if node.tag in CELLS and any(
            leaf.kind == "edge" and self.marks.whole(leaf) for leaf in node.children[:1]
            if isinstance(leaf, Leaf)
        ):  # fmt: skip
            shown["class"] = f"cell {self.how}"
        return "".join(f' {name}="{escape(value)}"' for name, value in shown.items())

    def _plain(self, node: Node) -> str:
        inner = "".join(
            escape(c.text, quote=False) if isinstance(c, Leaf) else self._plain(c)
            for c in node.children
        )
        return f"<{node.tag}{self._attributes(node)}>{inner}</{node.tag}>"

    def _formula(self, node: Node) -> str:
        """Signs side by side share one mark; a fraction or power that is all marked has one."""
        if self._is_sign(node):
            inner = "".join(escape(c.text, quote=False) for c in node.leaves())
        elif node.tag in ROWS:
            inner = "".join(self._in_row(node))
        else:
            inner = "".join(self._marked([c]) for c in node.children if isinstance(c, Node))
        return f"<{node.tag}{self._attributes(node)}>{inner}</{node.tag}>"

    def _in_row(self, node: Node) -> Iterator[str]:
        nodes = [child for child in node.children if isinstance(child, Node)]
        for _, group in groupby(nodes, self._is_all_marked):
            yield self._marked(list(group))

    def _marked(self, nodes: list[Node]) -> str:
        if nodes and all(self._is_all_marked(node) for node in nodes):
            return f'<mrow class="{self.how}">{"".join(map(self._plain, nodes))}</mrow>'
        return "".join(map(self._formula, nodes))

    @staticmethod
    def _is_sign(node: Node) -> bool:
        return any(isinstance(child, Leaf) for child in node.children)
