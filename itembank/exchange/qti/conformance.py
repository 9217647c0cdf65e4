"""Folders of `item.xml` (or `test.xml`) with `cases.json`: responses in, outcomes expected.

The shape of `cases.json`::

    {"id": …, "seed": 1, "cases": [{"name": …, "responses": {"RESPONSE": "A"},
      "expect": {"outcomes": {"SCORE": 1}, "score": 1, "modalFeedbackIdentifiers": [],
                 "itemBodyContains": []}}]}

Beside `responses` a case may have `attempts`, a list of responses to be submitted one after the
other, and `seed`. A case marked `xfail` says that processing is expected to be refused or to give
something else; it passes either way and is told apart by its mark. For a test, `responses` and
`items` are keyed by the identifiers of the item references.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import Invalid, KhaothiError, msg
from ...scoring.qti.body import body_text, markup, resolved
from ...scoring.qti.declarations import json_value
from ...scoring.qti.evaluation import ItemResult
from ...scoring.qti.item_session import QtiItem, SessionState, begin, read_item, submit
from ...scoring.qti.outcome_session import (
    ItemReference,
    QtiTest,
    TestState,
    process_test,
    read_test,
    result_of,
)
from ...scoring.qti.values import parse_duration, parse_number
from ..guards import files_below
from ..qti_xml import read_root

DEFAULT_SEED = 1
TOLERANCE = 1e-9
ITEM_FILES = ("item.xml", "test.xml")
Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    item: str
    case: str
    expected: Any
    got: Any


@dataclass(frozen=True, slots=True)
class Conformance:
    cases: int
    failed: tuple[Failure, ...]

    @property
    def passed(self) -> int:
        return self.cases - len(self.failed)


def conformance_json(found: Conformance) -> dict[str, Any]:
    return {
        "cases": found.cases,
        "passed": found.passed,
        "failed": [
            {"item": f.item, "case": f.case, "expected": f.expected, "got": f.got}
            for f in found.failed
        ],
    }


def check_folder(folder: Path) -> Conformance:
    """Run every case below `folder`. Raises Invalid where there is none."""
    cases, failed = 0, list[Failure]()
    for path in files_below(folder, suffix=".json"):
        if path.name != "cases.json":
            continue
        count, failures = _check_item(path, folder)
        cases += count
        failed += failures
    if not cases:
        raise Invalid(
            msg("Trong «{folder}» không có cặp item.xml và cases.json nào.", folder=str(folder)),
            code="no_cases",
        )
    return Conformance(cases, tuple(failed))


def _check_item(path: Path, folder: Path) -> tuple[int, list[Failure]]:
    told = json.loads(path.read_text(encoding="utf-8"))
    name = str(path.parent.relative_to(folder))
    name = path.parent.name if name == "." else name
    cases = told.get("cases", [])
    failures = (_check_case(path.parent, name, told, case) for case in cases)
    return len(cases), [failure for failure in failures if failure is not None]


def _check_case(place: Path, item: str, told: Found, case: Found) -> Failure | None:
    expected = case.get("expect", {})
    try:
        got = _run(place, told, case)
    except (KhaothiError, RecursionError) as error:
        got = {"error": str(error)}
    wrong = [key for key in expected if not _agrees(key, expected[key], got)]
    if not wrong or case.get("xfail") or (expected.get("error") and "error" in got):
        return None
    return Failure(
        item,
        str(case.get("name", "")),
        {key: expected[key] for key in wrong},
        {key: _comparable(key, expected[key], got) for key in wrong},
    )


def _run(place: Path, told: Found, case: Found) -> dict[str, Any]:
    path = next((place / name for name in ITEM_FILES if (place / name).is_file()), None)
    if path is None:
        raise Invalid("Thiếu tệp item.xml bên cạnh cases.json.", code="no_item")
    root = read_root(path.read_bytes(), "assessmentItem", "assessmentTest")
    seed = int(case.get("seed", told.get("seed", DEFAULT_SEED)))
    if root.name == "assessmentTest":
        return _test_outcome(read_test(root), place, case, seed)
    item = read_item(root)
    return _item_outcome(item, _session(item, case, seed))


def _session(item: QtiItem, case: Found, seed: int) -> SessionState:
    state = begin(item, seed=seed)
    tries = case.get("attempts") or [case.get("responses", {})]
    for responses in tries:
        given = responses.get("responses", responses) if isinstance(responses, dict) else {}
        state = submit(item, state, given, seconds=float(given.get("duration") or 0.0))
    return state


def _item_outcome(item: QtiItem, state: SessionState) -> dict[str, Any]:
    body = resolved(item, state)
    told = {name: json_value(value) for name, value in state.outcomes.items()}
    variables = state.variables.items()
    return {
        "outcomes": told,
        "score": state.score,
        "maxScore": told.get("MAXSCORE"),
        "completionStatus": told.get("completionStatus"),
        "modalFeedbackIdentifiers": list(state.feedback),
        "templates": _scope(state, "template"),
        "responses": _scope(state, "response"),
        "correctResponses": {name: json_value(v.correct) for name, v in variables},
        "body": [] if body is None else [body_text(body), markup(body)],
    }


def _scope(state: SessionState, scope: str) -> dict[str, Any]:
    names = (name for name, declared in state.variables.items() if declared.scope == scope)
    return {name: json_value(state.values.get(name)) for name in names}


def _test_outcome(test: QtiTest, place: Path, case: Found, seed: int) -> dict[str, Any]:
    results = [_result(reference, place, case, seed) for reference in test.items]
    state: TestState = process_test(test, results, seed=seed)
    told = {name: json_value(value) for name, value in state.outcomes.items()}
    return {
        "outcomes": told,
        "score": told.get("SCORE") or 0.0,
        "modalFeedbackIdentifiers": list(state.feedback),
        "testFeedbackIdentifiers": list(state.feedback),
    }


def _result(reference: ItemReference, place: Path, case: Found, seed: int) -> ItemResult:
    item = read_item(read_root(_beside(place, reference.href), "assessmentItem"))
    given = case.get("responses", {}).get(reference.identifier)
    state = None if given is None else submit(item, begin(item, seed=seed), given)
    return result_of(reference, item, state)


def _beside(place: Path, href: str) -> bytes:
    """An item file next to the test; nothing outside its folder is opened."""
    path = (place / href).resolve()
    if not path.is_relative_to(place.resolve()) or not path.is_file():
        raise Invalid(msg("Đề nhắc tới «{href}» nhưng không có tệp ấy.", href=href), code="no_item")
    return path.read_bytes()


_WORDS = {"feedback": "modalFeedbackIdentifiers", "templateVariables": "templates"}


def _comparable(key: str, expected: Any, got: Found) -> Any:
    if "error" in got:
        return got["error"]
    if key.startswith("itemBody"):
        return got.get("body", [""])[:1]
    found = got.get(_WORDS.get(key, key))
    if isinstance(expected, dict) and isinstance(found, dict):
        return {name: found.get(name) for name in expected}
    return found


def _agrees(key: str, expected: Any, got: Found) -> bool:
    if "error" in got:
        return key == "error"
    if key.startswith("itemBody"):
        return _body_agrees(key, expected, got.get("body", []))
    found = got.get(_WORDS.get(key, key))
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(agree(value, found.get(name)) for name, value in expected.items())
    if key.endswith("Identifiers") and isinstance(expected, list):
        return sorted(map(str, expected)) == sorted(map(str, found or []))
    return agree(expected, found)


def _body_agrees(key: str, expected: Any, bodies: Sequence[str]) -> bool:
    wanted = expected if isinstance(expected, list) else [expected]
    present = [any(part in body for body in bodies) for part in wanted]
    return not any(present) if "Not" in key else all(present)


def agree(expected: Any, got: Any) -> bool:
    """Equality as JSON means it: 1 and 1.0, null and an empty text; floats within 1e-9."""
    if expected in (None, "", []) or got in (None, "", []):
        return expected in (None, "", []) and got in (None, "", [])
    if isinstance(expected, bool) or isinstance(got, bool):
        return str(expected).lower() == str(got).lower()
    if isinstance(expected, int | float) or isinstance(got, int | float):
        return _near(expected, got)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(agree, expected, got))
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(agree(v, got[k]) for k, v in expected.items())
    return str(expected) == str(got)


def _near(expected: Any, got: Any) -> bool:
    numbers = [_number(value) for value in (expected, got)]
    if numbers[0] is None or numbers[1] is None:
        return False
    return math.isclose(numbers[0], numbers[1], rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _number(value: Any) -> float | None:
    """A number, a number written as text, or the seconds of an ISO 8601 duration."""
    if isinstance(value, int | float):
        return value
    found = parse_number(str(value))
    return parse_duration(str(value)) if found is None else found
