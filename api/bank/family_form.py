"""The form of a family and the template it stands for: one read into the other, both ways. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any, Literal, cast

from itembank.errors import Invalid, Problem, msg, problem
from itembank.families.template import Computed, FamilyTemplate, Variable, texts_of
from itembank.families.writing import PLACE
from itembank.items.content import Choice, ItemContent, ShortAnswer, TrueFalseCluster
from itembank.items.html import plain_text
from itembank.items.markup import to_html

SPARE_ROWS = 2
MOST_ROWS = {"bien": 12, "tinh": 30}
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.S)
_HELD = re.compile("\ue010(\\d+)\ue011")

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TextField:
    """One text of the item. `text` is None where it holds more than words and formulas."""

    where: str
    text: str | None
    html: str


def as_markup(html: str) -> str | None:
    """Light markup that gives this content back; None where none does (tables, pictures)."""
    if not html:
        return ""
    text = "\n\n".join(plain_text(one) for one in _PARAGRAPH.findall(html))
    same = plain_text(from_markup(text)) == plain_text(html)
    is_plain = "<" not in re.sub(r"</?(p|span)\b[^>]*>", "", html) and "data-gap" not in html
    return text if same and is_plain else None


def from_markup(text: str) -> str:
    """Content of the markup; what stands in `[[ ]]` is no markup, whatever signs it has."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[0])
        return f"\ue010{len(held) - 1}\ue011"

    html = to_html(PLACE.sub(hold, text), str)
    return _HELD.sub(lambda found: escape(held[int(found[1])]), html)


def typed_of(template: FamilyTemplate) -> dict[str, str]:
    """What the form holds when it is opened."""
    typed = {
        "dieu-kien": "\n".join(template.constraints),
        "le": str(template.most_decimals),
        "mau": str(template.most_denominator),
        "am": "1" if template.is_signed else "",
        **{f"dung-{id_}": source for id_, source in template.truths.items()},
    }
    for n, variable in enumerate(template.variables):
        typed |= _variable_typed(n, variable)
    for n, row in enumerate(template.computed):
        typed |= {f"tinh-{n}-ten": row.name, f"tinh-{n}-bieu-thuc": row.expression}
    for where, text in _texts(template.content).items():
        shown = text if where.endswith("rationale") or where == "keys" else as_markup(text)
        if shown is not None:
            typed[where] = shown
    part = template.content.interaction
    typed["key"] = (part.key or "") if isinstance(part, Choice) else ""
    return typed


def _texts(content: ItemContent) -> dict[str, str]:
    found = dict(texts_of(content))
    part = content.interaction
    if isinstance(part, ShortAnswer):
        found["keys"] = "; ".join(part.keys)
    return found


def _variable_typed(n: int, variable: Variable) -> dict[str, str]:
    is_list = variable.kind == "list"
    return {
        f"bien-{n}-ten": variable.name,
        f"bien-{n}-loai": variable.kind,
        f"bien-{n}-tu": "" if is_list else _vn(variable.low),
        f"bien-{n}-den": "" if is_list else _vn(variable.high),
        f"bien-{n}-buoc": "" if is_list else _vn(variable.step),
        f"bien-{n}-cac": "; ".join(variable.listed),
        f"bien-{n}-tru": "; ".join(variable.excluded),
    }


def _vn(value: Decimal) -> str:
    return format(value, "f").replace(".", ",")


def text_fields(template: FamilyTemplate) -> list[TextField]:
    return [
        TextField(where, as_markup(text), text)
        for where, text in texts_of(template.content)
        if where in {"stem", "solution"} or where.endswith("body")
    ]


def rows_of(typed: Typed, name: str, by: str) -> range:
    """As many rows as are filled in, and a few to fill in."""
    filled = [n for n in range(MOST_ROWS[name]) if typed.get(f"{name}-{n}-{by}", "").strip()]
    return range(min((filled[-1] + 1 if filled else 0) + SPARE_ROWS, MOST_ROWS[name]))


def template_from(typed: Typed, before: FamilyTemplate) -> FamilyTemplate:
    """The template the form describes. Raises Invalid with the fields to mend."""
    problems: list[Problem] = []
    variables = tuple(_variables(typed, problems))
    told: dict[str, Any] = {
        "content": _content(typed, before.content),
        "variables": variables,
        "computed": tuple(_computed(typed)),
        "constraints": tuple(x.strip() for x in typed.get("dieu-kien", "").splitlines() if x.strip()),
        "truths": {k[5:]: v.strip() for k, v in typed.items() if k.startswith("dung-") and v.strip()},
        "is_signed": bool(typed.get("am")),
        "most_decimals": _whole(typed, "le", 0, 6, problems),
        "most_denominator": _whole(typed, "mau", 1, 1000, problems),
    }  # fmt: skip
    problems += _too_long(told)
    if problems:
        raise Invalid("Họ câu hỏi chưa dùng được.", code="family_invalid", problems=problems)
    return FamilyTemplate(**told)


LONGEST = 300


def _too_long(told: dict[str, Any]) -> Iterator[Problem]:
    if any(len(one) > LONGEST for one in told["constraints"]) or len(told["constraints"]) > 30:
        yield problem("dieu-kien", "Có quá nhiều điều kiện, hoặc điều kiện quá dài.")
    if any(len(source) > LONGEST for source in told["truths"].values()):
        yield problem("family", msg("Biểu thức dài quá {n} kí tự.", n=LONGEST))


def _variables(typed: Typed, problems: list[Problem]) -> Iterator[Variable]:
    for n in range(MOST_ROWS["bien"]):
        name = typed.get(f"bien-{n}-ten", "").strip()[:20]
        if not name:
            continue
        kind = typed.get(f"bien-{n}-loai", "integer")
        is_list = kind == "list"
        numbers = {
            field: Decimal(1) if is_list else _decimal(typed, f"bien-{n}-{told}", default, problems)
            for field, told, default in (("low", "tu", ""), ("high", "den", ""), ("step", "buoc", "1"))
        }  # fmt: skip
        yield Variable(
            name=name,
            kind=cast(Literal["integer", "decimal", "list"], kind)
            if kind in ("integer", "decimal", "list")
            else "integer",
            listed=_listed(typed.get(f"bien-{n}-cac", "")) if is_list else (),
            excluded=_listed(typed.get(f"bien-{n}-tru", "")),
            **numbers,
        )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip()[:60] for one in text.split(";") if one.strip())[:200]


def _decimal(typed: Typed, name: str, default: str, problems: list[Problem]) -> Decimal:
    text = typed.get(name, "").strip() or default
    try:
        found = Decimal(text.replace(",", ".").replace("−", "-"))
        if not abs(found) < 10**9:
            raise InvalidOperation
    except InvalidOperation:
        problems.append(problem(name, "Ghi một số, thí dụ 2 hoặc 0,5."))
        return Decimal(0)
    return found


def _whole(typed: Typed, name: str, least: int, most: int, problems: list[Problem]) -> int:
    text = typed.get(name, "").strip()
    if not text.isdecimal() or not least <= int(text[:6]) <= most:
        problems.append(problem(name, msg("Ghi một số từ {a} đến {b}.", a=least, b=most)))
        return least
    return int(text)


def _computed(typed: Typed) -> Iterator[Computed]:
    for n in range(MOST_ROWS["tinh"]):
        name = typed.get(f"tinh-{n}-ten", "").strip()[:20]
        source = typed.get(f"tinh-{n}-bieu-thuc", "").strip()[:LONGEST]
        if name or source:
            yield Computed(name=name, expression=source)


def _content(typed: Typed, before: ItemContent) -> ItemContent:
    part = before.interaction
    match part:
        case Choice():
            part = part.model_copy(
                update={
                    "options": tuple(_row(typed, "options", o) for o in part.options),
                    "key": typed.get("key") or part.key,
                }
            )
        case TrueFalseCluster():
            rows = tuple(_row(typed, "statements", s) for s in part.statements)
            part = part.model_copy(update={"statements": rows})
        case ShortAnswer():
            part = part.model_copy(update={"keys": _listed(typed.get("keys", "")) or part.keys})
    return before.model_copy(
        update={
            "stem": _html(typed, "stem", before.stem),
            "solution": _html(typed, "solution", before.solution),
            "interaction": part,
        }
    )


def _row(typed: Typed, name: str, row: Any) -> Any:
    return row.model_copy(
        update={
            "body": _html(typed, f"{name}.{row.id}.body", row.body),
            "rationale": typed.get(f"{name}.{row.id}.rationale", row.rationale)[:8_000],
        }
    )


def _html(typed: Typed, where: str, before: str) -> str:
    """Untouched words keep their markup as it was."""
    text = typed.get(where)
    if text is None:
        return before
    text = text.replace("\r\n", "\n")[:60_000]
    return before if text == as_markup(before) else from_markup(text)
