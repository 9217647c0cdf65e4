"""What may stand in a configuration that we write ourselves: only what every client reads alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from itembank.errors import Message, Problem, msg, problem

from .config_key import NEVER_COUNTED, Configuration
from .errors import UnsafeSetting

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f]')  # Windows builds differ in escaping these


def check_settings(configuration: Configuration) -> None:
    """Refuse, naming each place, what would give different keys in different clients."""
    found = list(_problems(configuration, ""))
    if found:
        raise UnsafeSetting("Cấu hình SEB này không an toàn để ghi tệp.", problems=found)


def _problems(value: Any, place: str) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        yield from _of_object(value, place)
    elif isinstance(value, str):
        if _UNSAFE.search(value):
            yield problem(_at(place), "Bỏ dấu nháy kép, dấu \\ và kí tự điều khiển.")
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for index, element in enumerate(value):
            yield from _problems(element, f"{place}[{index}]")
    elif not isinstance(value, bool | int | bytes | bytearray):
        yield problem(_at(place), "Chỉ dùng chữ, số nguyên, đúng/sai, dữ liệu nhị phân và mảng.")


def _of_object(value: Configuration, place: str) -> Iterator[Problem]:
    if place and not value:
        yield problem(
            _at(place), "Nhóm thiết đặt trống làm bản Windows tính khoá khác; bỏ nhóm này."
        )
    if len({key.lower() for key in value}) < len(value):
        yield problem(_at(place), "Có hai tên thiết đặt chỉ khác nhau chữ hoa, chữ thường.")
    for key, member in value.items():
        if not _KEY.fullmatch(key) or key.lower() == NEVER_COUNTED:
            yield problem(_at(f"{place}.{key}"), "Tên thiết đặt này không dùng được trong tệp SEB.")
        yield from _problems(member, f"{place}.{key}")


def _at(place: str) -> Message:
    return msg("{place}", place=place.lstrip(".") or "/")
