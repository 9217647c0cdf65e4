"""Run the Python blocks of a page one after the other and compare what they print.

A block marked ``python`` is run; the block marked ``text`` after it is what it must print.
``python tools/run_tutorial.py PAGE`` says where they differ, ``--write`` puts what was printed into the page.
"""

import argparse
import contextlib
import difflib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A block of code, what the page says it prints, and where that stands in the page."""

    code: str
    line: int
    expected: str
    output_span: tuple[int, int] | None


def steps_of(page: str) -> Iterator[Step]:
    """The blocks of code with the outputs that follow them."""
    blocks = list(BLOCK.finditer(page))
    for i, block in enumerate(blocks):
        if block[1] == "python":
            following = blocks[i + 1] if i + 1 < len(blocks) else None
            has_output = following is not None and following[1] == "text"
            output = following if has_output else None
            yield Step(
                block[2],
                page[: block.start(2)].count("\n") + 1,
                output[2] if output else "",
                output.span(2) if output else None,
            )


def printed(page: str, folder: Path) -> Iterator[tuple[Step, str]]:
    """Run all blocks in one namespace, in a folder of their own."""
    namespace: dict[str, object] = {"__name__": "__tutorial__"}
    before = Path.cwd()
    os.chdir(folder)
    try:
        for step in steps_of(page):
            out = io.StringIO()
            code = compile("\n" * (step.line - 1) + step.code, "page", "exec")
            with contextlib.redirect_stdout(out):
                exec(code, namespace)
            yield step, out.getvalue()
    finally:
        os.chdir(before)


def differences(page: str, folder: Path) -> list[str]:
    """Where the page says something else than what is printed."""
    found = []
    for step, out in printed(page, folder):
        if out != step.expected:
            lines = difflib.unified_diff(
                step.expected.splitlines(), out.splitlines(), "page", "printed", lineterm=""
            )
            found.append(f"line {step.line}:\n" + "\n".join(lines))
    return found


def rewritten(page: str, folder: Path) -> str:
    """The page with what was printed."""
    outputs = [(step.output_span, out) for step, out in printed(page, folder) if step.output_span]
    for (start, end), out in reversed(outputs):
        page = page[:start] + out + page[end:]
    return page


def main() -> int:
    """Compare, or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--write", action="store_true", help="put what is printed into the page")
    options = parser.parse_args()
    page = options.page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        if options.write:
            options.page.write_text(rewritten(page, Path(folder)), encoding="utf-8")
            return 0
        found = differences(page, Path(folder))
    print("\n".join(found) or "the page is right")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
