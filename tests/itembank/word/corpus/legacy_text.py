"""Vietnamese text as the old fonts need it: the inverse of what the importer does, by hand."""

from __future__ import annotations

import unicodedata

_TCVN3 = (
    "ăâêôơưđ", "¨©ª«¬\u00ad®",
    "àảãáạ", "µ¶·¸¹", "ằẳẵắặ", "»¼½¾Æ", "ầẩẫấậ", "ÇÈÉÊË", "èẻẽéẹ", "ÌÎÏÐÑ", "ềểễếệ", "ÒÓÔÕÖ",
    "ìỉĩíị", "×ØÜÝÞ", "òỏõóọ", "ßáâãä", "ồổỗốộ", "åæçèé", "ờởỡớợ", "êëìíî", "ùủũúụ", "ïñòóô",
    "ừửữứự", "õö÷øù", "ỳỷỹýỵ", "úûüýþ", "ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§",
)  # fmt: skip
TCVN3 = {
    letter: code
    for letters, codes in zip(_TCVN3[::2], _TCVN3[1::2], strict=True)
    for letter, code in zip(letters, codes, strict=True)
}
_TONES = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_ROOF = {"\u0300": "à", "\u0301": "á", "\u0309": "å", "\u0303": "ã", "\u0323": "ä", "": "â"}
_BREVE = {"\u0300": "è", "\u0301": "é", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë", "": "ê"}
_I = {"ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ"}


def as_tcvn3(text: str) -> str:
    return "".join(TCVN3.get(char, char) for char in unicodedata.normalize("NFC", text))


def as_vni(text: str) -> str:
    return "".join(_vni_letter(char) for char in unicodedata.normalize("NFC", text))


def _vni_letter(char: str) -> str:
    lower = char.lower()
    if lower in _I:
        made = _I[lower]
    else:
        base, *marks = unicodedata.normalize("NFD", lower)
        tone = next((m for m in marks if m in _TONES), "")
        if "\u0302" in marks:
            made = base + _ROOF[tone]
        elif "\u0306" in marks:
            made = base + _BREVE[tone]
        elif "\u031b" in marks:
            made = {"o": "ô", "u": "ö"}[base] + (_TONES[tone] if tone else "")
        else:
            made = base + (_TONES[tone] if tone else "")
    return made if char == lower else made[0].upper() + made[1:].upper()
