"""How the lab's pages reach the reader's language."""

from __future__ import annotations

from fastapi import Request

from ..i18n import language, translate
from .charts.svg import Words


def words(request: Request) -> Words:
    lang = language(request)
    return lambda message, **params: translate(message, lang, **params)
