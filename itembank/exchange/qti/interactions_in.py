"""Interactions of a QTI item body as interactions of the bank."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ...errors import Message, msg
from ...items.content import (
    OPTION_IDS,
    STATEMENT_IDS,
    Choice,
    Essay,
    Option,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
)
from ...items.html import plain_text
from ...items.interactions import (
    Area,
    Cloze,
    Gap,
    GapMatch,
    Hotspot,
    Hottext,
    Link,
    Match,
    MultipleChoice,
    Order,
    Part,
)
from ...items.numbers import parse_vn_number
from ...scoring.by_source import LETTERS, TRUE_WORDS
from ...scoring.qti.declarations import Variable, read_coords
from ...scoring.qti.tree import Node
from ...scoring.qti.values import as_number, atom_text, atoms_of
from .markup import html_of

Variables = Mapping[str, Variable]
Modelled = (
    Choice
    | MultipleChoice
    | TrueFalseCluster
    | ShortAnswer
    | Essay
    | Cloze
    | Match
    | Order
    | Hotspot
    | GapMatch
    | Hottext
)
INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
FALSE_WORDS = frozenset({"sai", "false", "s"})
_SPACE = re.compile(r"\s")


class NotModelled(Exception):
    """The item stays word for word; `reason` says what it holds that the bank's model does not."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(str(reason))


def interactions_in(body: Node) -> list[Node]:
    return [node for node in body.below() if node.name.endswith("Interaction")]


def read_interaction(body: Node, variables: Variables) -> tuple[str, Modelled]:
    """The stem and the interaction of a body. Raises NotModelled."""
    found = interactions_in(body)
    if not found:
        raise NotModelled(msg("Câu không có phần trả lời nào."))
    if all(node.name in INLINE for node in found):
        return _inline(body, found, variables)
    if len(found) > 1:
        raise NotModelled(msg("Câu có nhiều phần trả lời trong một câu."))
    return _block(body, found[0], variables)


def _block(body: Node, node: Node, variables: Variables) -> tuple[str, Modelled]:
    reader = _READERS.get(node.name)
    if reader is None:
        raise NotModelled(msg("Dạng «{name}» chưa có trong ngân hàng.", name=node.name))
    stem = html_of([*_without(body, node).content, *_prompt(node)])
    return stem, reader(node, _declared(node, variables))


def _without(tree: Node, gone: Node) -> Node:
    content = tuple(
        part if isinstance(part, str) else _without(part, gone)
        for part in tree.content
        if part is not gone
    )
    return Node(tree.name, tree.attributes, content)


def _prompt(node: Node) -> Sequence[Node | str]:
    prompt = node.child("prompt")
    return () if prompt is None else (Node("p", {}, prompt.content),)


def _declared(node: Node, variables: Variables) -> Variable:
    found = variables.get(node.get("responseIdentifier"))
    if found is None:
        raise NotModelled(msg("Phần trả lời không có khai báo."))
    return found


def _inside(node: Node) -> str:
    """Content of a choice; a lone paragraph around all of it says nothing."""
    html = html_of(node.content)
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        return html.removeprefix("<p>").removesuffix("</p>").strip()
    return html


def _whole(node: Node, name: str, default: int) -> int:
    """A whole number of an attribute; what is none is the default."""
    found = as_number(node.get(name))
    return found if isinstance(found, int) else default


def key_texts(declared: Variable) -> list[str]:
    """The key as texts: the correct response, else the entries of the mapping that earn most."""
    if declared.correct is not None:
        return [atom_text(atom) for atom in atoms_of(declared.correct)]
    entries = declared.mapping.entries if declared.mapping else ()
    earning = [entry for entry in entries if entry.value > 0]
    if declared.cardinality == "single" and earning:
        most = max(entry.value for entry in earning)
        earning = [entry for entry in earning if entry.value == most]
    return [atom_text(entry.key) for entry in earning]


def _links(declared: Variable) -> tuple[Link, ...]:
    pairs = (text.split() for text in key_texts(declared))
    return tuple(Link(left=pair[0], right=pair[1]) for pair in pairs if len(pair) == 2)


def _choice(node: Node, declared: Variable) -> Modelled:
    choices = list(node.all("simpleChoice"))
    if len(choices) > len(LETTERS):
        raise NotModelled(msg("Câu có quá {n} phương án.", n=len(LETTERS)))
    names = dict(zip((c.get("identifier") for c in choices), LETTERS, strict=False))
    options = tuple(Option(id=names[c.get("identifier")], body=_inside(c)) for c in choices)
    keys = tuple(names[key] for key in key_texts(declared) if key in names)
    if declared.cardinality == "single" and len(options) <= len(OPTION_IDS):
        return Choice(options=options, key=keys[0] if keys else None, shuffle=node.flag("shuffle"))
    most = 1 if declared.cardinality == "single" else _whole(node, "maxChoices", 0)
    return MultipleChoice(
        options=options,
        keys=keys,
        shuffle=node.flag("shuffle"),
        least=min(_whole(node, "minChoices", 0), len(options)),
        most=most,
    )


def _order(node: Node, declared: Variable) -> Modelled:
    choices = list(node.all("simpleChoice"))
    if len(choices) > len(LETTERS):
        raise NotModelled(msg("Câu có quá {n} phương án.", n=len(LETTERS)))
    names = dict(zip((c.get("identifier") for c in choices), LETTERS, strict=False))
    return Order(
        options=tuple(Option(id=names[c.get("identifier")], body=_inside(c)) for c in choices),
        keys=tuple(names[key] for key in key_texts(declared) if key in names),
        shuffle=node.flag("shuffle"),
    )


def _essay(node: Node, declared: Variable) -> Modelled:
    return Essay()


def _part(node: Node) -> Part:
    identifier = node.get("identifier")
    return Part(id=identifier, body=_inside(node), most=_whole(node, "matchMax", 1))


def _match(node: Node, declared: Variable) -> Modelled:
    sets = list(node.all("simpleMatchSet"))
    if len(sets) != 2:
        raise NotModelled(msg("Câu ghép cặp không có đúng hai cột."))
    rows, columns = (
        tuple(_part(choice) for choice in side.all("simpleAssociableChoice")) for side in sets
    )
    cluster = _cluster(rows, columns, declared)
    return cluster or Match(
        rows=rows,
        columns=columns,
        keys=_links(declared),
        shuffle=node.flag("shuffle"),
        most=_whole(node, "maxAssociations", 0),
    )


def _cluster(
    rows: Sequence[Part], columns: Sequence[Part], declared: Variable
) -> TrueFalseCluster | None:
    """Statements judged true or false, which is how Part II of the official papers travels."""
    judged = {column.id: _judgement(column.body) for column in columns}
    if len(columns) != 2 or set(judged.values()) != {True, False}:
        return None
    key = {link.left: judged.get(link.right) for link in _links(declared)}
    if not 2 <= len(rows) <= len(STATEMENT_IDS) or set(key) != {row.id for row in rows}:
        return None
    names = zip(rows, STATEMENT_IDS, strict=False)
    return TrueFalseCluster(
        statements=tuple(Statement(id=n, body=row.body, key=key[row.id]) for row, n in names)
    )


def _judgement(body: str) -> bool | None:
    word = plain_text(body).lower().strip(" .")
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def _hotspot(node: Node, declared: Variable) -> Modelled:
    picture = next(node.find("img", "object"), None)
    return Hotspot(
        picture="" if picture is None else html_of([picture]),
        width=max(1, _whole(picture or node, "width", 1)),
        height=max(1, _whole(picture or node, "height", 1)),
        areas=tuple(_area(choice) for choice in node.all("hotspotChoice")),
        keys=tuple(key_texts(declared)),
        least=_whole(node, "minChoices", 0),
        most=_whole(node, "maxChoices", 1),
    )


def _area(node: Node) -> Area:
    return Area.model_validate(
        {
            "id": node.get("identifier"),
            "shape": node.get("shape", "default"),
            "coords": read_coords(node.get("coords")),
            "label": node.get("hotspotLabel") or node.get("label"),
        }
    )


def place(identifier: str, words: Sequence[Node | str] = ()) -> Node:
    """An inline place of a text."""
    return Node("span", {"data-gap": identifier}, tuple(words))


def _replaced(tree: Node, into: Callable[[Node], Node | None]) -> Node:
    made = into(tree)
    if made is not None:
        return made
    content = tuple(p if isinstance(p, str) else _replaced(p, into) for p in tree.content)
    return Node(tree.name, tree.attributes, content)


def _text_without(node: Node, gone: frozenset[str], into: Callable[[Node], Node | None]) -> str:
    kept = tuple(p for p in node.content if isinstance(p, str) or p.name not in gone)
    return html_of(_replaced(Node("div", {}, kept), into).content)


def _gap_match(node: Node, declared: Variable) -> Modelled:
    gaps = tuple(gap.get("identifier") for gap in node.find("gap"))
    _plain_identifiers(gaps)
    return GapMatch(
        pieces=tuple(_part(piece) for piece in node.all("gapText", "gapImg")),
        text=_text_without(
            node,
            frozenset({"prompt", "gapText", "gapImg"}),
            lambda one: place(one.get("identifier")) if one.name == "gap" else None,
        ),
        gaps=gaps,
        keys=_links(declared),
        shuffle=node.flag("shuffle"),
    )


def _hottext(node: Node, declared: Variable) -> Modelled:
    return Hottext(
        text=_text_without(
            node,
            frozenset({"prompt"}),
            lambda one: (
                place(one.get("identifier"), one.content) if one.name == "hottext" else None
            ),
        ),
        words=tuple(word.get("identifier") for word in node.find("hottext")),
        keys=tuple(key_texts(declared)),
        least=_whole(node, "minChoices", 0),
        most=_whole(node, "maxChoices", 1),
    )


def _plain_identifiers(names: Sequence[str]) -> None:
    if any(not name or _SPACE.search(name) for name in names):
        raise NotModelled(msg("Câu có định danh viết sai."))


def _inline(body: Node, found: Sequence[Node], variables: Variables) -> tuple[str, Modelled]:
    if len(found) == 1 and found[0].name == "textEntryInteraction":
        short = _short(_declared(found[0], variables))
        stem = _without(body, found[0])
        if short is not None and _stands_alone(body, found[0]):
            return html_of(stem.content), short
    gaps = tuple(_gap(node, _declared(node, variables)) for node in found)
    _plain_identifiers([gap.id for gap in gaps])
    text = _replaced(
        body, lambda one: place(one.get("responseIdentifier")) if one.name in INLINE else None
    )
    shown = html_of(text.content)
    if any(f'data-gap="{gap.id}"' not in shown for gap in gaps):
        raise NotModelled(msg("Câu có phần trả lời nằm trong phần chỉ hiện có điều kiện."))
    return shown, Cloze(gaps=gaps)


def _short(declared: Variable) -> ShortAnswer | None:
    """A number of a few characters, as on the official answer sheet."""
    by_value = {parse_vn_number(key): key for key in reversed(_typed_keys(declared))}
    keys = tuple(reversed(by_value.values()))
    if not keys or None in by_value:
        return None
    longest = max(len(key) for key in keys)
    return ShortAnswer(keys=keys, max_chars=max(4, longest)) if longest <= 40 else None


def _typed_keys(declared: Variable) -> list[str]:
    """Everything the file accepts in full: the correct response and what the mapping gives most."""
    entries = declared.mapping.entries if declared.mapping else ()
    most = max((entry.value for entry in entries), default=0.0)
    mapped = [atom_text(e.key) for e in entries if e.value == most and most > 0]
    correct = [atom_text(atom) for atom in atoms_of(declared.correct)]
    return list(dict.fromkeys([*correct, *mapped]))


def _stands_alone(body: Node, entry: Node) -> bool:
    """Whether the field has a line of its own, not a place within a sentence."""
    for node in body.below():
        if any(part is entry for part in node.content):
            rest = [part for part in node.content if part is not entry]
            return not any(p.strip() if isinstance(p, str) else p.text.strip() for p in rest)
    return False


def _gap(node: Node, declared: Variable) -> Gap:
    choices = list(node.all("inlineChoice"))
    options = tuple(Option(id=c.get("identifier"), body=_inside(c)) for c in choices)
    entries = declared.mapping.entries if declared.mapping else ()
    strict = all(entry.case_sensitive for entry in entries)
    length = _whole(node, "expectedLength", 0)
    return Gap(
        id=node.get("responseIdentifier"),
        options=options,
        keys=tuple(key_texts(declared)) if options else tuple(_typed_keys(declared)),
        case_sensitive=strict,
        length=length if 1 <= length <= 2_000 and not options else None,
    )


_READERS: dict[str, Callable[[Node, Variable], Modelled]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "extendedTextInteraction": _essay,
    "matchInteraction": _match,
    "hotspotInteraction": _hotspot,
    "gapMatchInteraction": _gap_match,
    "hottextInteraction": _hottext,
}
