"""Vietnamese is the source; English is looked up by the Vietnamese sentence itself.

Translations stand in `en/*.json`, one file a work area, and are merged when the program starts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol

from starlette.requests import Request

from itembank.errors import Message

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Bilingual(Message):
    """A sentence that comes in both languages, such as what the numbers say of themselves."""

    english: str = ""

    def __str__(self) -> str:
        return self.template


class Words(Protocol):
    """How a sentence reaches the reader's language."""

    def __call__(self, message: Message | str, **params: object) -> str: ...


def language(request: Request) -> str:
    """The language this browser has switched to; Vietnamese until then."""
    return "en" if request.cookies.get("khaothi_lang") == "en" else "vi"


@cache
def english() -> dict[str, str]:
    merged: dict[str, str] = {}
    folder = resources.files(__package__) / "en"
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".json"):
            merged |= json.loads(entry.read_text(encoding="utf-8"))
    return merged


def translate(message: Message | str, lang: str, **params: Any) -> str:
    """The sentence in `lang`; Vietnamese where no translation exists."""
    if isinstance(message, Bilingual):
        return message.english if lang == "en" else message.template
    template, values = (
        (message.template, {**message.params, **params})
        if isinstance(message, Message)
        else (message, params)
    )
    chosen = english().get(template, template) if lang == "en" else template
    if not values:
        return chosen
    shown = {k: translate(v, lang) if isinstance(v, Message) else v for k, v in values.items()}
    return chosen.format(**shown)


def words(request: Request) -> Words:
    lang = language(request)
    return lambda message, **params: translate(message, lang, **params)
