"""Items of the bank as Moodle XML. What Moodle has no place for is named beside the file."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from ...curriculum import SUBJECTS, topic_name
from ...errors import Invalid, KhaothiError, msg
from ...items.content import Choice, Essay, ItemContent, StimulusContent
from ...items.html import plain_text
from ...items.interactions import Cloze, Match, MultipleChoice
from ..exported import Assets, ExportedFile, ExportedItem, left_out, lost, no_assets
from ..found import RefusedPart
from ..item_tags import LONGEST_TAG, tags_of
from .answers_in import CLUSTER_TAG
from .answers_out import WRITERS, Written
from .texts import TextWriter, lawful


def export_moodle(items: Sequence[ExportedItem], *, assets: Assets = no_assets) -> ExportedFile:
    """A Moodle XML file: categories as topics, shared material as descriptions before its items.

    Items of kinds that Moodle's core lacks are left out and named in `untold`.
    """
    quiz = etree.Element("quiz")
    untold: list[RefusedPart] = []
    written = 0
    for topic, of_topic in _by_topic(items).items():
        _category(quiz, *topic)
        stimuli = _stimuli(of_topic)
        for stimulus, group in _by_stimulus(of_topic):
            made = [_try(item, assets, stimuli, untold) for item in group]
            kept = [question for question in made if question is not None]
            if stimulus is not None and kept:
                quiz.append(_description(stimulus, stimuli[stimulus], group[0], assets))
            quiz.extend(kept)
            written += len(kept)
    body = etree.tostring(quiz, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return ExportedFile(body, written, tuple(untold))


def to_moodle(content: ItemContent, identifier: str = "item") -> bytes:
    """One item as a Moodle XML file. Raises Invalid where Moodle has no place for it."""
    made = export_moodle([ExportedItem(identifier, content)])
    if not made.written:
        raise Invalid(made.untold[0].why, code="not_held")
    return made.body


def _by_topic(items: Sequence[ExportedItem]) -> dict[tuple[str, str], list[ExportedItem]]:
    found: dict[tuple[str, str], list[ExportedItem]] = {}
    for item in items:
        found.setdefault((item.content.subject, item.content.topic), []).append(item)
    return found


def _by_stimulus(
    items: Sequence[ExportedItem],
) -> list[tuple[StimulusContent | None, list[ExportedItem]]]:
    """Items alone first: after a description Moodle shows no end of what belongs to it."""
    groups: dict[StimulusContent | None, list[ExportedItem]] = {None: []}
    for item in items:
        groups.setdefault(item.stimulus, []).append(item)
    return list(groups.items())


def _stimuli(items: Sequence[ExportedItem]) -> dict[StimulusContent, str]:
    shared = dict.fromkeys(item.stimulus for item in items if item.stimulus is not None)
    return {stimulus: f"ngu-lieu:{n}" for n, stimulus in enumerate(shared, start=1)}


def _category(quiz: etree._Element, subject: str, topic: str) -> None:
    names = [SUBJECTS.get(subject, subject), topic_name(topic)]
    path = "/".join(["$course$", "top", *(name.replace("/", "//") for name in names if name)])
    made = etree.SubElement(quiz, "question", type="category")
    etree.SubElement(etree.SubElement(made, "category"), "text").text = lawful(path)
    etree.SubElement(made, "idnumber").text = lawful(topic)


def _try(
    item: ExportedItem,
    assets: Assets,
    stimuli: dict[StimulusContent, str],
    untold: list[RefusedPart],
) -> etree._Element | None:
    try:
        question, written = _question(item, assets, stimuli)
    except KhaothiError as error:
        untold.append(left_out(item, error.message))
        return None
    untold += [lost(item, what) for what in written.lost]
    return question


def _question(
    item: ExportedItem, assets: Assets, stimuli: dict[StimulusContent, str]
) -> tuple[etree._Element, Written]:
    content = item.content
    writer = WRITERS.get(type(content.interaction))
    if writer is None:
        raise Invalid(msg("Moodle không có dạng câu này.", kind=content.kind), code="not_held")
    texts = TextWriter(item, assets)
    made = etree.Element("question")
    _head(made, item)
    written = writer(made, content, texts)
    made.set("type", written.kind)
    texts.write(made, "generalfeedback", content.solution)
    etree.SubElement(made, "defaultgrade").text = "1"
    etree.SubElement(made, "penalty").text = "0"
    etree.SubElement(made, "hidden").text = "0"
    etree.SubElement(made, "idnumber").text = lawful(item.identifier)
    _tags(made, item, stimuli, written)
    return made, written


def _head(made: etree._Element, item: ExportedItem) -> None:
    name = f"{item.identifier} {plain_text(item.content.stem)}"[:200].strip()
    etree.SubElement(etree.SubElement(made, "name"), "text").text = lawful(name)


def _tags(
    made: etree._Element,
    item: ExportedItem,
    stimuli: dict[StimulusContent, str],
    written: Written,
) -> None:
    tags = tags_of(item.content)
    if item.stimulus is not None:
        tags.append(stimuli[item.stimulus])
    if written.kind == "cloze" and item.content.kind == "tf_cluster":
        tags.append(CLUSTER_TAG)
    parent = etree.SubElement(made, "tags")
    for tag in tags:
        etree.SubElement(etree.SubElement(parent, "tag"), "text").text = lawful(tag)
        if len(tag) > LONGEST_TAG:
            written.lost.append(
                msg("thẻ «{tag}» dài hơn {n} chữ nên Moodle sẽ cắt", tag=tag, n=LONGEST_TAG)
            )
    _name_what_moodle_changes(item.content, written)


def _name_what_moodle_changes(content: ItemContent, written: Written) -> None:
    part = content.interaction
    if content.qti is not None:
        written.lost.append(msg("nguồn QTI nguyên văn; Moodle chỉ nhận nội dung và đáp án"))
    if isinstance(part, MultipleChoice):
        written.lost.append(msg("cách chấm: Moodle cho điểm từng phần, ngân hàng chấm đủ hết"))
        if part.least or part.most:
            written.lost.append(msg("số phương án được chọn nhiều nhất, ít nhất"))
    if isinstance(part, Match) and not part.partial:
        written.lost.append(msg("cách chấm: Moodle tính điểm từng cặp, ngân hàng chấm đủ hết"))
    if content.kind == "tf_cluster":
        written.lost.append(msg("cách tính điểm 0,1 – 0,25 – 0,5 – 1; Moodle chia đều cho các ý"))
    if isinstance(part, Cloze) and any(gap.length is not None for gap in part.gaps):
        written.lost.append(msg("độ dài của các chỗ điền"))
    if isinstance(part, Choice) and part.key is None:
        written.lost.append(msg("câu chưa có đáp án nên Moodle có thể không nhận"))
    if isinstance(part, Essay) and part.rubric:
        written.lost.append(msg("hướng dẫn chấm thành bảng cho người chấm đọc, Moodle không cộng"))


def _description(
    stimulus: StimulusContent, tag: str, item: ExportedItem, assets: Assets
) -> etree._Element:
    made = etree.Element("question", type="description")
    name = stimulus.title or plain_text(stimulus.body)[:60]
    etree.SubElement(etree.SubElement(made, "name"), "text").text = lawful(name)
    TextWriter(item, assets).write(made, "questiontext", stimulus.body)
    parent = etree.SubElement(made, "tags")
    for told in (tag, f"mon:{stimulus.subject}"):
        etree.SubElement(etree.SubElement(parent, "tag"), "text").text = lawful(told)
    return made
