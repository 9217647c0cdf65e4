"""All that a paper says about the key of each question, gathered before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from .marks import Convention, convention_of, marked_options, marked_statements
from .patterns import LEADING_TRUTH, TRAILING_TRUTH
from .raw import RawOption, RawPaper, RawQuestion, SaidKey
from .said_keys import (
    is_blank,
    is_true,
    letters_chosen,
    letters_in,
    truth_at_start,
    truths_in,
)
from .small_letters import small_letters_as_options, trailing_signs_to_labels
from .strip import Strip
from .zone import keys_from_zone, main_questions, solutions_from_zone

Truths = dict[str, bool]


@dataclass(frozen=True, slots=True)
class Claim:
    """One source's word on the key: letters, truths of statements, or a text for short answers."""

    source: str  # "mark", "line", "table", "solution"
    letters: frozenset[str] = frozenset()
    truths: tuple[tuple[str, bool], ...] = ()
    text: str = ""
    said: SaidKey | None = None


@dataclass(slots=True)
class Evidence:
    claims: list[Claim] = field(default_factory=list)
    retold: list[RawQuestion] = field(default_factory=list)  # the question in the answer section

    def letters(self) -> list[Claim]:
        return [claim for claim in self.claims if claim.letters]

    def truths(self) -> list[Claim]:
        return [claim for claim in self.claims if claim.truths]

    def texts(self) -> list[Claim]:
        return [claim for claim in self.claims if claim.text and not is_blank(claim.text)]


def gathered(paper: RawPaper) -> tuple[dict[int, Evidence], Convention]:
    """Evidence for each question of the paper, by `id`, and the file's convention of marks."""
    questions = main_questions(paper)
    table, solutions = keys_from_zone(paper), solutions_from_zone(paper)
    small_letters_as_options(paper, table, solutions)
    for question in paper.questions:
        trailing_signs_to_labels(question)
    found = {}
    for question in questions:
        evidence = Evidence(retold=solutions.get(id(question), []))
        for said in table.get(id(question), []):
            evidence.claims.append(_claim("table", said, question))
        _said_in(question, question, "line", evidence)
        for answer in evidence.retold:
            _said_in(answer, question, "solution", evidence)
            _said_by_stem(answer, question, evidence)
        found[id(question)] = evidence
    convention = _add_marks(paper, questions, found)
    return found, convention


def _letters(question: RawQuestion) -> list[str]:
    return [statement.letter for statement in question.statements]


def _claim(source: str, said: SaidKey, question: RawQuestion) -> Claim:
    if question.statements and not question.options:
        truths = truths_in(said.text, _letters(question))
        return Claim(source, truths=tuple(sorted(truths.items())), text=said.text, said=said)
    if question.options:
        return Claim(source, letters=letters_in(said.text), text=said.text, said=said)
    return Claim(source, text=said.text, said=said)


def _said_in(spoken: RawQuestion, question: RawQuestion, source: str, evidence: Evidence) -> None:
    """Keys in the lines «Đáp án: ...» and in the solution of `spoken`."""
    for said in spoken.keys:
        if not is_blank(said.text):
            evidence.claims.append(_claim(source, said, question))
    truths: Truths = {}
    for piece, place in spoken.solution:
        if not isinstance(piece, Strip):
            continue
        text = piece.plain()
        if question.statements and not question.options:
            truths |= truth_at_start(text, _letters(question))
        elif question.options and (letters := letters_chosen(text)):
            evidence.claims.append(Claim("solution", letters=letters, said=SaidKey(text, place)))
        elif not question.options and len(spoken.solution) == 1 and not spoken.keys:
            evidence.claims.append(Claim("only", text=text, said=SaidKey(text, place)))
    if truths:
        evidence.claims.append(Claim("solution", truths=tuple(sorted(truths.items()))))


def _said_by_stem(answer: RawQuestion, question: RawQuestion, evidence: Evidence) -> None:
    """«Câu 1. B», «Câu 2: a) Đúng ...» in the answer section: the stem is the key."""
    text = answer.stem_text()
    if question.options and not answer.options:
        letters = letters_in(text) if _is_short_key(text) else letters_chosen(text)
        if letters:
            said = SaidKey(text, answer.place)
            evidence.claims.append(Claim("solution", letters=letters, said=said))
    elif question.statements and not question.options:
        words = [text, *(f"{o.letter}) {o.text()}" for o in answer.statements)]
        truths: Truths = {}
        for word in words:
            truths |= truths_in(word, _letters(question))
        if truths:
            evidence.claims.append(Claim("solution", truths=tuple(sorted(truths.items()))))
    elif text and not answer.options:
        said = SaidKey(text, answer.place)
        evidence.claims.append(Claim("retold", text=text, said=said))


def _is_short_key(text: str) -> bool:
    """`B`, `B.`, `B. Vì ...`, not a sentence that happens to begin with a capital."""
    rest = text.strip().lstrip("*([")
    return (
        len(rest) < 3
        or (not rest[1:2].isalnum() and rest[1:3].strip()[:1] in {".", ":", ")", "]", "-", "–", ""})
        or rest[1:2] == "\t"
    )


def _add_marks(
    paper: RawPaper, questions: list[RawQuestion], found: dict[int, Evidence]
) -> Convention:
    said = {}
    for question in questions:
        claims = found[id(question)]
        told = {c.letters for c in claims.letters()} | {
            frozenset(k for k, v in c.truths if v) for c in claims.truths()
        }
        if len(told) == 1:
            said[id(question)] = told.pop()
    convention = convention_of(questions, said)
    for question in questions:
        found[id(question)].claims += _marks_of(question, convention)
        found[id(question)].claims += _truths_at_ends(question)
    retold = [q for q in paper.questions if q.in_zone and q.options]
    again = convention_of(retold, {})
    for question in questions:
        for answer in found[id(question)].retold:
            if answer.options and question.options:
                found[id(question)].claims += _marks_of(answer, again)
    return convention


def _marks_of(question: RawQuestion, convention: Convention) -> list[Claim]:
    if question.options:
        base = convention.option_base
        marks = [marked_options(question, f, base[f]) for f in convention.options]
        return [Claim("mark", letters=letters) for letters in marks if letters]
    claims = []
    for feature in convention.statements:
        letters = marked_statements(question, feature, convention.statement_base[feature])
        if letters:
            truths = tuple((s.letter, s.letter in letters) for s in question.statements)
            claims.append(Claim("mark", truths=truths))
    return claims


def _truths_at_ends(question: RawQuestion) -> list[Claim]:
    """«a) ... (Đúng)»: the truth written at either end of a statement, taken out of its text."""
    if question.options:
        return []
    ends = [_truth_at_end(statement) for statement in question.statements]
    sure = all(ends) or any(end and len(end[0]) > 1 for end in ends)
    if not sure:  # «(S)» on one statement is the name of an area
        return []
    truths: Truths = {}
    for statement, end in zip(question.statements, ends, strict=True):
        if end is not None:
            statement.body[end[1]] = end[2]
            truths[statement.letter] = is_true(end[0])
    return [Claim("line", truths=tuple(sorted(truths.items())))] if truths else []


def _truth_at_end(statement: RawOption) -> tuple[str, int, Strip] | None:
    """The truth written behind or before a statement: its word, and the piece without it."""
    last = statement.body[-1] if statement.body else None
    trailing = TRAILING_TRUTH.search(last.text) if isinstance(last, Strip) else None
    if trailing and isinstance(last, Strip):
        return trailing["boxed"] or trailing["bare"], -1, last[: trailing.start()]
    first = statement.body[0] if statement.body else None
    leading = LEADING_TRUTH.match(first.text) if isinstance(first, Strip) else None
    if leading and isinstance(first, Strip):
        return leading["truth"], 0, first[leading.end() :]
    return None
