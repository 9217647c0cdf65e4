"""Numbers, dates and points as Vietnamese readers write them. Pure; used by every template."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

VIETNAM = timezone(timedelta(hours=7))
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def local(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM)


def day(moment: datetime | date) -> str:
    if isinstance(moment, datetime):
        moment = local(moment)
    return moment.strftime("%d/%m/%Y")


def clock(moment: datetime) -> str:
    return local(moment).strftime("%H:%M")


def moment(value: datetime) -> str:
    return local(value).strftime("%H:%M, %d/%m/%Y")


def weekday(value: datetime) -> str:
    return WEEKDAYS[local(value).weekday()]


def number(value: float | Decimal | None, digits: int = 2) -> str:
    """`3,50`; a true minus sign; thousands apart by a narrow space."""
    if value is None:
        return "–"
    whole, _, rest = f"{abs(value):,.{digits}f}".replace(",", "\u202f").partition(".")
    text = whole + ("," + rest if rest else "")
    negative = value < 0 and any(ch not in "0,\u202f" for ch in text)
    return ("−" if negative else "") + text


def points(value: Decimal | str | None) -> str:
    """Points without trailing zeros beyond need: `0,25`, `1,0`, `10`."""
    if value is None:
        return "–"
    plain = format(Decimal(value).normalize(), "f")
    return plain.replace(".", ",")


def count(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


def parse_local(day_text: str, time_text: str) -> datetime | None:
    """A moment from `YYYY-MM-DD` or `DD/MM/YYYY` and `HH:MM`, in Vietnam's time."""
    for pattern in ("%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"):
        try:
            return datetime.strptime(f"{day_text} {time_text}", pattern).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    return None
