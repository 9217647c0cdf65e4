"""Every sentence a person can read has its English; no translation is left over or breaks a value."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from api.i18n import english

ROOT = Path(__file__).parent.parent
PACKAGES = ("itembank", "delivery", "api")
CALLS = {"msg": 0, "Message": 0, "t": 0, "no": 1, "problem": None, "Problem": None}
ERRORS = {"Invalid", "Refused", "NotFound", "Conflict", "TooLarge", "KhaothiError"}
TEMPLATE_CALL = re.compile(r"""\bt\(\s*("([^"\\]|\\.)*"|'([^'\\]|\\.)*')""")
VIETNAMESE = re.compile(
    r"[àáảãạăắằẳẵặâấầẩẫậđèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵ]", re.I
)


def _python_sentences(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            found |= _sentences_of_call(node)
    return found


def _sentences_of_call(node: ast.Call) -> set[str]:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name in CALLS:
        index = CALLS[name]
        chosen = node.args if index is None else node.args[index : index + 1]
    elif name in ERRORS or name.endswith(("Error", "Refused", "Tries", "Due", "SignedIn")):
        chosen = node.args[:1]
    else:
        return set()
    return {
        arg.value
        for arg in chosen
        if isinstance(arg, ast.Constant)
        and isinstance(arg.value, str)
        and VIETNAMESE.search(arg.value)
    }


def _page_sentences(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    return {found[0][1:-1].replace('\\"', '"') for found in TEMPLATE_CALL.findall(text)}


def all_sentences() -> dict[str, str]:
    """Sentence -> the file it was first seen in."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for sentence in _python_sentences(path):
                found.setdefault(sentence, str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "api").rglob("*.html")):
        for sentence in _page_sentences(path):
            found.setdefault(sentence, str(path.relative_to(ROOT)))
    return found


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_sentence_has_its_english() -> None:
    known = english()
    missing = [f"{where}: {text}" for text, where in all_sentences().items() if text not in known]
    assert not missing, f"{len(missing)} without English:\n" + "\n".join(sorted(missing))


def test_the_search_for_sentences_finds_a_planted_one(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text('raise Invalid("Câu chưa dịch {n}.", code="x")\n', encoding="utf-8")
    assert _python_sentences(planted) == {"Câu chưa dịch {n}."}


@pytest.mark.parametrize("template", sorted(english()))
def test_translation_keeps_the_values(template: str) -> None:
    assert _names(english()[template]) == _names(template)
