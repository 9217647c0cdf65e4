"""Formulas as MathType and Equation Editor store them: MTEF bytes in an OLE compound file."""

from __future__ import annotations

import struct

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST = 4096  # streams below this would need a mini stream


def compound_file(name: str, stream: bytes) -> bytes:
    """A compound file (version 3) with one stream, padded so that it stands in whole sectors."""
    size = max(len(stream), _SMALLEST)
    n_data = -(-size // SECTOR)
    data = stream.ljust(n_data * SECTOR, b"\0")
    fat = [_FAT, _END, *range(3, 2 + n_data), _END]
    fat += [_FREE] * (SECTOR // 4 - len(fat))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, _SMALLEST, _END, 0, _END, 0,
    )  # fmt: skip
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    directory = _entry("Root Entry", 5, child=1, start=_END, size=0)
    directory += _entry(name, 2, child=_FREE, start=2, size=size)
    directory = directory.ljust(SECTOR, b"\0")
    return header + struct.pack(f"<{len(fat)}I", *fat) + directory + data


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", raw, len(raw), kind, 1, _FREE, _FREE, child, b"", 0, 0, 0, start, size
    )


def equation_object(mtef: bytes) -> bytes:
    header = struct.pack("<HIHIIIII", 28, 0x20000, 0xC1FE, len(mtef), 0, 0, 0, 0)
    return compound_file("Equation Native", header[:28].ljust(28, b"\0") + mtef)


# --- MTEF 5 ---------------------------------------------------------------------------------
PREFERENCES = bytes(
    [18, 0, 2, 0x21, 0x2F, 0x45, 0x8F, 1, 0x45, 0x0F, 2, 1, 0, 0]
)  # two sizes (12 pt; 58 %), one space, two styles


def mtef5(*records: bytes) -> bytes:
    head = b"\x05\x01\x00\x06\x09" + b"DSMT6\0" + b"\x00"
    fonts = b"\x13WinAllBasicCodePages\0" + b"\x11\x05Times New Roman\0" + b"\x11\x03Symbol\0"
    return head + fonts + PREFERENCES + b"\x0a" + line5(*records) + b"\0"


def line5(*records: bytes) -> bytes:
    return b"\x01\x00" + b"".join(records) + b"\0"


NULL5 = b"\x01\x01"


def char5(char: str, typeface: int = 3, *marks: int) -> bytes:
    options = 1 if marks else 0
    made = struct.pack("<BBBH", 2, options, typeface + 128, ord(char))
    return made + b"".join(bytes([6, 0, mark]) for mark in marks) + (b"\0" if marks else b"")


def word5(text: str, typeface: int = 3) -> bytes:
    return b"".join(char5(char, typeface) for char in text)


def digits5(text: str) -> bytes:
    return word5(text, 8)


def symbol5(char: str) -> bytes:
    """A symbol, with its position in the Symbol font behind the character."""
    return struct.pack("<BBBHB", 2, 4, 6 + 128, ord(char), 0x2B)


def template5(selector: int, variation: int, *slots: bytes) -> bytes:
    return bytes([3, 0, selector, variation, 0]) + b"".join(slots) + b"\0"


def fraction5(above: bytes, below: bytes) -> bytes:
    return template5(11, 0, line5(above), line5(below))


def root5(inner: bytes) -> bytes:
    return template5(10, 0, line5(inner), NULL5)


def power5(base: bytes, power: bytes) -> bytes:
    return base + template5(28, 0, b"\x0b" + NULL5, line5(power)) + b"\x0a"


def index5(base: bytes, index: bytes) -> bytes:
    return base + template5(27, 0, b"\x0b" + line5(index), NULL5) + b"\x0a"


# --- MTEF 3 ---------------------------------------------------------------------------------


def mtef3(*records: bytes) -> bytes:
    return b"\x03\x01\x01\x03\x00\x0a" + line3(*records) + b"\0"


def line3(*records: bytes) -> bytes:
    return b"\x01" + b"".join(records) + b"\0"


NULL3 = b"\x11"


def char3(char: str, typeface: int = 3) -> bytes:
    return struct.pack("<BBH", 2, typeface + 128, ord(char))


def template3(selector: int, variation: int, *slots: bytes) -> bytes:
    return bytes([3, selector, variation, 0]) + b"".join(slots) + b"\0"
