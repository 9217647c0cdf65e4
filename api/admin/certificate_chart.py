"""Certificates on a line of time: which hold, which run out soon, which are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from itembank.people.register.states import Validity

from ..charts.svg import Scale, el, line, picture, text
from ..i18n import Words

WIDTH, LEFT, ROW, TOP = 720.0, 230.0, 30.0, 26.0
LONGEST_LABEL = 30


@dataclass(frozen=True, slots=True)
class Span:
    """One certificate; `last` None does not expire."""

    title: str
    first: date
    last: date | None
    validity: Validity


def certificate_chart(spans: Sequence[Span], today: date, t: Words) -> Markup:
    first = min([today, *(span.first for span in spans)])
    last = max([today, *(span.last or today for span in spans)]) + timedelta(days=60)
    scale = Scale(first.toordinal(), last.toordinal(), LEFT, WIDTH - 12)
    height = TOP + ROW * len(spans) + 24
    parts = [*_years(first, last, scale, height), *_rows(spans, scale)]
    now = scale(today.toordinal())
    parts += [line(now, TOP - 6, now, height - 20, "today")]
    parts += [text(now, TOP - 11, t("hôm nay"), "tick", "middle")]
    counted = sum(span.validity in ("soon", "expired") for span in spans)
    told = t("{n} chứng nhận; {m} đã hoặc sắp hết hạn.", n=len(spans), m=counted)
    return picture("chung-nhan", WIDTH, height, t("Hiệu lực của chứng nhận"), told, parts)


def _years(first: date, last: date, scale: Scale, height: float) -> list[str]:
    parts: list[str] = []
    step = max(1, (last.year - first.year) // 8)
    for year in range(first.year + 1, last.year + 1, step):
        x = scale(date(year, 1, 1).toordinal())
        parts += [
            line(x, TOP, x, height - 20, "grid"),
            text(x, height - 6, str(year), "tick", "middle"),
        ]
    return parts


def _rows(spans: Sequence[Span], scale: Scale) -> list[str]:
    parts: list[str] = []
    for number, span in enumerate(spans):
        y = TOP + ROW * number + 6
        end = scale(span.last.toordinal()) if span.last else scale.end
        start = scale(span.first.toordinal())
        label = (
            span.title
            if len(span.title) <= LONGEST_LABEL
            else f"{span.title[: LONGEST_LABEL - 1]}…"
        )
        parts.append(text(0, y + 13, label, "name"))
        parts.append(
            el("rect", x=start, y=y, width=max(3.0, end - start), height=18.0, rx=3.0,
               class_=f"span {span.validity}")
        )  # fmt: skip
        if span.last is None:
            parts.append(text(end + 2, y + 14, "→", "tick"))
    return parts
