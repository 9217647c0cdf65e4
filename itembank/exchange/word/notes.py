"""Footnotes and endnotes of a Word file, by number."""

from __future__ import annotations

import unicodedata

from lxml.etree import _Element

from .legacy_fonts import to_unicode
from .names import W, value
from .package import Package
from .styles import Styles, read_properties


def notes_of(package: Package, styles: Styles) -> dict[tuple[str, str], str]:
    """(`footnote` or `endnote`, id) -> its text."""
    found: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        root = package.related(kind + "s")
        for note in () if root is None else root.iter(W + kind):
            if value(note, "type") in {None, "normal"}:
                words = [_run_text(run, styles) for run in note.iter(W + "r")]
                text = " ".join("".join(words).split())
                found[kind, value(note, "id") or ""] = unicodedata.normalize("NFC", text)
    return found


def _run_text(run: _Element, styles: Styles) -> str:
    properties = read_properties(run.find(W + "rPr"))
    font = properties.font or styles.of_styles("", "").font
    return "".join(to_unicode(t.text or "", font) for t in run.iter(W + "t"))
