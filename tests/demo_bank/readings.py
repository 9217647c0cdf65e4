"""Reading the demo bank's files for the key checks: items by code, numbers as they are printed."""

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml

BANK = Path(__file__).parents[2] / "api" / "demo" / "bank"
PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
ROUNDING = re.compile(r"làm tròn kết quả đến hàng ([^)]*)\)")
PLACES = {"đơn vị": 0, "phần mười": 1, "phần trăm": 2}


def items_of(name: str) -> dict[str, dict[str, Any]]:
    document = yaml.safe_load((BANK / name).read_text(encoding="utf-8"))
    return {item["code"]: item for item in document["items"]}


def stimuli_of(name: str) -> dict[str, dict[str, Any]]:
    document = yaml.safe_load((BANK / name).read_text(encoding="utf-8"))
    return {stimulus["code"]: stimulus for stimulus in document["stimuli"]}


def numbers(text: str) -> list[float]:
    """Every number printed in a text, in order; pictures and their descriptions left out."""
    plain = PICTURE.sub("", text).replace(r"\,", "").replace("{,}", ".").replace("\\", " ")
    return [float(found) for found in NUMBER.findall(re.sub(r"(?<=\d),(?=\d)", ".", plain))]


def places_asked_for(stem: str) -> int | None:
    """Decimal places the stem asks for; None when it asks for no rounding."""
    found = ROUNDING.search(stem)
    return PLACES[found[1]] if found else None


def as_typed(value: float, places: int | None) -> str:
    """The answer a candidate types: decimal comma, rounded half up to the places asked for."""
    exact = Decimal(repr(round(value, 9)))
    if places is not None:
        return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)}".replace(".", ",")
    return f"{exact.normalize():f}".replace(".", ",")
