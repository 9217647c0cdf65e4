"""What stands inside a paragraph: runs, formulas, pictures, fields, notes, text boxes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lxml.etree import _Element

from ...errors import msg
from . import omml
from .document import Atom, Break, Doubt, Formula, Image, Look, Note, Tab, Text
from .eq_field import tex_of_field
from .images import Pictures
from .legacy_fonts import VNI_SIGNS, encoding_of, to_unicode
from .names import MC, WP, A, M, O, R, V, W, local, value
from .ole_formula import formula_of
from .package import Package
from .styles import Properties, Styles, look_of, read_properties
from .symbol_font import char_of_symbol

_THROUGH = {
    "ins", "moveTo", "hyperlink", "smartTag", "customXml", "sdtContent", "dir", "bdo", "fldSimple",
    "ruby", "rubyBase",
}  # fmt: skip
_FIGURES = ("chart", "relIds", "wsp", "wgp", "wpc", "shape", "rect", "oval", "line", "roundrect",
            "group")  # fmt: skip
_NOT_DRAWN = Doubt(
    msg(
        "Hình vẽ bằng công cụ của Word (Shapes, biểu đồ, SmartArt) chưa đọc được; trong Word, "
        "cắt hình rồi dán lại kiểu PNG."
    )
)


class _Pass:
    """One reading of one paragraph."""

    def __init__(self, style: str) -> None:
        self.style = style
        self.atoms: list[Atom] = []
        self.fonts: list[str | None] = []  # of each atom, for letters split over runs
        self.boxes: list[_Element] = []
        self.fields: list[_Field] = []

    def add(self, atom: Atom, font: str | None = None) -> None:
        self.atoms.append(atom)
        self.fonts.append(font)


class _Field:
    def __init__(self) -> None:
        self.code = ""
        self.in_result = False
        self.has_result = False


class InlineReader:
    def __init__(
        self,
        package: Package,
        styles: Styles,
        pictures: Pictures,
        notes: dict[tuple[str, str], str],
    ) -> None:
        self._package = package
        self._styles = styles
        self._pictures = pictures
        self._notes = notes
        self._looks: dict[tuple[str, str, bytes], tuple[Properties, Look]] = {}

    def read(self, paragraph: _Element, style: str) -> tuple[tuple[Atom, ...], list[_Element]]:
        """The atoms of a paragraph, and the text boxes anchored in it."""
        state = _Pass(style)
        self._children(paragraph, state)
        return _merged(state), state.boxes

    def _children(self, parent: _Element, state: _Pass) -> None:
        for element in parent:
            name = local(element)
            if name == "r":
                self._run(element, state)
            elif name in _THROUGH:
                self._children(element, state)
            elif name == "sdt":
                if element.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
                    self._children(element, state)
            elif name in {"oMath", "oMathPara"}:
                self._math(element, state)
            elif name == "AlternateContent":
                self._alternative(element, state, self._children)

    def _alternative(
        self, element: _Element, state: _Pass, read: Callable[[_Element, _Pass], None]
    ) -> None:
        """The first alternative that gives anything; the others say the same in older words."""
        before = (len(state.atoms), len(state.boxes))
        for choice in (
            *element.iterchildren(MC + "Choice"),
            *element.iterchildren(MC + "Fallback"),
        ):
            read(choice, state)
            if (len(state.atoms), len(state.boxes)) != before:
                return

    def _math(self, element: _Element, state: _Pass) -> None:
        display = local(element) == "oMathPara"
        look = self._look_of_math(element, state)
        for formula in element.iter(M + "oMath") if display else (element,):
            tex = omml.tex_of(formula)
            if tex:
                state.add(Formula(tex, display, look))

    def _look_of_math(self, element: _Element, state: _Pass) -> Look:
        return self._look(element.find(f".//{W}rPr"), state.style)[1]

    def _look(self, given: _Element | None, style: str) -> tuple[Properties, Look]:
        own = read_properties(given)
        character = value(given.find(W + "rStyle")) if given is not None else None
        found = own.over(self._styles.of_styles(style, character or ""))
        return found, look_of(found)

    def _run(self, run: _Element, state: _Pass) -> None:
        properties, look = self._look(run.find(W + "rPr"), state.style)
        for element in run:
            name = local(element)
            if name == "fldChar":
                self._field(element, state)
            elif name == "instrText":
                if state.fields:
                    state.fields[-1].code += element.text or ""
            elif not properties.hidden and not self._is_in_code(state):
                self._content(element, name, properties, look, state)

    def _is_in_code(self, state: _Pass) -> bool:
        return any(not field.in_result for field in state.fields)

    def _field(self, element: _Element, state: _Pass) -> None:
        step = value(element, "fldCharType")
        if step == "begin":
            state.fields.append(_Field())
        elif step == "separate" and state.fields:
            state.fields[-1].in_result = True
        elif step == "end" and state.fields:
            closed = state.fields.pop()
            if closed.code.strip().upper().startswith("EQ") and not self._is_in_code(state):
                tex = tex_of_field(closed.code)
                state.add(Formula(tex) if tex else _unread_field())

    def _content(
        self, element: _Element, name: str, properties: Properties, look: Look, state: _Pass
    ) -> None:
        font = properties.font
        match name:
            case "t":
                state.add(Text(element.text or "", look), font)
            case "tab" | "ptab":
                state.add(Tab(look))
            case "br":
                if value(element, "type") in {None, "textWrapping"}:
                    state.add(Break())
            case "cr":
                state.add(Break())
            case "noBreakHyphen":
                state.add(Text("-", look))
            case "softHyphen":
                if encoding_of(font) == "tcvn3":  # the letter ư of these fonts
                    state.add(Text("\u00ad", look), font)
            case "sym":
                code, of_font = value(element, "char") or "", value(element, "font") or ""
                state.add(Text(char_of_symbol(of_font, code), look))
            case "footnoteReference" | "endnoteReference":
                self._note(element, name, state)
            case "drawing":
                self._drawing(element, state)
            case "pict":
                self._vml(element, state)
            case "object":
                self._object(element, look, state)
            case "AlternateContent":
                self._alternative(
                    element, state, lambda e, s: self._run_parts(e, properties, look, s)
                )

    def _run_parts(
        self, parent: _Element, properties: Properties, look: Look, state: _Pass
    ) -> None:
        for element in parent:
            self._content(element, local(element), properties, look, state)

    def _note(self, element: _Element, name: str, state: _Pass) -> None:
        kind = name.removesuffix("Reference")
        number = value(element, "id") or ""
        text = self._notes.get((kind, number), "")
        if text:
            mark = str(1 + sum(isinstance(a, Note) for a in state.atoms))
            state.add(Note(mark, text))

    def _drawing(self, element: _Element, state: _Pass) -> None:
        blips = list(element.iter(A + "blip"))
        boxes = _text_boxes(element)
        told = element.find(f".//{WP}docPr")
        alt = "" if told is None else told.get("descr") or ""
        floating = element.find(WP + "anchor") is not None
        for blip in blips:
            name = blip.get(R + "embed") or blip.get(R + "link") or ""
            state.add(self._picture(name, alt, floating))
        state.boxes += boxes
        if not blips and not boxes:
            state.add(_NOT_DRAWN)

    def _picture(self, name: str, alt: str, floating: bool) -> Image | Doubt:
        found = self._pictures.of_relationship(self._package.main, name)
        return replace(found, alt=alt, is_floating=floating) if isinstance(found, Image) else found

    def _vml(self, element: _Element, state: _Pass) -> None:
        images = [e for e in element.iter(V + "imagedata") if e.get(R + "id")]
        boxes = _text_boxes(element)
        for image in images:
            alt = image.get(O + "title") or ""
            state.add(self._picture(image.get(R + "id") or "", alt, floating=False))
        state.boxes += boxes
        if not images and not boxes and any(local(e) in _FIGURES for e in element.iter()):
            state.add(_NOT_DRAWN)

    def _object(self, element: _Element, look: Look, state: _Pass) -> None:
        """An embedded object: a formula is read, of anything else the picture is kept."""
        embedded = element.find(O + "OLEObject")
        program = "" if embedded is None else embedded.get("ProgID") or ""
        if embedded is not None and program.startswith(("Equation", "MathType")):
            tex = formula_of(self._package, embedded.get(R + "id") or "")
            if tex:
                state.add(Formula(tex, look=look))
                return
            state.add(
                Doubt(
                    msg(
                        "Công thức MathType không đọc được nên giữ hình xem trước; gõ lại công thức "
                        "bằng Equation của Word."
                    )
                )
            )
        elif embedded is not None:
            state.add(
                Doubt(
                    msg(
                        "Đối tượng nhúng «{program}» không được mở; chỉ giữ hình xem trước.",
                        program=program or "OLE",
                    )
                )
            )
        preview = element.find(f".//{V}imagedata")
        if preview is not None:
            state.add(self._picture(preview.get(R + "id") or "", "", floating=False))


def _unread_field() -> Doubt:
    return Doubt(msg("Công thức gõ bằng trường EQ chưa đọc được; gõ lại bằng Equation của Word."))


def _text_boxes(element: _Element) -> list[_Element]:
    """Text boxes, outermost first, none inside another and no fallback read beside its choice."""
    found = []
    for box in element.iter(W + "txbxContent"):
        if not any(
            above.tag in {W + "txbxContent", MC + "Fallback"} for above in _between(box, element)
        ):
            found.append(box)
    return found


def _between(inner: _Element, outer: _Element) -> list[_Element]:
    found = []
    for above in inner.iterancestors():
        if above is outer:
            break
        found.append(above)
    return found


def _merged(state: _Pass) -> tuple[Atom, ...]:
    """Texts in Unicode; neighbours that look the same joined, so no label is split over runs."""
    made: list[Atom] = []
    fonts = state.fonts
    _join_split_letters(state)
    for atom, font in zip(state.atoms, fonts, strict=True):
        if isinstance(atom, Text):
            atom = replace(atom, text=to_unicode(atom.text, font))
            if not atom.text:
                continue
            last = made[-1] if made else None
            if isinstance(last, Text) and last.look == atom.look:
                made[-1] = Text(to_unicode(last.text + atom.text, None), atom.look)
                continue
        made.append(atom)
    return tuple(made)


def _join_split_letters(state: _Pass) -> None:
    """In VNI a letter and its sign may stand in two runs: the sign moves to its letter."""
    for index in range(1, len(state.atoms)):
        before, here = state.atoms[index - 1], state.atoms[index]
        if not (isinstance(before, Text) and isinstance(here, Text)):
            continue
        if encoding_of(state.fonts[index]) != "vni" or encoding_of(state.fonts[index - 1]) != "vni":
            continue
        if here.text[:1] in VNI_SIGNS and before.text[-1:].isalpha() and here.text:
            state.atoms[index - 1] = replace(before, text=before.text + here.text[0])
            state.atoms[index] = replace(here, text=here.text[1:])
