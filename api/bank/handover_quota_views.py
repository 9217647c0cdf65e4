"""The form of a quota: which topics and levels, how many, what a shortage does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData

from itembank.curriculum import SUBJECTS, topic_name, topics
from itembank.forms.structures import ExamStructure, presets
from itembank.handover.models import Quota
from itembank.handover.quotas import BLOCK, SHORTAGE_NAMES, Cell, cells_of_structure, read
from itembank.handover.service import Wanted
from itembank.items.content import LEVEL_NAMES
from itembank.permissions import Actor, Role

LEVELS: tuple[tuple[str, str], ...] = (*LEVEL_NAMES.items(), ("", "Mọi cấp độ"))
MOST_PAPERS = 200


@dataclass(frozen=True, slots=True)
class TopicRow:
    """`boxes`: name of the field, level, what stands in it."""

    name: str
    boxes: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class QuotaPage:
    """`quota` is None for a new one; `subject` empty until a subject is chosen."""

    quota: Quota | None
    subjects: list[tuple[str, str]]
    subject: str
    subject_name: str
    grades: list[int]
    grade: int | None
    structures: list[ExamStructure]
    levels: list[str]
    rows: list[TopicRow]
    shortage_names: Mapping[str, str]
    typed: Mapping[str, str]
    problems: list[dict[str, str]]


def new_page(actor: Actor, asked: Mapping[str, str]) -> QuotaPage:
    """A quota begun: the subject first, then the grid; a structure fills it."""
    subject, grade = asked.get("mon", ""), _number(asked.get("lop", ""))
    structure = presets().get(asked.get("cau-truc", ""))
    cells: Sequence[Cell] = ()
    typed = {"title": "", "on_shortage": BLOCK, "reason": "", "source": ""}
    if structure is not None and structure.subject == subject:
        n_papers = min(MOST_PAPERS, _number(asked.get("so-de", "")) or 1)
        cells = cells_of_structure(structure, n_papers)
        typed["source"] = f"{structure.title}, {n_papers} đề"
    return _page(actor, subject, grade, _boxes(cells), typed)


def edit_page(actor: Actor, quota: Quota) -> QuotaPage:
    typed = {
        "title": quota.title,
        "on_shortage": quota.on_shortage,
        "reason": "",
        "source": quota.source,
    }
    boxes = _boxes(read(quota.cells))
    return _page(actor, quota.subject, quota.grade, boxes, typed, quota=quota)


def typed_page(
    actor: Actor,
    sent: FormData,
    *,
    problems: Sequence[dict[str, str]],
    quota: Quota | None = None,
) -> QuotaPage:
    """What was sent, with what is wrong."""
    typed = {name: str(value) for name, value in sent.items()}
    subject = quota.subject if quota else typed.get("subject", "")
    grade = quota.grade if quota else _number(typed.get("grade", ""))
    boxes = {name: value for name, value in typed.items() if name.startswith("o|")}
    return _page(actor, subject, grade, boxes, typed, quota=quota, problems=problems)


def _page(
    actor: Actor,
    subject: str,
    grade: int | None,
    boxes: Mapping[str, str],
    typed: Mapping[str, str],
    *,
    quota: Quota | None = None,
    problems: Sequence[dict[str, str]] = (),
) -> QuotaPage:
    known = topics(subject)
    return QuotaPage(
        quota=quota,
        subjects=[
            (code, name)
            for code, name in SUBJECTS.items()
            if actor.has(Role.EXAM_OFFICER, subject=code)
        ],
        subject=subject if subject in SUBJECTS else "",
        subject_name=SUBJECTS.get(subject, ""),
        grades=sorted({topic.grade for topic in known}),
        grade=grade,
        structures=[one for one in presets().values() if one.subject == subject],
        levels=[name for _, name in LEVELS],
        rows=_rows(subject, grade, boxes),
        shortage_names=SHORTAGE_NAMES,
        typed=typed,
        problems=list(problems),
    )


def _rows(subject: str, grade: int | None, boxes: Mapping[str, str]) -> list[TopicRow]:
    """Every topic of the grade, whatever else the boxes name, and one row for all topics."""
    wanted = [topic.code for topic in topics(subject) if grade is None or topic.grade == grade]
    named = [name.split("|")[1] for name in boxes if name.count("|") == 2]
    codes = list(dict.fromkeys([*wanted, *(code for code in named if code), ""]))
    return [
        TopicRow(
            topic_name(code) if code else "Mọi chủ đề",
            [
                (f"o|{code}|{level}", level, boxes.get(f"o|{code}|{level}", ""))
                for level, _ in LEVELS
            ],
        )
        for code in codes
    ]


def _boxes(cells: Sequence[Cell]) -> dict[str, str]:
    return {f"o|{cell.topic or ''}|{cell.level or ''}": str(cell.count) for cell in cells}


def wanted_from(sent: FormData) -> Wanted:
    """The form as a quota. A box that is no number counts as one too large, so that it is told."""
    cells = []
    for name, value in sent.items():
        if name.startswith("o|") and name.count("|") == 2 and str(value).strip():
            _, topic, level = name.split("|")
            count = _number(str(value))
            cells.append(Cell(topic or None, level if level in LEVEL_NAMES else None,
                              -1 if count is None else count))  # fmt: skip
    said = {name: str(sent.get(name) or "") for name in ("title", "subject", "on_shortage")}
    return Wanted(
        title=said["title"],
        subject=said["subject"],
        grade=_number(str(sent.get("grade") or "")),
        cells=tuple(cell for cell in cells if cell.count),
        on_shortage=said["on_shortage"],
        reason=str(sent.get("reason") or "")[:5_000],
        source=str(sent.get("source") or ""),
    )


def _number(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 6 else None
