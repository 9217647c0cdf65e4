"""What a person typed into a form, as values; what cannot be one is told beside its field."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from itembank.curriculum import SUBJECTS
from itembank.errors import Invalid, KhaothiError, Message, Problem, problem
from itembank.people.intake.unit_list import read_day
from itembank.people.models import Unit

Word = TypeVar("Word", bound=StrEnum)
LONGEST = 2_000


class Typed:
    """The fields of one form."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    def text(self, name: str) -> str:
        value = self._form.get(name)
        return value.strip()[:LONGEST] if isinstance(value, str) else ""

    def many(self, name: str, known: Mapping[str, str]) -> list[str]:
        return [v for v in self._form.getlist(name) if isinstance(v, str) and v in known]

    def day(self, name: str) -> date:
        found = self.day_or_none(name)
        if found is None:
            raise wrong(name, "Chọn ngày.")
        return found

    def day_or_none(self, name: str) -> date | None:
        text = self.text(name)
        found = read_day(text)
        if text and (found is None or not 1900 <= found.year <= 2200):
            raise wrong(name, "Ngày phải ghi dạng 31/12/2026.")
        return found

    def whole(self, name: str) -> int | None:
        text = self.text(name)
        if text and not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise wrong(name, "Ghi một số.")
        return int(text) if text else None

    def word(self, name: str, kind: type[Word]) -> Word:
        if self.text(name) not in {one.value for one in kind}:
            raise wrong(name, "Chọn một mục.")
        return kind(self.text(name))

    def subject(self, name: str = "subject") -> str | None:
        code = self.text(name)
        if code and code not in SUBJECTS:
            raise wrong(name, "Chọn môn học.")
        return code or None

    def unit(self, db: Session, name: str) -> Unit:
        found = self.unit_or_none(db, name)
        if found is None:
            raise wrong(name, "Chọn đơn vị.")
        return found

    def unit_or_none(self, db: Session, name: str) -> Unit | None:
        try:
            return db.get(Unit, uuid.UUID(self.text(name)))
        except ValueError:
            return None

    def typed(self) -> dict[str, str]:
        """What was typed, to be shown again."""
        return {name: self.text(name) for name in self._form if name != "csrf_token"}


def wrong(where: str, what: str | Message) -> Invalid:
    return Invalid("Có chỗ cần sửa; chưa ghi gì.", problems=[problem(where, what)])


def beside_fields(form: str, error: KhaothiError) -> list[Problem]:
    """The problems with the ids that fields of this form have; a refusal stands at its top."""
    found = [Problem(Message(f"{form}-{p.where}"), p.what) for p in error.problems]
    return found or [Problem(Message(form), error.message)]
