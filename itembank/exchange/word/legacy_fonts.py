"""Vietnamese text typed with fonts that carry their own encoding, into Unicode (NFC).

Two encodings are met in old school files: TCVN3 («ABC», fonts .VnTime, .VnArial, ...; capitals
with tones exist only in the fonts whose names end in H) and VNI (fonts VNI-Times, ...; a letter
followed by a sign of its own). Word stores both as Latin-1 characters, so only the font of a run
tells them from ordinary text. Code points: TCVN 5712:1993 VN3; VNI for Windows.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Encoding = Literal["tcvn3", "vni"]

_TCVN3_LETTERS = {
    0xA1: "Ă", 0xA2: "Â", 0xA3: "Ê", 0xA4: "Ô", 0xA5: "Ơ", 0xA6: "Ư", 0xA7: "Đ",
    0xA8: "ă", 0xA9: "â", 0xAA: "ê", 0xAB: "ô", 0xAC: "ơ", 0xAD: "ư", 0xAE: "đ",
}  # fmt: skip
_TCVN3_TONED = {  # first code point: the letters that follow from it, without gaps
    0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò", 0xE1: "ỏõóọồổỗốộờởỡớợù", 0xF1: "ủũúụừửữứựỳỷỹýỵ",
}  # fmt: skip
TCVN3 = _TCVN3_LETTERS | {
    start + step: letter
    for start, letters in _TCVN3_TONED.items()
    for step, letter in enumerate(letters)
}

_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ROOF = {"à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323", "â": ""}
_BREVE = {"è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323", "ê": ""}
_SIGNED = {  # base letter -> (sign -> letter and marks)
    "a": {s: "a" + m for s, m in _TONES.items()}
    | {s: "a\u0302" + m for s, m in _ROOF.items()}
    | {s: "a\u0306" + m for s, m in _BREVE.items()},
    "e": {s: "e" + m for s, m in _TONES.items()} | {s: "e\u0302" + m for s, m in _ROOF.items()},
    "o": {s: "o" + m for s, m in _TONES.items()} | {s: "o\u0302" + m for s, m in _ROOF.items()},
    "u": {s: "u" + m for s, m in _TONES.items()},
    "y": {s: "y" + m for s, m in _TONES.items()},
    "ô": {s: "o\u031b" + m for s, m in _TONES.items()},
    "ö": {s: "u\u031b" + m for s, m in _TONES.items()},
}
_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni() -> dict[str, str]:
    pairs = {base + sign: made for base, signs in _SIGNED.items() for sign, made in signs.items()}
    table = {}
    for source, made in (pairs | _ALONE).items():
        letter = unicodedata.normalize("NFC", made)
        table[source] = letter
        for capital in {source.upper(), source[0].upper() + source[1:]}:
            table[capital] = letter.upper()
    return table


VNI = _vni()
VNI_SIGNS = frozenset(s for signs in _SIGNED.values() for s in signs) | frozenset(
    s.upper() for signs in _SIGNED.values() for s in signs
)
_VNI_PIECES = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
_BEYOND_LATIN_1 = re.compile("[\u0100-\u1fff]")


def encoding_of(font: str | None) -> Encoding | None:
    """The encoding that a font's name implies."""
    name = (font or "").lower()
    if name.startswith(".vn"):
        return "tcvn3"
    return "vni" if name.startswith(("vni-", "vni ")) else None


def to_unicode(text: str, font: str | None) -> str:
    """The text as Unicode NFC. Text that is already Vietnamese Unicode stays as it is."""
    encoding = encoding_of(font)
    if encoding is not None and not _BEYOND_LATIN_1.search(text):
        if encoding == "tcvn3":
            text = text.translate(TCVN3)
            if (font or "").lower().endswith("h"):
                text = text.upper()
        else:
            text = _VNI_PIECES.sub(lambda m: VNI[m[0]], text)
    return unicodedata.normalize("NFC", text)


_LEFTOVER = re.compile(
    r"[A-Za-z][®¸µ¶·¹¨©ª«¬\u00ad»¼½¾§][A-Za-z ]|[®§][Ò-ÿa-z]|[A-Za-z][ÒÖÕÔ][a-z]"
)


def looks_unconverted(text: str) -> bool:
    """Whether text seems to be in a legacy encoding although its font does not say so."""
    return len(_LEFTOVER.findall(text)) >= 2
