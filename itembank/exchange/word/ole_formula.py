"""Formulas in OLE objects (MathType, Equation Editor): their TeX. Nothing is ever executed."""

from __future__ import annotations

import io

import olefile

from ...errors import KhaothiError
from . import mtef, mtef_tex
from .package import Package

_STREAM = "Equation Native"
MOST_BYTES = 2_000_000


def formula_of(package: Package, name: str) -> str:
    """TeX of the formula in the object a relationship of the document names; '' if unreadable."""
    related = package.relationships(package.main).get(name)
    if related is None or related.is_external or related.target not in package:
        return ""
    try:
        return tex_of_object(package.read(related.target))
    except KhaothiError:
        return ""


def tex_of_object(raw: bytes) -> str:
    """TeX of the formula in an OLE file; '' where there is none or it cannot be read."""
    if len(raw) > MOST_BYTES or not olefile.isOleFile(io.BytesIO(raw)):
        return ""
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            if not ole.exists(_STREAM):
                return ""
            native = ole.openstream(_STREAM).read(MOST_BYTES)
        return mtef_tex.tex_of(mtef.read_ole_stream(native))
    except (mtef.UnreadableFormula, OSError, ValueError, IndexError, TypeError):
        return ""
