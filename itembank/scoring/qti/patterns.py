"""Regular expressions of XML Schema in time linear in the text: no backtracking, so no trap.

Grammar: W3C XML Schema 1.0 part 2, appendix F. A pattern covers the whole text. A `^` at the start
and a `$` at the end, which the appendix knows only as letters, are taken for the anchors their
authors meant; so are `(?:`, and a lazy `?` after a quantifier, which changes nothing here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .errors import bad_pattern

LONGEST_PATTERN = 2_000
LONGEST_TEXT = 20_000
MOST_STATES = 4_000
MOST_STEPS = 2_000_000
DEEPEST_GROUP = 60

Test = Callable[[str], bool]


def full_match(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """True when the pattern covers all of `text`. Raises ProcessingError for a bad pattern."""
    if len(text) > LONGEST_TEXT:
        return False
    return _compiled(pattern, ignore_case).accepts(text)


@lru_cache(maxsize=500)
def _compiled(pattern: str, ignore_case: bool) -> _Automaton:
    if len(pattern) > LONGEST_PATTERN:
        raise bad_pattern(pattern)
    return _Builder(pattern, ignore_case).build()


@dataclass(frozen=True, slots=True)
class _Letter:
    fits: Test


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Either:
    branches: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: _Part
    least: int
    most: int | None


_Part = _Letter | _Sequence | _Either | _Repeat


class _Automaton:
    """Thompson's construction: `steps[s]` are letters with targets, `free[s]` moves without one."""

    def __init__(self) -> None:
        self.steps: list[list[tuple[Test, int]]] = []
        self.free: list[list[int]] = []
        self.start = self.state()
        self.end = self.start

    def state(self) -> int:
        self.steps.append([])
        self.free.append([])
        return len(self.steps) - 1

    def accepts(self, text: str) -> bool:
        now = self._closure({self.start})
        budget = MOST_STEPS
        for letter in text:
            budget -= len(now)
            if budget < 0:
                raise bad_pattern("…")
            now = self._closure(
                {target for state in now for test, target in self.steps[state] if test(letter)}
            )
            if not now:
                return False
        return self.end in now

    def _closure(self, states: set[int]) -> set[int]:
        todo = list(states)
        while todo:
            for target in self.free[todo.pop()]:
                if target not in states:
                    states.add(target)
                    todo.append(target)
        return states


class _Builder:
    def __init__(self, pattern: str, ignore_case: bool) -> None:
        self._pattern = pattern
        self._ignore_case = ignore_case
        self._made = _Automaton()

    def build(self) -> _Automaton:
        bare = self._pattern.removeprefix("^")
        if bare.endswith("$") and not bare.endswith("\\$"):
            bare = bare[:-1]
        part = _Reader(bare, self._pattern, self._ignore_case).read()
        self._made.end = self._add(part, self._made.start)
        return self._made

    def _add(self, part: _Part, start: int) -> int:
        """Wire `part` behind state `start`; the state where it ends."""
        if len(self._made.steps) > MOST_STATES:
            raise bad_pattern(self._pattern)
        match part:
            case _Letter():
                end = self._made.state()
                self._made.steps[start].append((part.fits, end))
                return end
            case _Sequence():
                for one in part.parts:
                    start = self._add(one, start)
                return start
            case _Either():
                return self._join([self._add(one, self._branch(start)) for one in part.branches])
            case _Repeat():
                return self._repeat(part, start)

    def _branch(self, start: int) -> int:
        state = self._made.state()
        self._made.free[start].append(state)
        return state

    def _join(self, ends: list[int]) -> int:
        state = self._made.state()
        for end in ends:
            self._made.free[end].append(state)
        return state

    def _repeat(self, part: _Repeat, start: int) -> int:
        for _ in range(part.least):
            start = self._add(part.part, start)
        if part.most is None:
            loop = self._branch(start)
            self._made.free[self._add(part.part, loop)].append(loop)
            return self._join([loop])
        ends = [start]
        for _ in range(part.most - part.least):
            start = self._add(part.part, start)
            ends.append(start)
        return self._join(ends)


class _Reader:
    """Recursive descent over the pattern."""

    def __init__(self, bare: str, whole: str, ignore_case: bool) -> None:
        self._letters = bare
        self._whole = whole
        self._ignore_case = ignore_case
        self._at = 0
        self._depth = 0

    def read(self) -> _Part:
        part = self._either()
        if self._at < len(self._letters):
            raise bad_pattern(self._whole)
        return part

    def _peek(self) -> str:
        return self._letters[self._at] if self._at < len(self._letters) else ""

    def _take(self) -> str:
        letter = self._peek()
        if not letter:
            raise bad_pattern(self._whole)
        self._at += 1
        return letter

    def _skip(self, wanted: str) -> bool:
        if self._letters.startswith(wanted, self._at):
            self._at += len(wanted)
            return True
        return False

    def _either(self) -> _Part:
        branches = [self._sequence()]
        while self._skip("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else _Either(tuple(branches))

    def _sequence(self) -> _Part:
        parts: list[_Part] = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._quantified(self._atom()))
        return _Sequence(tuple(parts))

    def _atom(self) -> _Part:
        letter = self._take()
        if letter == "(":
            return self._group()
        if letter == "[":
            return _Letter(self._folding(self._class()))
        if letter == "\\":
            return _Letter(self._folding(self._escape()))
        if letter == ".":
            return _Letter(lambda seen: seen not in "\n\r")
        if letter in "?*+{}":
            raise bad_pattern(self._whole)
        return _Letter(self._folding(_exactly(letter)))

    def _group(self) -> _Part:
        self._skip("?:")
        self._depth += 1
        if self._depth > DEEPEST_GROUP:
            raise bad_pattern(self._whole)
        part = self._either()
        if not self._skip(")"):
            raise bad_pattern(self._whole)
        self._depth -= 1
        return part

    def _quantified(self, part: _Part) -> _Part:
        bounds = self._bounds()
        if bounds is None:
            return part
        self._skip("?")
        return _Repeat(part, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self._skip(sign):
                return bounds
        return self._counted() if self._skip("{") else None

    def _counted(self) -> tuple[int, int | None]:
        written, closed, rest = self._letters[self._at :].partition("}")
        self._at = len(self._letters) - len(rest)
        least, comma, most = written.partition(",")
        if not closed or not least.isdecimal() or (most and not most.isdecimal()):
            raise bad_pattern(self._whole)
        low = int(least[:6])
        high = (int(most[:6]) if most else None) if comma else low
        if low > MOST_STATES or (high is not None and not low <= high <= MOST_STATES):
            raise bad_pattern(self._whole)
        return low, high

    def _class(self) -> Test:
        negated = self._skip("^")
        tests: list[Test] = []
        taken: Test | None = None
        while not self._skip("]"):
            if tests and self._skip("-["):
                taken = self._class()
                if not self._skip("]"):
                    raise bad_pattern(self._whole)
                break
            tests.append(self._member())
        return _class_test(tests, negated, taken)

    def _member(self) -> Test:
        first = self._take()
        if first == "\\":
            if self._peek() in "dDwWsSiIcCpP":
                return self._escape()
            first = _ESCAPED.get(self._peek(), self._peek())
            self._take()
        if self._peek() != "-" or self._letters[self._at + 1 : self._at + 2] in {"]", "[", ""}:
            return _exactly(first)
        self._take()
        last = self._take()
        if last == "\\":
            last = self._take()
            last = _ESCAPED.get(last, last)
        if last < first:
            raise bad_pattern(self._whole)
        return lambda seen: first <= seen <= last

    def _escape(self) -> Test:
        letter = self._take()
        if letter in "pP":
            return self._property(negated=letter == "P")
        named = _NAMED.get(letter.lower())
        if named is not None and letter in "dDwWsSiIcC":
            return named if letter.islower() else _opposite(named)
        if letter.isalnum() and letter not in _ESCAPED:
            raise bad_pattern(self._whole)
        return _exactly(_ESCAPED.get(letter, letter))

    def _property(self, *, negated: bool) -> Test:
        if not self._skip("{"):
            raise bad_pattern(self._whole)
        name, closed, rest = self._letters[self._at :].partition("}")
        self._at = len(self._letters) - len(rest)
        if not closed or not name or name.startswith("Is"):
            raise bad_pattern(self._whole)
        test: Test = lambda seen: unicodedata.category(seen).startswith(name)  # noqa: E731
        return _opposite(test) if negated else test

    def _folding(self, test: Test) -> Test:
        if not self._ignore_case:
            return test
        return lambda seen: any(test(form) for form in _cases(seen))


def _cases(letter: str) -> Iterator[str]:
    yield letter
    yield from (form for form in (letter.lower(), letter.upper()) if len(form) == 1)


def _exactly(letter: str) -> Test:
    return lambda seen: seen == letter


def _opposite(test: Test) -> Test:
    return lambda seen: not test(seen)


def _class_test(tests: list[Test], negated: bool, taken: Test | None) -> Test:
    def fits(seen: str) -> bool:
        inside = any(test(seen) for test in tests) != negated
        return inside and not (taken is not None and taken(seen))

    return fits


def _starts_name(letter: str) -> bool:
    return letter.isalpha() or letter in "_:"


_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_NAMED: dict[str, Test] = {
    "d": str.isdecimal,
    "w": lambda seen: unicodedata.category(seen)[0] not in "PZC",
    "s": lambda seen: seen in " \t\n\r",
    "i": _starts_name,
    "c": lambda seen: _starts_name(seen) or seen.isdecimal() or seen in "-.·",
}
