"""One QTI item into the item model: modelled where it can be, word for word where it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from lxml import etree
from pydantic import ValidationError

from ...errors import KhaothiError, Message, Problem, TooLarge, msg, problem
from ...items.composite import Composite
from ...items.content import (
    Choice,
    Essay,
    ItemContent,
    ShortAnswer,
    TrueFalseCluster,
    fingerprint,
)
from ...items.interactions import Cloze, GapMatch, Match, QtiOpaque, QtiSource
from ...scoring.qti.body import resolved
from ...scoring.qti.declarations import Variable
from ...scoring.qti.item_session import QtiItem, begin, read_item
from ...scoring.qti.tree import Node
from ...scoring.qti.values import as_number, atoms_of
from ..found import Placement
from ..guards import parse_xml
from ..qti_xml import read_root
from .interactions_in import Modelled, read_interaction
from .markup import html_of
from .own_record import USE, without_record
from .pictures_in import PictureShelf, with_pictures
from .probing import Comparison, compare
from .reading import NotModelled, interactions_in

LONGEST_SOURCE = 400_000
TEMPLATE_SEED = 1
UNDECLARED = "qti_unknown_variable"  # code of the refusal in scoring.qti.errors
_TEXT_OPERATORS = ("patternMatch", "substring", "equalRounded", "roundTo", "round", "truncate")
_DRAWN_PARTS = {"templateInline": "span", "templateBlock": "div"}
_MEDIA = ("audio", "video", "embed", "iframe")
_UNSHOWN = ("object", "svg", "canvas")  # pictures have become `img` by now


@dataclass(frozen=True, slots=True)
class ReadItem:
    """What one file gave. `unmodelled` says why it stayed word for word; None where it did not."""

    content: ItemContent
    identifier: str
    title: str
    points: Decimal | None
    problems: tuple[Problem, ...]
    unmodelled: Message | None
    stimulus_href: str


def item_from_xml(
    raw: bytes,
    shelf: PictureShelf,
    placement: Placement,
    fragments: Mapping[str, Node] | None = None,
) -> ReadItem:
    """The item of a QTI document. Raises Invalid or TooLarge where the document is none."""
    return item_from_node(read_root(raw, "assessmentItem"), raw, shelf, placement, fragments)


def item_from_node(
    root: Node,
    raw: bytes,
    shelf: PictureShelf,
    placement: Placement,
    fragments: Mapping[str, Node] | None = None,
) -> ReadItem:
    pictured = with_pictures(without_record(root), shelf)
    source = QtiSource(xml=_source_text(raw, shelf))
    try:
        content, points, found = _modelled(pictured, source, placement, fragments)
        unmodelled = None
    except NotModelled as reason:
        content, points, found = _opaque(pictured, source, placement, fragments)
        unmodelled = reason.reason
    return ReadItem(
        content=_named(content),
        identifier=root.get("identifier"),
        title=root.get("title"),
        points=points,
        problems=(*shelf.problems, *found),
        unmodelled=unmodelled,
        stimulus_href=_stimulus(root),
    )


def _source_text(raw: bytes, shelf: PictureShelf) -> str:
    """The document as text, without declaration, comments and processing instructions.

    Pictures that came with it are named as assets of the bank; all else is as it was.
    """
    root = parse_xml(raw)
    for stale in [element for element in root.iter() if element.get("use") == USE]:
        parent = stale.getparent()
        if parent is not None:
            parent.remove(stale)
    for element in root.iter():
        for name in ("src", "data"):
            kept = shelf.named.get(str(element.get(name)))
            if kept is not None:
                element.set(name, f"asset:{kept}")
    text = str(etree.tostring(root, encoding="unicode", with_tail=False))
    if len(text) > LONGEST_SOURCE:
        raise TooLarge(
            msg("Câu dài quá {n} kí tự XML; tách thành nhiều câu.", n=LONGEST_SOURCE),
            code="item_too_large",
        )
    return text


def _stimulus(root: Node) -> str:
    found = root.child("assessmentStimulusRef")
    return "" if found is None else found.get("href")


def _named(content: ItemContent) -> ItemContent:
    """With the fingerprint of what was read, so that a later edit shows."""
    if content.qti is None:
        return content
    qti = content.qti.model_copy(update={"fingerprint": fingerprint(content)})
    return content.model_copy(update={"qti": qti})


Found = tuple[ItemContent, Decimal | None, tuple[Problem, ...]]


def _modelled(
    root: Node, source: QtiSource, placement: Placement, fragments: Mapping[str, Node] | None
) -> Found:
    body = root.child("itemBody")
    if body is None:
        raise NotModelled(msg("Câu không có nội dung."))
    _refuse_what_moves(root)
    try:
        item = read_item(root, fragments)
        source = _drawn(source, item)
        shown, variables = _as_drawn(body, item, source)
        stem, interaction = read_interaction(shown, variables)
        content = _content(root, stem, interaction, placement)
    except ValidationError as error:
        raise NotModelled(msg("Câu vượt giới hạn của ngân hàng về số mục hoặc độ dài.")) from error
    except KhaothiError as error:
        raise NotModelled(error.message) from error
    return _scored(content, source, item)


def _refuse_what_moves(root: Node) -> None:
    """Items that change while they are taken are run, not modelled."""
    if root.flag("adaptive"):
        raise NotModelled(msg("Câu thích ứng (adaptive) trong nhiều lần trả lời."))
    if next((root.child("itemBody") or root).find(*_UNSHOWN), None) is not None:
        raise NotModelled(msg("Câu có hình vẽ hoặc tệp nhúng mà ngân hàng chưa hiển thị được."))
    if next(root.find(*_MEDIA, "customOperator"), None) is not None:
        raise NotModelled(msg("Câu có âm thanh, phim hoặc toán tử riêng."))


def _drawn(source: QtiSource, item: QtiItem) -> QtiSource:
    """A template is drawn once, so that everybody gets the same item."""
    has_template = any(variable.scope == "template" for variable in item.variables.values())
    if item.template_processing is None and not has_template:
        return source
    return source.model_copy(update={"seed": TEMPLATE_SEED})


def _as_drawn(body: Node, item: QtiItem, source: QtiSource) -> tuple[Node, Mapping[str, Variable]]:
    if source.seed is None and next(body.find("printedVariable"), None) is None:
        return body, item.variables
    state = begin(item, seed=source.seed or 0)
    return _plainly(resolved(item, state) or body), state.variables


def _plainly(node: Node) -> Node:
    """Parts that this draw shows as the text they are."""
    content = tuple(part if isinstance(part, str) else _plainly(part) for part in node.content)
    return Node(_DRAWN_PARTS.get(node.name, node.name), node.attributes, content)


def _content(root: Node, stem: str, interaction: Modelled, placement: Placement) -> ItemContent:
    return ItemContent(
        kind=interaction.type,
        subject=placement.subject,
        grade=placement.grade,
        topic=placement.topic,
        stem=stem,
        solution=_solution(root),
        interaction=interaction,
    )


def _solution(root: Node) -> str:
    """What the author wrote for teachers and markers."""
    body = root.child("itemBody") or Node("itemBody")
    blocks = [node for node in (*body.find("rubricBlock"), *root.all("rubricBlock"))]
    wanted = [b for b in blocks if {"scorer", "tutor", "author"} & set(b.get("view").split())]
    return html_of([Node("div", {}, block.content) for block in wanted]) if wanted else ""


def _scored(content: ItemContent, source: QtiSource, item: QtiItem) -> Found:
    """Our rule where it is the author's, else the author's processing."""
    if isinstance(content.interaction, Essay) or not _gives_score(item):
        return content.model_copy(update={"qti": source}), None, _lacks_key(content)
    try:
        for candidate in _variants(content):
            found = compare(candidate, source)
            if found.points is not None and not _reads_texts_its_own_way(item, content):
                kept = candidate.model_copy(update={"qti": source})
                return kept, found.points[-1], ()
    except KhaothiError as error:
        if error.code == UNDECLARED:
            return _by_its_key(content, source, error)
        raise NotModelled(error.message) from error
    return _by_its_processing(content, source, found)


def _by_its_key(content: ItemContent, source: QtiSource, error: KhaothiError) -> Found:
    """A processing that names variables the item lacks scores nobody; the item's keys do, said so.

    Met with standard templates, which read RESPONSE, on items whose variables are named otherwise.
    """
    kept = content.model_copy(update={"qti": source})
    return kept, None, (problem("Phần chấm", error.message), *_lacks_key(content))


def _by_its_processing(content: ItemContent, source: QtiSource, found: Comparison) -> Found:
    levels = tuple(sorted({Decimal(0), *(score for score in found.seen if score > 0)}))
    if len(levels) < 2:
        return content.model_copy(update={"qti": source}), None, _lacks_key(content)
    scoring = source.model_copy(update={"scores": True, "levels": levels})
    return content.model_copy(update={"qti": scoring}), levels[-1], ()


def _reads_texts_its_own_way(item: QtiItem, content: ItemContent) -> bool:
    """Typed texts held against patterns or rounded: no list of keys tells all that is right."""
    typed = isinstance(content.interaction, ShortAnswer | Cloze | Composite)
    program = item.response_processing
    return typed and program is not None and any(program.find(*_TEXT_OPERATORS))


def _variants(content: ItemContent) -> list[ItemContent]:
    part = content.interaction
    if isinstance(part, Match | GapMatch):
        partial = part.model_copy(update={"partial": True})
        return [content, content.model_copy(update={"interaction": partial})]
    return [content]


def _gives_score(item: QtiItem) -> bool:
    return item.response_processing is not None and bool(item.response_processing.children)


def _lacks_key(content: ItemContent) -> tuple[Problem, ...]:
    part = content.interaction
    match part:
        case Essay():
            return ()
        case Choice():
            missing = part.key is None
        case TrueFalseCluster():
            missing = any(statement.key is None for statement in part.statements)
        case Cloze():
            missing = not all(gap.keys for gap in part.gaps)
        case Composite():
            missing = any(not place.asks.key_lines for place in part.scored_places)
        case QtiOpaque():
            missing = False
        case _:
            missing = not part.keys
    return (problem("Đáp án", "Tệp không cho biết đáp án; chọn đáp án."),) if missing else ()


def _opaque(
    root: Node, source: QtiSource, placement: Placement, fragments: Mapping[str, Node] | None
) -> Found:
    """Kept word for word; `levels` run from nothing to the most the item declares."""
    body = root.child("itemBody") or Node("itemBody")
    names = tuple(dict.fromkeys(node.name for node in interactions_in(body)))
    content = ItemContent(
        kind="qti",
        subject=placement.subject,
        grade=placement.grade,
        topic=placement.topic,
        stem=_shown(body)[:60_000],
        interaction=QtiOpaque(interactions=names[:200]),
    )
    most, problems = _most(root, fragments)
    levels = (Decimal(0), most)
    kept = source.model_copy(update={"scores": True, "levels": levels})
    return content.model_copy(update={"qti": kept}), most, problems


def _shown(body: Node) -> str:
    """What a candidate would read of the text; feedback, rubrics and processing are left out."""
    return html_of(body.content)


def _most(root: Node, fragments: Mapping[str, Node] | None) -> tuple[Decimal, tuple[Problem, ...]]:
    try:
        item = read_item(root, fragments)
        state = begin(item)
    except KhaothiError as error:
        return Decimal(1), (problem("Phần chấm", error.message),)
    score = item.variables.get("SCORE")
    declared = None if score is None else score.normal_maximum
    stated = atoms_of(state.values.get("MAXSCORE"))
    found = declared or (as_number(stated[0]) if stated else None)
    usable = found is not None and 0 < found < inf
    return Decimal(repr(found)) if usable else Decimal(1), ()
