"""An item or stimulus taken apart into what is compared: texts, options, keys, rubric, facts about
it. Pure; each part has a place of its own that two versions share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Literal

from ..curriculum import outcome_text, topic_name
from ..errors import Message, msg
from ..items.composite import Composite
from ..items.content import (
    LEVEL_NAMES,
    Choice,
    Essay,
    Interaction,
    ItemContent,
    ShortAnswer,
    StimulusContent,
    TrueFalseCluster,
)
from ..items.interactions import (
    Cloze,
    GapMatch,
    Hotspot,
    Hottext,
    Match,
    MultipleChoice,
    Option,
    Order,
    QtiOpaque,
    Recording,
)

Group = Literal["key", "rubric", "wording", "reasons", "about"]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that can differ. `row` groups parts that may change places (options, statements)."""

    code: str
    name: Message
    group: Group
    html: str
    row: str = ""
    label: str = ""  # letters of the right options: they change where the options only move


Say = Callable[[str], str]


def parts_of(content: ItemContent, say: Say = str) -> list[Part]:
    """`say` puts words that stand for codes (a level, right or wrong) into the reader's language."""
    return [part for part in _parts(content, say) if part.html]


def parts_of_stimulus(content: StimulusContent, code: str = "stimulus") -> list[Part]:
    parts = [
        Part(f"{code}.title", msg("Tên ngữ liệu"), "wording", _words(content.title)),
        Part(code, msg("Ngữ liệu chung"), "wording", content.body),
        *_recording(content.recording, code),
    ]
    return [part for part in parts if part.html]


_TEX = re.compile(r"\$([^$]+)\$")


def note_html(text: str) -> str:
    """A plain note with `$TeX$` as content."""
    pieces = _TEX.split(text)
    return "".join(
        f'<span data-tex="{escape(piece)}"></span>' if odd else escape(piece, quote=False)
        for odd, piece in ((n % 2, piece) for n, piece in enumerate(pieces))
    )


def _words(text: str) -> str:
    return f"<p>{note_html(text)}</p>" if text.strip() else ""


def _parts(content: ItemContent, say: Say) -> Iterator[Part]:
    yield from _key(content.interaction, say)
    yield Part("stem", msg("Lời dẫn"), "wording", content.stem)
    yield from _asked(content.interaction)
    yield Part("solution", msg("Lời giải"), "reasons", content.solution)
    yield from _recording(content.recording, "recording")
    yield from _about(content, say)


def _recording(recording: Recording | None, code: str) -> Iterator[Part]:
    if recording is None:
        return
    sound = recording.src.removeprefix("asset:")[:12]
    yield Part(f"{code}.sound", msg("Đoạn âm thanh"), "wording", _words(sound))
    plays = "" if recording.plays is None else str(recording.plays)
    yield Part(f"{code}.plays", msg("Số lần được nghe"), "wording", _words(plays))
    yield Part(f"{code}.transcript", msg("Lời thoại"), "reasons", _words(recording.transcript))


def _about(content: ItemContent, say: Say) -> Iterator[Part]:
    level = say(LEVEL_NAMES[content.level]) if content.level else ""
    yield Part("level", msg("Cấp độ tư duy"), "about", _words(level))
    yield Part("topic", msg("Chủ đề"), "about", _words(topic_name(content.topic)))
    yield Part("outcome", msg("Yêu cầu cần đạt"), "about", _words(outcome_text(content.outcome)))
    yield Part("grade", msg("Lớp"), "about", _words(str(content.grade)))
    yield Part("minutes", msg("Số phút"), "about", _number(content.minutes))
    real = say("Có" if content.real_life else "Không")
    yield Part("real_life", msg("Gắn với thực tế"), "about", _words(real))


def _vn(value: Decimal) -> str:
    return format(value.normalize(), "f").replace(".", ",")


def _number(value: Decimal | None) -> str:
    return "" if value is None else _words(_vn(value))


def _key(part: Interaction, say: Say) -> Iterator[Part]:
    match part:
        case Choice():
            yield _chosen(part.options, (part.key,) if part.key else ())
        case MultipleChoice():
            yield _chosen(part.options, part.keys)
        case TrueFalseCluster():
            yield from _sides(part, say)
        case ShortAnswer():
            yield from _numbers(part)
        case Essay():
            yield from _rubric(part)
        case _:
            yield from _further_key(part)


def _chosen(options: Sequence[Option], keys: Sequence[str]) -> Part:
    """The right options with what they say: a key that moved with its option has not changed."""
    rows = [option for option in options if option.id in keys]
    html = "".join(option.body for option in rows)
    return Part("key", msg("Đáp án"), "key", html, label=", ".join(row.id for row in rows))


def _sides(part: TrueFalseCluster, say: Say) -> Iterator[Part]:
    for row in part.statements:
        if row.key is not None:
            side = say("Đúng" if row.key else "Sai")
            name = msg("Đáp án ý {id})", id=row.id)
            yield Part(f"key.{row.id}", name, "key", _words(side), "keys")
    shares = "; ".join(_vn(share) for share in part.shares)
    yield Part("shares", msg("Bảng điểm riêng"), "key", _words(shares))


def _numbers(part: ShortAnswer) -> Iterator[Part]:
    yield Part("key", msg("Đáp án"), "key", _words("; ".join(part.keys)))
    yield Part("tolerance", msg("Sai số cho phép"), "key", _number(part.tolerance))
    yield Part("charset", msg("Kí tự được gõ"), "key", _words(part.charset))
    yield Part("max_chars", msg("Số ô trả lời"), "key", _words(str(part.max_chars)))
    yield Part("hint", msg("Lời nhắc ở ô trả lời"), "wording", _words(part.hint))


def _rubric(part: Essay) -> Iterator[Part]:
    for row in part.rubric:
        levels = "".join(
            f"<li>{_vn(level.points)}: {note_html(level.text)}</li>" for level in row.levels
        )
        html = f"{_words(row.criterion)}<ul>{levels}</ul>"
        name = msg("Tiêu chí {id}", id=row.id)
        yield Part(f"rubric.{row.id}", name, "rubric", html, "rubric")
    yield Part("model_answer", msg("Đáp án minh hoạ"), "rubric", part.model_answer)
    limits = " – ".join(str(n) for n in (part.min_words, part.max_words) if n is not None)
    yield Part("words", msg("Số chữ"), "wording", _words(limits))


def _further_key(part: Interaction) -> Iterator[Part]:
    lines = "".join(f"<li>{line}</li>" for line in getattr(part, "key_lines", ()))
    yield Part("key", msg("Đáp án"), "key", f"<ul>{lines}</ul>" if lines else "")


def _asked(part: Interaction) -> Iterator[Part]:
    match part:
        case Choice() | MultipleChoice() | Order():
            yield from _options(part.options)
        case TrueFalseCluster():
            for row in part.statements:
                name = msg("Ý {id})", id=row.id)
                yield Part(f"statement.{row.id}", name, "wording", row.body, "statements")
                yield _reason(row.id, msg("Lí giải {id}", id=row.id), row.rationale)
        case ShortAnswer() | Essay():
            return
        case _:
            yield from _further(part)


def _options(options: Sequence[Option], of: str = "option") -> Iterator[Part]:
    for row in options:
        name = msg("Phương án {id}", id=row.id)
        yield Part(f"{of}.{row.id}", name, "wording", row.body, of)
        yield _reason(row.id, msg("Lí giải {id}", id=row.id), row.rationale)


def _reason(id_: str, name: Message, text: str) -> Part:
    return Part(f"rationale.{id_}", name, "reasons", _words(text), "rationales")


def _further(
    part: Cloze | Match | Hotspot | GapMatch | Hottext | Composite | QtiOpaque,
) -> Iterator[Part]:
    for code in ("text", "body", "picture", "marker"):
        yield Part(code, msg("Phần trả lời"), "wording", getattr(part, code, ""))
    for row, name in (
        ("rows", "Mục trái {id}"), ("columns", "Mục phải {id}"),
        ("pieces", "Mảnh {id}"), ("choices", "Mục {id}"),
    ):  # fmt: skip
        for one in getattr(part, row, ()):
            yield Part(f"{row}.{one.id}", msg(name, id=one.id), "wording", one.body, row)
    for area in getattr(part, "areas", ()):
        drawn = f"{area.label} ({area.shape} {', '.join(f'{n:g}' for n in area.coords)})"
        name_ = msg("Vùng {id}", id=area.id)
        yield Part(f"areas.{area.id}", name_, "wording", _words(drawn), "areas")
    if isinstance(part, Cloze):
        yield from _gaps(part)
    if isinstance(part, Composite):
        yield from _places(part)


def _gaps(part: Cloze) -> Iterator[Part]:
    for gap in part.gaps:
        offered = "".join(f"<li>{option.body}</li>" for option in gap.options)
        name = msg("Chỗ trống {id}", id=gap.id)
        html = f"<ul>{offered}</ul>" if offered else ""
        yield Part(f"gaps.{gap.id}", name, "wording", html, "gaps")


def _places(part: Composite) -> Iterator[Part]:
    for place in part.places:
        asks = place.asks
        for number, html in enumerate(_texts_of(asks), start=1):
            name = msg("Phần trả lời {id}", id=place.id)
            yield Part(f"places.{place.id}.{number}", name, "wording", html)


def _texts_of(asks: object) -> Iterator[str]:
    for code in ("text", "picture", "marker"):
        if html := getattr(asks, code, ""):
            yield html
    for code in ("options", "rows", "columns", "pieces", "choices"):
        yield from (one.body for one in getattr(asks, code, ()))
