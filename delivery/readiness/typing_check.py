"""What became of a sentence typed on a Vietnamese keyboard programme. Pure.

The sentence has every kind of mark: two on one letter, a hat, a tone on a plain letter. What comes
out of a machine whose programme is off, or writes an old character set, is known beforehand.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

SENTENCE = "Tiếng Việt có dấu"


class Typing(StrEnum):
    RIGHT = "right"
    DECOMPOSED = "decomposed"  # the same letters, marks apart
    RAW_KEYS = "raw_keys"  # the keys themselves: the programme is off
    NO_MARKS = "no_marks"
    OTHER_CHARSET = "other_charset"
    OTHERWISE = "otherwise"


# Telex and VNI, marks after the letter or at the end of the word, as hands are used to.
_RAW = ("tieengs vieetj cos daaus", "tieesng vieejt cos daasu", "tie6ng1 vie6t5 co1 da6u1", "tie61ng vie65t co1 da61u")  # fmt: skip
_OLD_CHARSETS = ("TiÕng ViÖt cã dÊu", "Tieáng Vieät coù daáu")  # TCVN3, VNI


def typing_of(typed: str) -> Typing:
    """Capitals and spaces beyond one do not matter; marks and character set do."""
    plain = " ".join(typed.split()).casefold()
    wanted = SENTENCE.casefold()
    if plain == wanted:
        return Typing.RIGHT
    if unicodedata.normalize("NFC", plain) == wanted:
        return Typing.DECOMPOSED
    if plain in _RAW:
        return Typing.RAW_KEYS
    if plain == without_marks(wanted):
        return Typing.NO_MARKS
    if plain in [one.casefold() for one in _OLD_CHARSETS]:
        return Typing.OTHER_CHARSET
    return Typing.OTHERWISE


def without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
