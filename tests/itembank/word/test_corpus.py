"""The corpus of Word files, item by item: right, or flagged; flagged only where there is cause."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from itembank.exchange.found import FoundItem, item_json
from itembank.exchange.word import import_word
from itembank.items.content import Choice
from itembank.items.html import assets_in

from .corpus.make_corpus import FOLDER, OFFICE, all_files, written

FILES = [*sorted(FOLDER.glob("*.docx")), *sorted(OFFICE.glob("*.docx"))]


@dataclass(frozen=True)
class Outcome:
    """How one item came in."""

    file: str
    number: int
    is_right: bool
    is_flagged: bool
    is_faulty: bool
    in_faulty_file: bool
    wrong: str = ""


def _expected(file: Path) -> list[dict[str, Any]]:
    told = json.loads((FOLDER / f"{file.stem}.json").read_text(encoding="utf-8"))
    items: list[dict[str, Any]] = told["items"]
    return items


def _words(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _differences(expected: dict[str, Any], item: FoundItem) -> list[str]:
    got = item_json(item)
    wrong = [
        f"{name}: {got.get(name)!r}, not {expected[name]!r}"
        for name in ("number", "kind", "stem", "key", "points", "images", "formulas", "stimulus")
        if name in expected and _words(got.get(name)) != _words(expected[name])
    ]
    if [_words(o) for o in got["options"]] != [_words(o) for o in expected["options"]]:
        wrong.append(f"options: {got['options']!r}")
    if expected.get("keeps_order"):
        part = item.content.interaction if item.content else None
        if not isinstance(part, Choice) or part.shuffle:
            wrong.append("options may be moved")
    if "level" in expected and (item.content is None or item.content.level != expected["level"]):
        wrong.append("level")
    return wrong


def outcomes(file: Path) -> list[Outcome]:
    expected, found = _expected(file), import_word(file).items
    name = f"{file.parent.name}/{file.stem}"
    faulty_file = any(e["flagged"] for e in expected)
    if len(expected) != len(found):
        numbers = [item.number for item in found]
        return [Outcome(name, 0, False, False, False, faulty_file, f"items found: {numbers}")]
    made = []
    for told, item in zip(expected, found, strict=True):
        wrong = _differences(told, item)
        made.append(
            Outcome(
                name,
                item.number,
                not wrong,
                bool(item.problems),
                told["flagged"],
                faulty_file,
                "; ".join(wrong) or "; ".join(str(p.what) for p in item.problems),
            )
        )
    return made


@pytest.fixture(scope="module")
def all_outcomes() -> list[Outcome]:
    return [outcome for file in FILES for outcome in outcomes(file)]


def test_the_corpus_is_large_and_from_two_writers() -> None:
    assert len({file.stem for file in FILES}) >= 40
    assert len(list(OFFICE.glob("*.docx"))) >= 15


def test_nothing_is_silently_wrong(all_outcomes: list[Outcome]) -> None:
    silent = [o for o in all_outcomes if not o.is_right and not o.is_flagged]
    assert not silent, "\n".join(f"{o.file} {o.number}: {o.wrong}" for o in silent)


def test_every_planted_fault_is_flagged(all_outcomes: list[Outcome]) -> None:
    missed = [o for o in all_outcomes if o.is_faulty and not o.is_flagged]
    assert not missed, "\n".join(f"{o.file} {o.number}" for o in missed)


def test_flags_are_not_a_way_out(all_outcomes: list[Outcome]) -> None:
    """Right and unflagged: 97 % in files without faults, 95 % of faultless items in the others."""
    for in_faulty_file, least in ((False, 0.97), (True, 0.95)):
        here = [o for o in all_outcomes if o.in_faulty_file is in_faulty_file and not o.is_faulty]
        clean = [o for o in here if o.is_right and not o.is_flagged]
        kind = "faultless items in faulty files" if in_faulty_file else "items of faultless files"
        print(
            f"{kind}: {len(clean)} of {len(here)} right and unflagged ({len(clean) / len(here):.1%})"
        )
        others = "\n".join(f"{o.file} {o.number}: {o.wrong}" for o in here if o not in clean)
        assert len(clean) >= least * len(here), others


def test_accuracy_item_by_item(all_outcomes: list[Outcome]) -> None:
    by_file: dict[str, list[Outcome]] = {}
    for outcome in all_outcomes:
        by_file.setdefault(outcome.file, []).append(outcome)
    for name, here in by_file.items():
        marks = "".join("!" if o.is_flagged else "." if o.is_right else "X" for o in here)
        print(f"{name:50} {marks}")
    right = sum(o.is_right or o.is_flagged for o in all_outcomes)
    print(f"{right} of {len(all_outcomes)} items right or flagged, in {len(by_file)} files")
    assert right == len(all_outcomes)


def test_the_committed_files_are_what_the_script_makes(tmp_path: Path) -> None:
    for make in all_files():
        written(make).save(tmp_path)
        for suffix in (".docx", ".json"):
            name = make.__name__ + suffix
            assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_pictures_of_items_are_named_in_their_content() -> None:
    for item in import_word(FOLDER / "pictures.docx").items:
        assert item.content is not None
        named = assets_in(item.content.model_dump_json())
        assert {image.sha256 for image in item.images} == set(named)
