"""Block interactions as interactions of the bank, one reader each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...errors import msg
from ...items.content import (
    OPTION_IDS,
    STATEMENT_IDS,
    Choice,
    Essay,
    Option,
    Statement,
    TrueFalseCluster,
)
from ...items.html import plain_text
from ...items.interactions import (
    Gap,
    GapMatch,
    Hotspot,
    Hottext,
    Match,
    MultipleChoice,
    Order,
    Part,
)
from ...scoring.by_source import LETTERS, TRUE_WORDS
from ...scoring.qti.declarations import Variable
from ...scoring.qti.tree import Node
from ...scoring.qti.values import atom_text, atoms_of
from .markup import html_of
from .reading import (
    NotModelled,
    area_of,
    inside_of,
    key_texts,
    links_of,
    part_of,
    place_node,
    plain_identifiers,
    replaced,
    whole,
)

Block = (
    Choice
    | MultipleChoice
    | TrueFalseCluster
    | Essay
    | Match
    | Order
    | Hotspot
    | GapMatch
    | Hottext
)
FALSE_WORDS = frozenset({"sai", "false", "s"})


def _choice(node: Node, declared: Variable) -> Block:
    choices = list(node.all("simpleChoice"))
    if len(choices) > len(LETTERS):
        raise NotModelled(msg("Câu có quá {n} phương án.", n=len(LETTERS)))
    names = dict(zip((c.get("identifier") for c in choices), LETTERS, strict=False))
    options = tuple(Option(id=names[c.get("identifier")], body=inside_of(c)) for c in choices)
    keys = tuple(names[key] for key in key_texts(declared) if key in names)
    if declared.cardinality == "single" and len(options) <= len(OPTION_IDS):
        return Choice(options=options, key=keys[0] if keys else None, shuffle=node.flag("shuffle"))
    most = 1 if declared.cardinality == "single" else whole(node, "maxChoices", 0)
    return MultipleChoice(
        options=options,
        keys=keys,
        shuffle=node.flag("shuffle"),
        least=min(whole(node, "minChoices", 0), len(options)),
        most=most,
    )


def _order(node: Node, declared: Variable) -> Block:
    choices = list(node.all("simpleChoice"))
    if len(choices) > len(LETTERS):
        raise NotModelled(msg("Câu có quá {n} phương án.", n=len(LETTERS)))
    names = dict(zip((c.get("identifier") for c in choices), LETTERS, strict=False))
    return Order(
        options=tuple(Option(id=names[c.get("identifier")], body=inside_of(c)) for c in choices),
        keys=tuple(names[key] for key in key_texts(declared) if key in names),
        shuffle=node.flag("shuffle"),
    )


def _essay(node: Node, declared: Variable) -> Block:
    return Essay()


def _match(node: Node, declared: Variable) -> Block:
    made = match_of(node, declared)
    return _cluster(made.rows, made.columns, declared) or made


def match_of(node: Node, declared: Variable) -> Match:
    sets = list(node.all("simpleMatchSet"))
    if len(sets) != 2:
        raise NotModelled(msg("Câu ghép cặp không có đúng hai cột."))
    rows, columns = (
        tuple(part_of(choice) for choice in side.all("simpleAssociableChoice")) for side in sets
    )
    return Match(
        rows=rows,
        columns=columns,
        keys=links_of(declared),
        shuffle=node.flag("shuffle"),
        most=whole(node, "maxAssociations", 0),
    )


def _cluster(
    rows: Sequence[Part], columns: Sequence[Part], declared: Variable
) -> TrueFalseCluster | None:
    """Statements judged true or false, which is how Part II of the official papers travels."""
    judged = {column.id: _judgement(column.body) for column in columns}
    if len(columns) != 2 or set(judged.values()) != {True, False}:
        return None
    key = {link.left: judged.get(link.right) for link in links_of(declared)}
    if not 2 <= len(rows) <= len(STATEMENT_IDS) or set(key) != {row.id for row in rows}:
        return None
    names = zip(rows, STATEMENT_IDS, strict=False)
    return TrueFalseCluster(
        statements=tuple(Statement(id=n, body=row.body, key=key[row.id]) for row, n in names)
    )


def _judgement(body: str) -> bool | None:
    word = plain_text(body).lower().strip(" .")
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def hotspot_of(node: Node, declared: Variable) -> Hotspot:
    picture = next(node.find("img", "object"), None)
    return Hotspot(
        picture="" if picture is None else html_of([picture]),
        width=max(1, whole(picture or node, "width", 1)),
        height=max(1, whole(picture or node, "height", 1)),
        areas=tuple(area_of(choice) for choice in node.all("hotspotChoice")),
        keys=tuple(key_texts(declared)),
        least=whole(node, "minChoices", 0),
        most=whole(node, "maxChoices", 1),
    )


def _text_without(node: Node, gone: frozenset[str], into: Callable[[Node], Node | None]) -> str:
    kept = tuple(p for p in node.content if isinstance(p, str) or p.name not in gone)
    return html_of(replaced(Node("div", {}, kept), into).content)


def gap_match_of(node: Node, declared: Variable) -> GapMatch:
    gaps = tuple(gap.get("identifier") for gap in node.find("gap"))
    plain_identifiers(gaps)
    return GapMatch(
        pieces=tuple(part_of(piece) for piece in node.all("gapText", "gapImg")),
        text=_text_without(
            node,
            frozenset({"prompt", "gapText", "gapImg"}),
            lambda one: place_node(one.get("identifier")) if one.name == "gap" else None,
        ),
        gaps=gaps,
        keys=links_of(declared),
        shuffle=node.flag("shuffle"),
    )


def hottext_of(node: Node, declared: Variable) -> Hottext:
    return Hottext(
        text=_text_without(
            node,
            frozenset({"prompt"}),
            lambda one: (
                place_node(one.get("identifier"), one.content) if one.name == "hottext" else None
            ),
        ),
        words=tuple(word.get("identifier") for word in node.find("hottext")),
        keys=tuple(key_texts(declared)),
        least=whole(node, "minChoices", 0),
        most=whole(node, "maxChoices", 1),
    )


def typed_keys(declared: Variable) -> list[str]:
    """Everything the file accepts in full: the correct response and what the mapping gives most."""
    entries = declared.mapping.entries if declared.mapping else ()
    most = max((entry.value for entry in entries), default=0.0)
    mapped = [atom_text(e.key) for e in entries if e.value == most and most > 0]
    correct = [atom_text(atom) for atom in atoms_of(declared.correct)]
    return list(dict.fromkeys([*correct, *mapped]))


def gap_of(node: Node, declared: Variable) -> Gap:
    choices = list(node.all("inlineChoice"))
    options = tuple(Option(id=c.get("identifier"), body=inside_of(c)) for c in choices)
    entries = declared.mapping.entries if declared.mapping else ()
    strict = all(entry.case_sensitive for entry in entries)
    length = whole(node, "expectedLength", 0)
    return Gap(
        id=node.get("responseIdentifier"),
        options=options,
        keys=tuple(key_texts(declared)) if options else tuple(typed_keys(declared)),
        case_sensitive=strict,
        length=length if 1 <= length <= 2_000 and not options else None,
    )


BLOCKS: dict[str, Callable[[Node, Variable], Block]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "extendedTextInteraction": _essay,
    "matchInteraction": _match,
    "hotspotInteraction": hotspot_of,
    "gapMatchInteraction": gap_match_of,
    "hottextInteraction": hottext_of,
}
