"""The curriculum as data: subjects, topics, outcomes. Read once from the files beside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

SUBJECTS: dict[str, str] = {
    "toan": "Toán",
    "ngu-van": "Ngữ văn",
    "tieng-anh": "Tiếng Anh",
    "vat-li": "Vật lí",
    "hoa-hoc": "Hóa học",
    "sinh-hoc": "Sinh học",
    "lich-su": "Lịch sử",
    "dia-li": "Địa lí",
    "gdktpl": "Giáo dục kinh tế và pháp luật",
    "tin-hoc": "Tin học",
    "cong-nghe": "Công nghệ",
    "khtn": "Khoa học tự nhiên",
    "khxh": "Khoa học xã hội",
}
LETTERS: dict[str, str] = {
    "toan": "T", "ngu-van": "V", "tieng-anh": "A", "vat-li": "L", "hoa-hoc": "H",
    "sinh-hoc": "S", "lich-su": "U", "dia-li": "D", "gdktpl": "G", "tin-hoc": "I",
    "cong-nghe": "C", "khtn": "N", "khxh": "X",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """A yêu cầu cần đạt, in the project's own words."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The curriculum a subject's topics come from, and whether its wording was checked with it."""

    subject: str
    version: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Topic:
    code: str
    name: str
    grade: int
    strand: str
    outcomes: tuple[Outcome, ...]
    curriculum: str = ""


@cache
def topics(subject: str) -> tuple[Topic, ...]:
    """Topics of a subject in the file's order; none where no file exists yet."""
    document = _document(subject)
    if document is None:
        return ()
    return tuple(_topic(entry, document["curriculum"]) for entry in document["topics"])


@cache
def curriculum(subject: str) -> Curriculum | None:
    """Version and standing of a subject's topics; None where no file exists yet."""
    document = _document(subject)
    if document is None:
        return None
    return Curriculum(subject, document["curriculum"], document["verified"])


def _document(subject: str) -> dict[str, Any] | None:
    file = resources.files(__package__) / "data" / f"{subject}.yaml"
    if subject not in SUBJECTS or not file.is_file():
        return None
    document: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return document


def _topic(entry: dict[str, Any], version: str) -> Topic:
    return Topic(
        code=entry["code"],
        name=entry["name"],
        grade=entry["grade"],
        strand=entry.get("strand", ""),
        outcomes=tuple(Outcome(o["code"], o["text"]) for o in entry["outcomes"]),
        curriculum=version,
    )


def topic(code: str) -> Topic | None:
    return next((t for t in topics(code.partition(".")[0]) if t.code == code), None)


def topic_name(code: str) -> str:
    found = topic(code)
    return found.name if found else code


def outcome_text(code: str) -> str:
    for found in topics(code.partition(".")[0]):
        for outcome in found.outcomes:
            if outcome.code == code:
                return outcome.text
    return code
