"""Keys said in words: «Đáp án: B», «Chọn C», «a) Đúng b) Sai», «ĐSSĐ», «Đáp số: -2,5». Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .patterns import (
    BLANK_ANSWER,
    CHOSEN,
    NUMBER,
    TRUE_WORDS,
    TRUTH_AFTER_LABEL,
    TRUTH_TOKEN,
    TRUTHS_ALONE,
)

_LETTERS = re.compile(
    r"\W*(?:(?:đáp\s*án|phương\s*án|câu|chọn|ý)\s*:?\s*)?"
    r"([A-H](?:\s*(?:,|;|/|và|and|&|hoặc|hay|or)\s*[A-H](?![\wÀ-ỹ]))*)(?![\wÀ-ỹ])(?!\s*(?:sai|không|loại)\b)",
    re.IGNORECASE,
)
_LEADING_TRUTH = re.compile(TRUTH_AFTER_LABEL.pattern)
_BETWEEN_NUMBERS = re.compile(r"\s*(?:hoặc|hay|or|;|\|)\s*", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3}){2,}")
_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u202f ](?=\d{3}(?!\d))")
_UNIT = re.compile(
    r"\s*(?:\$?\\?[^\d\s=≈<>±+*/^]{0,14}\$?|[A-Za-zÀ-ỹ%°/²³·.\-\s]{0,24})\s*[.;]?\s*"
)


def letters_in(text: str) -> frozenset[str]:
    """Letters of a key for options; empty where the text does not begin with a key."""
    match = _LETTERS.match(text.strip())
    if match is None:
        return frozenset()
    found = re.findall(
        r"[A-Ha-h]", re.sub(r"và|and|hoặc|hay|or", " ", match[1], flags=re.IGNORECASE)
    )
    return frozenset(letter.upper() for letter in found)


def letters_chosen(text: str) -> frozenset[str]:
    """Letters that a solution says to choose («... Chọn B.»)."""
    return frozenset(match["value"] for match in CHOSEN.finditer(text))


def is_blank(text: str) -> bool:
    """Dots or a line left for the candidate to write on."""
    return bool(BLANK_ANSWER.fullmatch(text))


def truths_in(text: str, letters: Sequence[str]) -> dict[str, bool]:
    """Statement -> right or wrong, as far as the text says: by letter, or all in a row."""
    alone = TRUTHS_ALONE.fullmatch(text) or re.fullmatch(r"\s*([ĐSDT]{2,8})[\s.]*", text)
    if alone:
        found = [is_true(token) for token in TRUTH_TOKEN.findall(alone[1])]
        return dict(zip(letters, found, strict=True)) if len(found) == len(letters) else {}
    told: dict[str, bool] = {}
    for match in TRUTH_AFTER_LABEL.finditer(text):
        letter = match["letter"].lower()
        if letter in letters and letter not in told:
            told[letter] = is_true(match["truth"])
    return told


def truth_at_start(text: str, letters: Sequence[str]) -> dict[str, bool]:
    """«a) Đúng. Vì ...» at the start of a line of a solution."""
    match = _LEADING_TRUTH.match(text.strip())
    if match is None or match["letter"].lower() not in letters:
        return truths_in(text, letters) if TRUTHS_ALONE.fullmatch(text) else {}
    return truths_in(text, letters)


def is_true(word: str) -> bool:
    return word.strip().lower() in TRUE_WORDS


def numbers_in_key(text: str) -> tuple[str, ...] | None:
    """Accepted numbers of a short answer, with decimal commas; None where it is no number.

    A unit behind the number is left out: the answer sheet has boxes for the number alone.
    """
    plain = _plain_number(text)
    found = []
    for piece in _BETWEEN_NUMBERS.split(plain):
        match = NUMBER.match(piece)
        if match is None or not _UNIT.fullmatch(piece[match.end() :]):
            return None
        found.append(_written(match[0]))
    return tuple(dict.fromkeys(found)) or None


def is_ambiguous_number(text: str) -> bool:
    """`1.000`: a thousand, or one?"""
    return bool(_GROUPED.fullmatch(_plain_number(text).strip(" .")))


def _plain_number(text: str) -> str:
    """Without formula signs, names (`x =`) and thin blanks."""
    plain = text.replace("$", "").replace("{,}", ",").replace("\\,", "").replace("\\ ", " ")
    plain = plain.replace("\\left", "").replace("\\right", "").strip()
    plain = re.sub(r"^[A-Za-z][\w']{0,3}\s*(?:=|≈|\\approx)\s*", "", plain)
    plain = re.sub(r"^(?:≈|\\approx|=)\s*", "", plain)
    return _THOUSANDS.sub("", plain).strip().rstrip(".").strip()


def _written(number: str) -> str:
    return re.sub(r"\s", "", number).replace("−", "-").replace("–", "-").replace(".", ",")
