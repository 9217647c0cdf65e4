r"""The grammar of GIFT: blocks between blank lines, and what stands between `{` and `}`.

A backslash takes the meaning from `~ = # { } :` and from itself; `\n` is a new line
(docs.moodle.org, "GIFT format"). Pure: text to parts, without a view on what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_ESCAPED = re.compile(
    r"\\([~=#{}:\\])|\\n(?!e\b|eq\b|eg\b|u\b|abla\b|ot\b|otin\b|i\b|mid\b|leq\b|geq\b)"
)
_WORTH = re.compile(r"\s*%(-?\d{1,3}(?:[.,]\d{1,7})?)%")
_ID = re.compile(r"\[id:((?:\\\]|[^\]]){1,200})\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]]){1,200})\]")


@dataclass(slots=True)
class Block:
    """The lines of one question: `line` is where it begins, `tags` what its comments say."""

    line: int
    text: str
    identity: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""  # instead of a question


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text with its format: html, markdown, plain or moodle; escapes undone."""

    text: str
    form: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`mark` is `=`, `~` or nothing; `worth` in percent where it is written."""

    mark: str
    raw: str  # escapes still in place
    worth: Decimal | None
    feedback: str


@dataclass(slots=True)
class Parsed:
    """A question cut into its parts; `answers` is None where there are no braces."""

    name: str
    form: str
    before: str
    answers: str | None
    after: str = ""
    general_feedback: str = ""
    faults: list[str] = field(default_factory=list)


def blocks_of(text: str) -> Iterator[Block]:
    """Questions and categories in order."""
    lines: list[str] = []
    comments: list[str] = []
    first = 0
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        bare = line.strip()
        if bare.startswith("//"):
            comments.append(bare)
        elif bare.startswith("$CATEGORY:") and not lines:
            yield Block(number, "", category=bare.removeprefix("$CATEGORY:").strip())
            comments = []
        elif bare:
            first = first if lines else number
            lines.append(line)
        elif lines:
            yield _block(first, lines, comments)
            lines, comments = [], []


def _block(line: int, lines: list[str], comments: list[str]) -> Block:
    told = "\n".join(comments)
    identity = _ID.search(told)
    return Block(
        line,
        "\n".join(lines).strip(),
        identity[1].replace("\\]", "]").strip() if identity else "",
        tuple(tag.replace("\\]", "]").strip() for tag in _TAG.findall(told)),
    )


def parse(block: Block) -> Parsed:
    """Name, format, text, answers and what follows them."""
    text, name = block.text, ""
    if text.startswith("::"):
        end = find(text, "::", 2)
        if end is not None:
            name, text = unescape(text[2:end]).strip(), text[end + 2 :]
    form, text = cut_format(text, "moodle")
    start = find(text, "{")
    if start is None:
        return Parsed(name, form, text.strip(), None)
    end = find(text, "}", start + 1)
    if end is None:
        return Parsed(name, form, text[:start].strip(), text[start + 1 :], faults=["unclosed"])
    inside, *general = split(text[start + 1 : end], "####")
    parsed = Parsed(name, form, text[:start].lstrip(), inside.strip(), text[end + 1 :].rstrip())
    parsed.general_feedback = "####".join(general).strip()
    if find(parsed.after, "{") is not None:
        parsed.faults.append("second_block")
    return parsed


def cut_format(text: str, default: str) -> tuple[str, str]:
    """The format that `[html]` and the like give a piece of text, and the text without it."""
    found = _FORMAT.match(text)
    return (found[1].lower(), text[found.end() :]) if found else (default, text)


def find(text: str, mark: str, position: int = 0) -> int | None:
    """The first place of a mark that no backslash protects."""
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text.startswith(mark, position):
            return position
        else:
            position += 1
    return None


def split(text: str, mark: str) -> list[str]:
    parts, start = [], 0
    while (end := find(text, mark, start)) is not None:
        parts.append(text[start:end])
        start = end + len(mark)
    return [*parts, text[start:]]


def unescape(text: str) -> str:
    return _ESCAPED.sub(lambda m: m[1] or "\n", text)


def answers_in(text: str) -> list[Answer]:
    """The answers of a block; text before the first mark is an answer without one."""
    found: list[Answer] = []
    start, mark, position = 0, "", 0
    while position <= len(text):
        if position == len(text) or text[position] in "=~":
            if mark or text[start:position].strip():
                found.append(_answer(mark, text[start:position]))
            if position < len(text):
                mark, start = text[position], position + 1
        elif text[position] == "\\":
            position += 1
        position += 1
    return found


def _answer(mark: str, text: str) -> Answer:
    worth = _WORTH.match(text)
    if worth:
        text = text[worth.end() :]
    raw, *feedback = split(text, "#")
    told = Decimal(worth[1].replace(",", ".")) if worth else None
    return Answer(mark, raw.strip(), told, "#".join(feedback).strip())
