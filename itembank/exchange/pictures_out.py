"""Pictures of the bank for programs that take pixels only: a drawing is set as the printer sets it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import typst
from PIL import Image

DOTS_PER_INCH = 220


@dataclass(frozen=True, slots=True)
class Raster:
    """`width` and `height` in the picture's own units, as a page of 96 dots an inch counts them."""

    body: bytes
    width: int
    height: int


@lru_cache(maxsize=256)
def as_raster(media_type: str, body: bytes) -> Raster:
    """PNG or JPEG bytes; SVG is drawn, WebP is encoded anew."""
    if media_type == "image/svg+xml":
        return _drawn(body)
    with Image.open(io.BytesIO(body)) as picture:
        width, height = picture.size
        if media_type in {"image/png", "image/jpeg"}:
            return Raster(body, width, height)
        out = io.BytesIO()
        picture.convert("RGBA").save(out, "PNG")
    return Raster(out.getvalue(), width, height)


def _drawn(svg: bytes) -> Raster:
    page = '#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image("drawing.svg")'
    files: Any = {"main.typ": page.encode(), "drawing.svg": svg}
    made = typst.compile(files, format="png", ppi=DOTS_PER_INCH)
    with Image.open(io.BytesIO(made)) as picture:
        width, height = picture.size
    scale = 96 / DOTS_PER_INCH
    return Raster(made, round(width * scale), round(height * scale))
