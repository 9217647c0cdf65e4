"""A Moodle XML file as an import report: questions, their categories, their shared material."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from ...curriculum import topic as topic_of
from ...errors import Invalid, KhaothiError, Message, Problem, TooLarge, msg
from ...items.content import ItemContent, StimulusContent
from ...items.html import has_text
from ..found import NO_ITEMS, FoundItem, ImportReport, Placement, RefusedPart
from ..guards import USUAL, Deadline, Limits, parse_xml, too_heavy
from ..item_tags import about
from ..telling import content_of, told, unfit
from .answers_in import READERS, Question
from .categories import topic_of_path
from .texts import TextReader, text_in

SECONDS = 600.0
ANYWHERE = Placement()


def import_moodle(
    source: Path | str | bytes,
    placement: Placement = ANYWHERE,
    *,
    limits: Limits = USUAL,
    seconds: float = SECONDS,
) -> ImportReport:
    """Every question of a Moodle XML file. Nothing is stored.

    Types that the bank has no place for are refused by name. Raises Invalid or TooLarge where the
    file as a whole cannot be read.
    """
    started = time.monotonic()
    root = parse_xml(_bytes(source, limits), limits)
    if etree.QName(root).localname != "quiz":
        raise Invalid(
            msg(
                "Tệp XML bắt đầu bằng «{name}», không phải tệp Moodle XML; trong Moodle chọn "
                "«Xuất» rồi «Định dạng Moodle XML».",
                name=etree.QName(root).localname[:60],
            ),
            code="not_moodle",
        )
    quiz = _Quiz(placement, Deadline(seconds))
    items = list(quiz.items(root))
    refused = quiz.refused
    if not items and not refused:
        refused = [NO_ITEMS]
    return ImportReport(tuple(items), tuple(refused), time.monotonic() - started, "moodle")


def _bytes(source: Path | str | bytes, limits: Limits) -> bytes:
    if isinstance(source, bytes):
        return source
    path = Path(source)
    if path.stat().st_size > limits.most_xml_bytes:
        raise too_heavy(limits.most_xml_bytes)
    return path.read_bytes()


def from_moodle(raw: bytes, placement: Placement = ANYWHERE) -> ItemContent:
    """The content of the only question of a file. Raises Invalid where it is not settled."""
    report = import_moodle(raw, placement)
    if len(report.items) != 1 or report.items[0].content is None:
        why = report.refused[0].why if report.refused else msg("Tệp không có đúng một câu hỏi.")
        raise Invalid(why)
    return report.items[0].content


class _Quiz:
    """The questions in the order of the file; what went before says what they belong to."""

    def __init__(self, placement: Placement, deadline: Deadline) -> None:
        self._placement = placement
        self._deadline = deadline
        self._stimulus: StimulusContent | None = None
        self._stimulus_reader = TextReader()
        self._stimulus_tag = ""
        self.refused: list[RefusedPart] = []

    def items(self, root: etree._Element) -> Iterator[FoundItem]:
        number = 0
        for element in root.iterchildren("question"):
            self._deadline.check()
            kind = (element.get("type") or "").strip().lower()
            if kind == "category":
                self._enter(element)
            elif kind == "description":
                self._take_stimulus(element)
            else:
                number += 1
                item = self._item(element, kind, number)
                if item is not None:
                    yield item

    def _enter(self, element: etree._Element) -> None:
        """A category is a topic; shared material ends where a category begins."""
        self._stimulus, self._stimulus_tag = None, ""
        code = text_in(element.find("idnumber"))
        subject = self._placement.subject or code.partition(".")[0]
        path = text_in(element.find("category"))
        topic = code if topic_of(code) else topic_of_path(path, subject)
        self._placement = Placement(self._placement.subject, self._placement.grade, topic)

    def _take_stimulus(self, element: etree._Element) -> None:
        self._stimulus_reader = TextReader()
        try:
            body = self._stimulus_reader.html(element.find("questiontext"))
            title = " ".join(text_in(element.find("name")).split())[:300]
            self._stimulus = StimulusContent(
                subject=_subject(element, self._placement), title=title, body=body
            )
        except (KhaothiError, ValueError) as error:
            self._refuse(msg("Ngữ liệu «{name}»", name=_name(element)), _why(error))
            self._stimulus = None
        if self._stimulus is not None and not has_text(self._stimulus.body):
            self._stimulus = None
        own = [tag for tag in _tags(element) if tag.startswith("ngu-lieu:")]
        self._stimulus_tag = own[0] if own else ""

    def _refuse(self, where: Message, why: Message) -> None:
        self.refused.append(RefusedPart(where, why))

    def _item(self, element: etree._Element, kind: str, number: int) -> FoundItem | None:
        where = msg("Câu {n} («{name}»)", n=number, name=_name(element))
        if kind not in READERS:
            why = msg("Ngân hàng không có dạng câu «{kind}» của Moodle.", kind=kind[:40])
            self._refuse(where, why)
            return None
        question = Question(element, TextReader(), _tags(element))
        try:
            return self._read(question, kind, number, where)
        except KhaothiError as error:
            problems = [Problem(where, error.message)]
        except ValueError:
            # pydantic: an interaction beyond the model's bounds
            why = msg("Câu hỏi vượt khuôn khổ một câu của ngân hàng; rút gọn hoặc tách câu.")
            problems = [Problem(where, why)]
        return unfit(number, kind, question.stem, problems)

    def _read(self, question: Question, kind: str, number: int, where: Message) -> FoundItem:
        element, texts = question.element, question.texts
        question.stem = texts.html(element.find("questiontext")) if kind not in _OWN_STEM else ""
        part = READERS[kind](question)
        solution = texts.html(element.find("generalfeedback")) + "".join(question.remarks)
        if kind not in _WITH_HINT and question.word("hint"):
            question.notes.append(msg("gợi ý (hint) của câu không nhập"))
        made = content_of(
            lambda: part, about(question.tags, self._placement), question.stem, solution
        )
        problems = [Problem(where, what) for what in question.problems]
        problems += [Problem(where, found.what) for found in texts.shelf.problems]
        self.refused += [RefusedPart(where, note) for note in question.notes]
        if isinstance(made, Message):
            return unfit(number, part.type, question.stem, [*problems, Problem(where, made)])  # type: ignore[attr-defined]
        if not has_text(made.stem):
            problems.append(Problem(where, msg("Câu không có lời dẫn.")))
        stimulus = self._stimulus_of(question)
        return told(
            made,
            number=number,
            problems=problems,
            pictures={**self._stimulus_reader.shelf.images, **texts.shelf.images},
            stimulus=stimulus,
            points=_points(question.word("defaultgrade")),
            identity=question.word("idnumber"),
        )

    def _stimulus_of(self, question: Question) -> StimulusContent | None:
        """In a file of our own an item names its material; elsewhere it follows it."""
        if self._stimulus_tag and self._stimulus_tag not in question.tags:
            return None
        return self._stimulus


_WITH_HINT = frozenset({"numerical", "shortanswer"})
_OWN_STEM = frozenset({"cloze", "multianswer"})


def _why(error: Exception) -> Message:
    if isinstance(error, KhaothiError):
        return error.message
    return msg("Ngữ liệu quá dài; rút gọn rồi nhập lại.")


def _name(element: etree._Element) -> str:
    return " ".join(text_in(element.find("name")).split())[:60]


def _tags(element: etree._Element) -> list[str]:
    return [text_in(tag) for tag in element.iterfind("tags/tag")]


def _subject(element: etree._Element, placement: Placement) -> str:
    return str(about(_tags(element), placement)["subject"])


def _points(word: str) -> Decimal | None:
    try:
        points = Decimal(word)
    except InvalidOperation:
        return None
    return points.normalize() if points.is_finite() and 0 < points <= 1000 else None


__all__ = ["TooLarge", "from_moodle", "import_moodle"]
