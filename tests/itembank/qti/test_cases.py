"""Items with expected outcomes: our own for every element name, and an independent program's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from itembank.errors import Invalid
from itembank.exchange.qti.conformance import agree, check_folder, conformance_json
from itembank.exchange.qti_xml import read_xml
from itembank.scoring.qti.operators import OPERATORS
from itembank.scoring.qti.rules import STATEMENTS
from itembank.scoring.qti.standard_templates import TEMPLATES, template_name

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path.parent for path in CASES.rglob("cases.json"))

# Outside expectations that contradict the specification, with its paragraph
# (docs/reference/qti-operators.md, "Deliberate differences").
DELIBERATE = {
    (
        "mapResponse_bounds_default_duplicates",
        "duplicate responses are counted (and then clamped)",
    ): "QTI 2.2 mapResponse: a value that stands in a container twice is counted once only",
}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_our_own_cases(folder: Path) -> None:
    assert check_folder(folder).failed == ()


def test_every_element_name_has_its_case() -> None:
    met: set[str] = set()
    templates: set[str] = set()
    for path in CASES.rglob("*.xml"):
        root = read_xml(path.read_bytes())
        met |= {node.name for node in root.below()}
        templates |= {template_name(n.get("template")) for n in root.find("responseProcessing")}
    named = set(OPERATORS) | set(STATEMENTS)
    assert named <= met, named - met
    assert set(TEMPLATES) <= templates


def test_the_135_cases_of_an_independent_program(reference_cases: Path) -> None:
    """pie-framework/pie-qti, fixtures of packages/item-player (45 items, 135 cases)."""
    found = check_folder(reference_cases)
    assert found.cases == 135
    assert {(failure.item, failure.case) for failure in found.failed} == set(DELIBERATE)


def test_the_report_has_the_agreed_shape(tmp_path: Path) -> None:
    _planted(tmp_path, expected=7)
    told = conformance_json(check_folder(tmp_path))
    assert json.loads(json.dumps(told)) == {
        "cases": 1,
        "passed": 0,
        "failed": [
            {
                "item": "planted",
                "case": "one",
                "expected": {"outcomes": {"SCORE": 7}},
                "got": {"outcomes": {"SCORE": 1.0}},
            }
        ],
    }


def _planted(folder: Path, *, expected: int) -> None:
    place = folder / "planted"
    place.mkdir()
    (place / "item.xml").write_text(
        '<assessmentItem><outcomeDeclaration identifier="SCORE" cardinality="single" '
        'baseType="float"/><itemBody/><responseProcessing><setOutcomeValue identifier="SCORE">'
        '<baseValue baseType="float">1</baseValue></setOutcomeValue></responseProcessing>'
        "</assessmentItem>"
    )
    case = {"name": "one", "responses": {}, "expect": {"outcomes": {"SCORE": expected}}}
    (place / "cases.json").write_text(json.dumps({"cases": [case]}))


def test_a_folder_without_cases_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="không có cặp"):
        check_folder(tmp_path)


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        (1, 1.0, True),
        (0.1 + 0.2, 0.3, True),
        (1, 1.001, False),
        (None, None, True),
        ("", None, True),
        (0, None, False),
        (False, None, False),
        (True, "true", True),
        (["A", "B"], ["A", "B"], True),
        (["A", "B"], ["B", "A"], False),
        ("2", 2, True),
        (1, True, False),
    ],
)
def test_values_are_compared_as_json_means_them(expected: object, got: object, same: bool) -> None:
    assert agree(expected, got) is same
