"""A GIFT file as an import report; every doubt names its line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from ...errors import Invalid, KhaothiError, Message, Problem, msg
from ...items.content import ItemContent, StimulusContent
from ...items.html import has_text
from ..foreign_html import Place
from ..found import NO_ITEMS, FoundItem, ImportReport, Placement, RefusedPart
from ..guards import USUAL, Deadline, Limits
from ..item_tags import about
from ..moodle.categories import topic_of_path
from ..telling import content_of, told, unfit
from ..text_files import legacy_letters, read_text
from .answers_in import Question, interaction_of
from .syntax import Block, Parsed, blocks_of, parse, unescape

SECONDS = 300.0
ANYWHERE = Placement()
_FAULTS = {
    "unclosed": msg(
        "Phần trả lời mở ngoặc nhọn mà không đóng; thêm ngoặc đóng và bỏ dòng trống ở giữa."
    ),
    "second_block": msg(
        "Có hơn một phần trong ngoặc nhọn; ngoặc nhọn của văn bản viết với dấu \\ ở trước."
    ),
}


def import_gift(
    source: Path | str | bytes,
    placement: Placement = ANYWHERE,
    *,
    limits: Limits = USUAL,
    seconds: float = SECONDS,
) -> ImportReport:
    """Every question of a GIFT file. Nothing is stored.

    Raises Invalid (not text, a legacy encoding) or TooLarge for the file as a whole.
    """
    started = time.monotonic()
    text = read_text(source, limits)
    reader = _File(placement, Deadline(seconds))
    items = list(reader.items(text))
    reader.end()
    refused = reader.refused
    if not items and not refused:
        refused = [NO_ITEMS]
    return ImportReport(tuple(items), tuple(refused), time.monotonic() - started, "gift")


def from_gift(text: str, placement: Placement = ANYWHERE) -> ItemContent:
    """The content of the only question of a text. Raises Invalid where it is not settled."""
    report = import_gift(text.encode(), placement)
    if len(report.items) != 1 or report.items[0].content is None:
        why = report.refused[0].why if report.refused else msg("Tệp không có đúng một câu hỏi.")
        raise Invalid(why)
    return report.items[0].content


class _File:
    def __init__(self, placement: Placement, deadline: Deadline) -> None:
        self._placement = placement
        self._deadline = deadline
        self._stimulus: StimulusContent | None = None
        self._stimulus_tag = ""
        self._unused: Message | None = None
        self.refused: list[RefusedPart] = []

    def items(self, text: str) -> Iterator[FoundItem]:
        number = 0
        for block in blocks_of(text):
            self._deadline.check()
            parsed = parse(block)
            if block.category:
                self._enter(block.category)
            elif parsed.answers is None:
                self._take_stimulus(block, parsed)
            else:
                number += 1
                self._unused = None
                yield self._item(block, parsed, number)

    def end(self) -> None:
        """Text without braces that nothing follows is more likely a question left unfinished."""
        if self._unused is not None:
            what = msg(
                "Đoạn này không có phần trả lời trong ngoặc nhọn và không có câu nào đứng sau dùng nó."
            )
            self.refused.append(RefusedPart(self._unused, what))
            self._unused = None

    def _enter(self, path: str) -> None:
        self.end()
        self._stimulus, self._stimulus_tag = None, ""
        topic = topic_of_path(path, self._placement.subject)
        self._placement = Placement(self._placement.subject, self._placement.grade, topic)

    def _take_stimulus(self, block: Block, parsed: Parsed) -> None:
        self.end()
        where = msg("Dòng {line}", line=block.line)
        lost: list[str] = []
        question = Question(parsed, _losing(lost), block.tags)
        try:
            body = question.html_as(parsed.form, unescape(parsed.before))
            subject = str(about(block.tags, self._placement)["subject"])
            self._stimulus = StimulusContent(
                subject=subject, title=parsed.name[:300], body=body if has_text(body) else ""
            )
            self._unused = where
        except (KhaothiError, ValueError):
            self.refused.append(RefusedPart(where, msg("Ngữ liệu quá dài; rút gọn rồi nhập lại.")))
            self._stimulus = None
        if lost:
            self.refused.append(RefusedPart(where, msg("GIFT không chở được hình; thêm lại hình.")))
        own = [tag for tag in block.tags if tag.startswith("ngu-lieu:")]
        self._stimulus_tag = own[0] if own else ""

    def _item(self, block: Block, parsed: Parsed, number: int) -> FoundItem:
        where = msg("Câu {n}, dòng {line}", n=number, line=block.line)
        lost: list[str] = []
        question = Question(parsed, _losing(lost), block.tags)
        question.problems += [_FAULTS[fault] for fault in parsed.faults]
        legacy = legacy_letters(block.text)
        if legacy is not None:
            question.problems.append(legacy)
        try:
            item = self._read(question, block, number, where, lost)
        except KhaothiError as error:
            problems = [*question.problems, error.message]
            return unfit(number, "", question.stem, [Problem(where, what) for what in problems])
        except ValueError:
            why = msg("Câu hỏi vượt khuôn khổ một câu của ngân hàng; rút gọn hoặc tách câu.")
            return unfit(number, "", question.stem, [Problem(where, why)])
        return item

    def _read(
        self, question: Question, block: Block, number: int, where: Message, lost: list[str]
    ) -> FoundItem:
        part = interaction_of(question)
        solution = question.html(question.parsed.general_feedback) + "".join(question.remarks)
        made = content_of(lambda: part, about(block.tags, self._placement), question.stem, solution)
        problems = list(question.problems)
        if lost:
            problems.append(msg("GIFT không chở được hình; thêm lại hình."))
        self.refused += [RefusedPart(where, note) for note in question.notes]
        if isinstance(made, Message):
            return unfit(number, "", question.stem, [Problem(where, made)])
        if not has_text(made.stem):
            problems.append(msg("Câu không có lời dẫn."))
        is_alone = bool(self._stimulus_tag) and self._stimulus_tag not in block.tags
        return told(
            made,
            number=number,
            problems=[Problem(where, what) for what in problems],
            stimulus=None if is_alone else self._stimulus,
            identity=block.identity,
        )


def _losing(lost: list[str]) -> Place:
    """GIFT cannot carry pictures: none is placed, each is counted."""

    def place(address: str) -> None:
        lost.append(address)

    return place
