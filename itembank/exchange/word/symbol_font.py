"""Characters inserted from the Symbol and Wingdings fonts, as Unicode.

Code points of the fonts: Adobe Symbol encoding; Wingdings of Windows. Word writes them with or
without the offset F000.
"""

from __future__ import annotations

_SYMBOL = dict(
    zip(
        range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True
    )
) | dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)) | {
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥",
    0x7E: "∼", 0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→",
    0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂",
    0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC4: "⊗", 0xC5: "⊕",
    0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xC9: "⊃", 0xCA: "⊇", 0xCB: "⊄", 0xCC: "⊂", 0xCD: "⊆",
    0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬",
    0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDD: "⇑", 0xDE: "⇒", 0xDF: "⇓", 0xE1: "⟨",
    0xE5: "∑", 0xF1: "⟩", 0xF2: "∫",
}  # fmt: skip
_WINGDINGS = {
    0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xA8: "□", 0x6F: "□", 0xE0: "→", 0xF0: "⇨", 0x2A: "✉",
    0x76: "❖", 0x6C: "●", 0x6E: "■", 0xA7: "▪",
}  # fmt: skip


def char_of_symbol(font: str, code: str) -> str:
    """The character; U+FFFD where the font's table has none."""
    try:
        number = int(code, 16)
    except ValueError:
        return "\ufffd"
    if number >= 0xF000:
        number -= 0xF000
    elif number > 0xFF:
        return chr(number)
    name = font.lower()
    table = _WINGDINGS if name.startswith("wingdings") else _SYMBOL if name == "symbol" else None
    if table is not None and number in table:
        return table[number]
    if 0x20 <= number < 0x7F and (table is None or name == "symbol"):
        return chr(number)
    return "\ufffd"
