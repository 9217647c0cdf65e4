"""Sounds of listening items, told by their bytes and bounded before they are stored. Pure.

Nothing is decoded here: a browser plays the file as it came. What it claims to be by its name or
its sender is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Invalid, TooLarge, msg, problem

MOST_BYTES = 20_000_000  # about 20 minutes of speech as MP3 at 128 kbit/s
MP4_BRANDS = (b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"dash")
MPEG_SYNC = 0xE0


@dataclass(frozen=True, slots=True)
class Sound:
    media_type: str
    body: bytes


def accept(raw: bytes) -> Sound:
    """The sound as it will be stored. Raises TooLarge or Invalid with what to do."""
    if len(raw) > MOST_BYTES:
        raise TooLarge(
            msg("Đoạn âm thanh nặng quá {n} MB. Nén lại (MP3 64 kbit/s) rồi thêm lại.",
                n=MOST_BYTES // 1_000_000),
            problems=[problem("file", "Dùng tệp nhẹ hơn.")],
        )  # fmt: skip
    media_type = media_type_of(raw)
    if media_type is None:
        raise Invalid(
            "Tệp này không phải âm thanh đọc được. Dùng MP3, M4A, OGG hoặc WAV.",
            code="not_a_sound",
            problems=[problem("file", "Chọn tệp âm thanh khác.")],
        )
    return Sound(media_type, raw)


def media_type_of(raw: bytes) -> str | None:
    if raw[:4] == b"RIFF" and raw[8:12] == b"WAVE" and b"fmt " in raw[12:200]:
        return "audio/wav"
    if raw[:4] == b"OggS" and any(codec in raw[:200] for codec in (b"OpusHead", b"\x01vorbis")):
        return "audio/ogg"
    if raw[4:8] == b"ftyp" and raw[8:12] in MP4_BRANDS and b"vide" not in raw[:20_000]:
        return "audio/mp4"
    return "audio/mpeg" if _is_mpeg(raw) else None


def _is_mpeg(raw: bytes) -> bool:
    """A frame of layer III where the tag ends, and another where that frame ends."""
    at = _after_tag(raw)
    size = _frame_size(raw[at : at + 4])
    return size is not None and (
        len(raw) <= at + size or _frame_size(raw[at + size : at + size + 4]) is not None
    )


def _after_tag(raw: bytes) -> int:
    """ID3v2 writes its length in four bytes of seven bits."""
    if raw[:3] != b"ID3" or len(raw) < 10:
        return 0
    size = sum((raw[6 + n] & 0x7F) << (7 * (3 - n)) for n in range(4))
    return 10 + size


# kbit/s of layer III by the four bits of a frame's header: MPEG-1, then MPEG-2 and 2.5.
_RATES = (
    (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_SAMPLES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def _frame_size(header: bytes) -> int | None:
    """Bytes of an MPEG layer III frame, or None where these four bytes begin none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & MPEG_SYNC != MPEG_SYNC:
        return None
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate, frequency = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer != 1 or rate in {0, 15} or frequency == 3:
        return None
    kbits = _RATES[0 if version == 3 else 1][rate - 1]
    per_frame = 144_000 if version == 3 else 72_000
    return per_frame * kbits // _SAMPLES[version][frequency] + (header[2] >> 1 & 1)
