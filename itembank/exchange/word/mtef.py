"""MathType and Equation Editor formulas (MTEF 3 and 5) as a tree of records. Pure.

Layout of the records: the published description of MTEF by the makers of MathType (versions 3
and 5). A formula is untrusted input: lengths are checked, depth and number are bounded.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

DEEPEST = 60
MOST_RECORDS = 20_000
_NUDGE, _LINE_SPACING, _RULER, _NULL, _EMBELLISHED = 0x08, 0x04, 0x02, 0x01, 0x01
_OLE_HEADER = 28  # EQNOLEFILEHDR


class UnreadableFormula(ValueError):
    """The bytes are not a formula of a version that is understood."""


@dataclass(frozen=True, slots=True)
class Char:
    code: int
    typeface: int  # 1 text, 2 function, 3 variable, 4/5 Greek, 6 symbol, 7 vector, 8 number, ...
    embellishments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A slot or a row; None in a template's list stands for a slot that is absent."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Template:
    selector: int  # numbered as in version 5
    variation: int
    slots: tuple[Line | None, ...]
    chars: tuple[Char, ...] = ()


@dataclass(frozen=True, slots=True)
class Pile:
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    n_columns: int
    cells: tuple[Line, ...]


Node = Char | Template | Pile | Matrix | Line


def read_ole_stream(raw: bytes) -> Line:
    """The formula in an «Equation Native» stream, which starts with a header of 28 bytes."""
    if len(raw) < _OLE_HEADER + 6:
        raise UnreadableFormula("too short")
    header = int.from_bytes(raw[:2], "little")
    return read(raw[header if header == _OLE_HEADER else _OLE_HEADER :])


def read(raw: bytes) -> Line:
    """The formula in MTEF bytes. Raises UnreadableFormula."""
    try:
        if raw[0] == 5:
            return _Reader5(raw).formula()
        if raw[0] in (2, 3):
            return _Reader3(raw).formula()
    except (IndexError, RecursionError) as error:
        raise UnreadableFormula("cut short") from error
    raise UnreadableFormula(f"MTEF version {raw[0]}")


class _Reader(ABC):
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0
        self._count = 0
        self._depth = 0

    def _byte(self) -> int:
        found = self._raw[self._at]
        self._at += 1
        return found

    def _word(self) -> int:
        return self._byte() | self._byte() << 8

    def _name(self) -> str:
        end = self._raw.find(b"\0", self._at)
        if end < 0:
            raise UnreadableFormula("name without an end")
        found, self._at = self._raw[self._at : end], end + 1
        return found.decode("latin-1")

    def _nudge(self, options: int) -> None:
        if options & _NUDGE and self._word() == 0x8080:
            self._at += 4

    def _ruler(self) -> None:
        for _ in range(self._byte()):
            self._at += 3

    @abstractmethod
    def _record(self) -> tuple[int, int]:
        """Kind and options of the next record."""

    @abstractmethod
    def _skip(self, kind: int) -> bool:
        """Pass over a record that draws nothing; False where the kind is not such a one."""

    @abstractmethod
    def _char(self, options: int) -> Char: ...

    @abstractmethod
    def _template(self, options: int) -> Template: ...

    def formula(self) -> Line:
        parts = self._list()
        if not parts:
            raise UnreadableFormula("empty")
        return Line(tuple(part for part in parts if part is not None))

    def _list(self) -> list[Node | None]:
        """Records up to the end of the list; None for a slot that is absent."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnreadableFormula("too deep")
        found: list[Node | None] = []
        while self._at < len(self._raw):
            self._count += 1
            if self._count > MOST_RECORDS:
                raise UnreadableFormula("too long")
            kind, options = self._record()
            if kind == 0:
                break
            if not self._skip(kind):
                found.append(self._node(kind, options))
        self._depth -= 1
        return found

    def _node(self, kind: int, options: int) -> Node | None:
        match kind:
            case 1:
                return self._line(options)
            case 2:
                return self._char(options)
            case 3:
                return self._template(options)
            case 4:
                return self._pile(options)
            case 5:
                return self._matrix(options)
        raise UnreadableFormula(f"record {kind}")

    def _line(self, options: int) -> Line | None:
        self._nudge(options)
        if options & _LINE_SPACING:
            self._word()
        if options & _RULER:
            self._ruler_record()
        if options & _NULL:
            return None
        return Line(tuple(part for part in self._list() if part is not None))

    def _ruler_record(self) -> None:
        kind, _ = self._record()
        if kind != 7:
            raise UnreadableFormula("ruler")
        self._ruler()

    def _pile(self, options: int) -> Pile:
        self._nudge(options)
        self._word()  # alignment
        if options & _RULER:
            self._ruler_record()
        return Pile(tuple(part for part in self._list() if isinstance(part, Line)))

    def _matrix(self, options: int) -> Matrix:
        self._nudge(options)
        self._at += 3  # alignment
        rows, columns = self._byte(), self._byte()
        self._at += (2 * (rows + 1) + 7) // 8 + (2 * (columns + 1) + 7) // 8
        cells = [part if isinstance(part, Line) else Line(()) for part in self._list()]
        return Matrix(max(columns, 1), tuple(cells))

    def _embellishments(self) -> tuple[int, ...]:
        found: list[int] = []
        while True:
            kind, options = self._record()
            if kind == 0:
                return tuple(found)
            if self._skip(kind):
                continue
            if kind != 6:
                raise UnreadableFormula("embellishment")
            self._nudge(options)
            found.append(self._byte())

    def _filled(self, selector: int, variation: int) -> Template:
        parts = self._list()
        slots: list[Line | None] = []
        for part in parts:
            if part is None or isinstance(part, Line):
                slots.append(part)
            elif isinstance(part, Pile | Matrix):
                slots.append(Line((part,)))
        chars = tuple(part for part in parts if isinstance(part, Char))
        return Template(selector, variation, tuple(slots), chars)


class _Reader5(_Reader):
    """MathType 4 and later."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self._at = 5
        self._name()  # application
        self._byte()  # inline or display

    def _record(self) -> tuple[int, int]:
        kind = self._byte()
        has_options = 1 <= kind <= 6
        return kind, self._byte() if has_options else 0

    def _skip(self, kind: int) -> bool:
        if 10 <= kind <= 14:
            return True
        if kind >= 100:
            self._at += self._unsigned()
            return True
        rule = {
            7: self._ruler, 8: self._font_style, 9: self._size, 15: self._unsigned,
            16: self._colour, 17: self._font, 18: self._preferences, 19: self._name,
        }.get(kind)  # fmt: skip
        if rule is None:
            return False
        rule()
        return True

    def _unsigned(self) -> int:
        first = self._byte()
        return self._word() if first == 0xFF else first

    def _font_style(self) -> None:
        self._unsigned()
        self._byte()

    def _font(self) -> None:
        self._unsigned()
        self._name()

    def _size(self) -> None:
        first = self._byte()
        self._at += 2 if first == 101 else 3 if first == 100 else 1

    def _colour(self) -> None:
        options = self._byte()
        self._at += 8 if options & 1 else 6
        if options & 4:
            self._name()

    def _preferences(self) -> None:
        self._byte()
        for _ in range(2):  # sizes, then spaces: runs of half-bytes, each closed by 0xF
            self._dimensions(self._byte())
        for _ in range(self._byte()):
            if self._byte():
                self._byte()

    def _dimensions(self, count: int) -> None:
        while count > 0:
            pair = self._byte()
            count -= pair >> 4 == 0xF
            if count > 0:
                count -= pair & 0xF == 0xF

    def _char(self, options: int) -> Char:
        self._nudge(options)
        typeface = self._byte()
        if typeface == 0xFF:
            typeface = self._word() & 0xFF
        code = 0 if options & 0x20 else self._word()
        if options & 0x04:
            position = self._byte()
        elif options & 0x10:
            position = self._word()
        else:
            position = 0
        marks = self._embellishments() if options & _EMBELLISHED else ()
        return Char(code or position, typeface - 128, marks)

    def _template(self, options: int) -> Template:
        self._nudge(options)
        selector = self._byte()
        variation = self._byte()
        if variation & 0x80:
            variation = variation & 0x7F | self._byte() << 8
        self._byte()  # options of the template: only how it stretches
        return self._filled(selector, variation)


# Selectors of version 3 (Equation Editor) and what they are in version 5. Intervals, arrows,
# integrals and scripts carry part of their meaning in the selector itself.
_SAME = {**dict(zip(range(8), range(8), strict=True)), 13: 10, 14: 11, 16: 12, 17: 13, 27: 24,
         28: 24, 40: 26, 41: 11}  # fmt: skip
_SUMS = {29: 16, 31: 17, 33: 18, 35: 19, 37: 20}
_INTERVALS = {8: 0x22, 9: 0x33, 10: 0x23, 11: 0x12, 12: 0x30}
_FENCE_SIDES = {0: 3, 1: 1, 2: 2}
_LIMITS = {0: 0x10, 1: 0x30, 2: 0x00}  # of sums: lower, both, none
_INTEGRAL_LIMITS = {0: 0x00, 1: 0x10, 2: 0x30, 3: 0x04, 4: 0x14}


class _Reader3(_Reader):
    """Equation Editor 3 and MathType 3; also what LibreOffice writes."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self._at = 5

    def _record(self) -> tuple[int, int]:
        tag = self._byte()
        return tag & 0x0F, tag >> 4

    def _skip(self, kind: int) -> bool:
        if 10 <= kind <= 14:
            return True
        if kind == 7:
            self._ruler()
        elif kind == 8:
            self._word()
            self._name()
        elif kind == 9:
            first = self._byte()
            self._at += 2 if first == 101 else 3 if first == 100 else 1
        else:
            return False
        return True

    def _char(self, options: int) -> Char:
        self._nudge(options)
        typeface = self._byte() - 128
        code = self._word()
        marks = self._embellishments() if options & 0x02 else ()
        return Char(code, typeface, marks)

    def _template(self, options: int) -> Template:
        self._nudge(options)
        selector, variation = self._byte(), self._byte()
        self._byte()
        filled = self._filled(*_as_version_5(selector, variation))
        return filled


def _as_version_5(selector: int, variation: int) -> tuple[int, int]:
    if selector in _INTERVALS:
        return 9, _INTERVALS[selector]
    if selector <= 7:
        return selector, _FENCE_SIDES.get(variation, 3)
    if selector in (15, 44):
        return {0: 28, 1: 27, 2: 29}.get(variation, 29), int(selector == 44)
    if 18 <= selector <= 20:
        side = {18: 0x10, 19: 0x20, 20: 0x30}[selector]
        return 14, side | (0x08 if variation == 1 else 0x04)
    if 21 <= selector <= 26:
        signs = (selector - 21) % 3 + 1
        limits = _INTEGRAL_LIMITS if selector < 24 else {0: 0x30, 1: 0x10, 2: 0x10}
        return 15, signs | limits.get(variation, 0)
    return _sums_and_others(selector, variation)


def _sums_and_others(selector: int, variation: int) -> tuple[int, int]:
    if selector in _SUMS or selector - 1 in _SUMS:
        kind = _SUMS.get(selector) or _SUMS[selector - 1]
        return kind, _LIMITS.get(variation, 0x30)
    if selector == 39:
        return 23, {0: 0x20, 1: 0x10, 2: 0x30}.get(variation, 0x10)
    if selector in (27, 28):
        return 24, int(selector == 27)
    if selector == 41:
        return 11, 2
    if selector in (46, 47):
        return 31, (4 if selector == 46 else 0) | {0: 1, 1: 2, 2: 3}.get(variation, 2)
    if selector in (42, 43):
        return selector - 21, 0x30
    if selector in _SAME:
        return _SAME[selector], variation
    raise UnreadableFormula(f"template {selector} of version 3")


def parts_of(line: Line | None) -> Sequence[Node]:
    return () if line is None else line.parts
