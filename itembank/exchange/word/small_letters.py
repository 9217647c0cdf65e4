"""Options typed as a), b), c), d), and signs of the key typed behind an option."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .marks import FEATURES, marked_statements, statement_bases
from .raw import RawPaper, RawQuestion, SaidKey
from .said_keys import letters_in
from .strip import Strip, plain_strip
from .zone import main_questions

_FEWEST = 3
_SIGN_BEHIND = re.compile(r"\s+(?:[*✓✔√]|\((?:đúng|đáp\s*án(?:\s*đúng)?)\))\s*$", re.IGNORECASE)


def small_letters_as_options(
    paper: RawPaper,
    table: Mapping[int, Sequence[SaidKey]],
    solutions: Mapping[int, Sequence[RawQuestion]],
) -> None:
    """Statements that are options after all: the part says so, a key is one letter, or every
    question of the part has exactly one mark.
    """
    questions = [q for q in main_questions(paper) if q.statements and not q.options]
    for part in {q.part for q in questions}:
        here = [q for q in questions if q.part == part]
        kind = paper.parts[part].kind
        if kind in {"tf_cluster", "essay"}:
            continue
        if kind == "choice" or _keys_are_letters(here, table) or _one_mark_each(here):
            for question in here:
                _promote(question)
                for answer in solutions.get(id(question), []):
                    _promote(answer)


def _keys_are_letters(
    questions: Sequence[RawQuestion], table: Mapping[int, Sequence[SaidKey]]
) -> bool:
    said = [[*question.keys, *table.get(id(question), [])] for question in questions]
    keys = [key.text for keys in said for key in keys]
    return bool(keys) and all(len(letters_in(key)) == 1 and len(key.strip()) <= 2 for key in keys)


def _one_mark_each(questions: Sequence[RawQuestion]) -> bool:
    if len(questions) < _FEWEST:
        return False
    base = statement_bases(questions)
    return any(
        all(len(marked_statements(q, feature, base[feature])) == 1 for q in questions)
        for feature in FEATURES
        if feature != "italic"
    )


def _promote(question: RawQuestion) -> None:
    for statement in question.statements:
        statement.letter = statement.letter.upper()
    question.options, question.statements = question.statements, []


def trailing_signs_to_labels(question: RawQuestion) -> None:
    """«B. Hà Nội *»: the sign goes to the label, where signs are looked for."""
    for option in question.options:
        last = option.body[-1] if option.body else None
        match = _SIGN_BEHIND.search(last.text) if isinstance(last, Strip) else None
        if match and isinstance(last, Strip) and last.text[: match.start()].strip():
            option.label = option.label + plain_strip("*")
            option.body[-1] = last[: match.start()]
