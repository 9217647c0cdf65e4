"""The code that opens a package: 26 characters that survive a bad telephone line. Pure.

25 characters of Crockford's base32 carry 125 random bits; the 26th checks them. It is a weighted
sum over the field of 32 elements, with a weight of its own for every place, so one wrong character
and two exchanged ones are always noticed, before the slow key derivation is begun.
"""

from __future__ import annotations

import secrets

from itembank.errors import Invalid, Message, msg, problem

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
SECRET_LENGTH = 25
LENGTH = SECRET_LENGTH + 1
GROUP = 4
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: its root has order 31
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A fresh code, without spaces."""
    secret = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    return secret + _check_of(secret)


def grouped(code: str) -> str:
    """As it is printed and read aloud: six groups of four and one of two."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """The code somebody typed: case, spaces and dashes do not matter, O is 0, I and L are 1."""
    code = "".join(ch for ch in typed.upper() if ch not in " -–.\t\r\n").translate(_READ_AS)
    strange = sorted({ch for ch in code if ch not in ALPHABET})
    if strange:
        what = "Mã mở gói không có kí tự {letters}; nghe lại rồi gõ lại."
        raise _refusal(msg(what, letters=", ".join(strange)[:40]))
    if len(code) != LENGTH:
        what = "Mã mở gói có {n} kí tự; vừa gõ {m}."
        raise _refusal(msg(what, n=LENGTH, m=len(code)))
    if _check_of(code[:SECRET_LENGTH]) != code[-1]:
        raise _refusal(msg("Có kí tự nghe nhầm hoặc gõ nhầm. Đọc lại từng nhóm bốn kí tự."))
    return code


def _refusal(what: Message) -> Invalid:
    return Invalid(
        "Mã mở gói chưa đúng.", code="release_code_misread", problems=[problem("code", what)]
    )


def _check_of(secret: str) -> str:
    total, weight = 0, 1
    for letter in secret:
        total ^= _times(ALPHABET.index(letter), weight)
        weight = _times(weight, 2)
    return ALPHABET[total]


def _times(a: int, b: int) -> int:
    """Product in the field of 32 elements."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        b >>= 1
        a <<= 1
        if a & 0b100000:
            a ^= _POLYNOMIAL
    return product
