"""Speed and memory of importing Word files.

Run with ``python -m benchmarks.exchange``; one JSON line a figure. The files are made here: items
with equations and pictures, each picture another, keys underlined.
"""

from __future__ import annotations

import io
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from benchmarks.figure import Figure, at_most
from itembank.exchange.word import import_word

MB = 1_000_000
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:m="{OFFICE}/math" xmlns:r="{OFFICE}/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "40.docx", Path(folder) / "2000.docx"
        write_paper(small, 40, side=600)
        write_paper(large, 2_000, side=200)
        yield _timed("40 items with equations and pictures", small, 40, 5.0)
        before = _peak()
        yield _timed("2,000 items with equations and pictures", large, 2_000, 180.0)
        grown = (_peak() - before) / MB
        yield at_most("memory of importing 2,000 items", grown, "MB", 1_000.0)


def _timed(name: str, file: Path, n_items: int, target: float) -> Figure:
    started = time.perf_counter()
    report = import_word(file)
    seconds = time.perf_counter() - started
    right = sum(item.is_settled and len(item.formulas) == 5 for item in report.items)
    if right != n_items:
        raise SystemExit(f"{file.name}: {right} of {n_items} items came in right")
    return at_most(name, seconds, "s", target)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def write_paper(file: Path, n_items: int, *, side: int) -> None:
    """A paper of this many items, each with five equations and a picture of its own."""
    rng = random.Random(20261122)
    body, relations = [], []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1, n_items + 1):
            archive.writestr(f"word/media/{number}.png", _picture(rng, side))
            relations.append(
                f'<Relationship Id="p{number}" Type="{OFFICE}/relationships/image" '
                f'Target="media/{number}.png"/>'
            )
            body += _item(number, rng)
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", _relations(
            f'<Relationship Id="d" Type="{OFFICE}/relationships/officeDocument" '
            'Target="word/document.xml"/>'
        ))  # fmt: skip
        archive.writestr("word/_rels/document.xml.rels", _relations("".join(relations)))
        text = f"<w:document {SPACES}><w:body>{''.join(body)}</w:body></w:document>"
        archive.writestr("word/document.xml", text)


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{RELATIONS}">{inner}</Relationships>'


def _picture(rng: random.Random, side: int) -> bytes:
    out = io.BytesIO()
    noise = Image.frombytes("L", (side // 8, side // 8), rng.randbytes((side // 8) ** 2))
    noise.resize((side, side)).convert("RGB").save(out, "PNG")
    return out.getvalue()


def _item(number: int, rng: random.Random) -> Iterator[str]:
    key = rng.randrange(4)
    yield _line(_run(f"Câu {number}. ", "<w:b/>"), _run("Cho biểu thức "), _formula(number))
    yield _line(_drawing(number))
    for index, letter in enumerate("ABCD"):
        look = '<w:u w:val="single"/>' if index == key else ""
        yield _line(_run(letter, look), _run(". "), _formula(number + index + 1))


def _line(*parts: str) -> str:
    return f"<w:p>{''.join(parts)}</w:p>"


def _run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _formula(number: int) -> str:
    def r(text: object) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    power = f"<m:sSup><m:e>{r('x')}</m:e><m:sup>{r(number % 9)}</m:sup></m:sSup>"
    return f"<m:oMath><m:f><m:num>{power}</m:num><m:den>{r(number)}</m:den></m:f></m:oMath>"


def _drawing(number: int) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="{number}" '
        f'name="h{number}"/><a:graphic><a:graphicData uri="picture"><pic:pic><pic:blipFill>'
        f'<a:blip r:embed="p{number}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


if __name__ == "__main__":
    for figure in figures():
        sys.stdout.write(figure.as_json() + "\n")
