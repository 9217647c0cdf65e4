"""Rendering of pages: one template, one dataclass, the same frame around every one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from itembank.errors import KhaothiError
from itembank.items.content import KIND_NAMES, LEVEL_NAMES
from itembank.items.rendering import render as render_content
from itembank.items.rendering import render_note
from itembank.items.states import STATE_NAMES
from itembank.notices.repository import unread_count
from itembank.permissions import ROLE_NAMES, Actor
from itembank.review.council.states import CASE_NAMES, CHOICE_NAMES
from itembank.review.overdue import overdue_of
from itembank.review.routes.stages import SEAT_ROLES, TIE_NAMES
from itembank.review.states import DECISION_NAMES, VERDICT_NAMES

from . import formats
from .i18n import language, translate, words
from .navigation import home_of, links_for, opens_to

HERE = Path(__file__).parent
REVIEWING = frozenset(SEAT_ROLES)
AREAS = ("auth", "bank", "exams", "room", "lab", "admin", "jobs")


@cache
def environment() -> Environment:
    """Templates of all work areas, as `area/name.html`; the shared frame as `base.html`."""
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), _AreaLoader()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "day": formats.day,
        "clock": formats.clock,
        "moment": formats.moment,
        "weekday": formats.weekday,
        "number": formats.number,
        "points": formats.points,
        "count": formats.count,
        "content": staff_content,
        "note": staff_note,
    }
    env.globals |= {"KIND_NAMES": KIND_NAMES, "LEVEL_NAMES": LEVEL_NAMES, "ROLE_NAMES": ROLE_NAMES}
    env.globals |= {
        "STATE_NAMES": STATE_NAMES,
        "VERDICT_NAMES": VERDICT_NAMES,
        "DECISION_NAMES": DECISION_NAMES,
        "CASE_NAMES": CASE_NAMES,
        "CHOICE_NAMES": CHOICE_NAMES,
        "TIE_NAMES": TIE_NAMES,
    }
    return env


class _AreaLoader(FileSystemLoader):
    """`bank/home.html` is `api/bank/templates/home.html`."""

    def __init__(self) -> None:
        super().__init__(HERE)

    def get_source(self, environment: Environment, template: str) -> Any:
        area, _, name = template.partition("/")
        return super().get_source(environment, f"{area}/templates/{name}")


def staff_content(html: str) -> Markup:
    """Sanitised content as staff see it: formulas rendered, pictures from the bank."""
    return Markup(render_content(html, lambda sha: f"/ngan-hang/hinh/{sha}"))


def staff_note(text: str) -> Markup:
    """A rationale or rubric level: plain words with `$TeX$`."""
    return Markup(render_note(text))


def page(
    request: Request, template: str, model: Any = None, *, status: int = 200, **extra: Any
) -> HTMLResponse:
    """The page as HTML. `model` reaches the template as `page`."""
    return HTMLResponse(fragment(request, template, model, **extra), status_code=status)


def fragment(request: Request, template: str, model: Any = None, **extra: Any) -> str:
    return environment().get_template(template).render(**_frame(request), page=model, **extra)


def _frame(request: Request) -> dict[str, Any]:
    t = words(request)
    signed_in = getattr(request.state, "signed_in", None)
    actor: Actor | None = signed_in.actor if signed_in else None
    return {
        "t": t,
        "lang": language(request),
        "path": request.url.path,
        "actor": actor,
        "nav": links_for(actor) if actor else [],
        "opens": lambda href: actor is not None and opens_to(actor, href),
        "home": home_of(actor) if actor else "/dang-nhap",
        "csrf_token": signed_in.csrf_token if signed_in else "",
        "late": _late(request, actor) if actor else 0,
        "unread": _unread(request, actor) if actor else 0,
        "role_line": " · ".join(t(ROLE_NAMES[r]) for r in sorted(actor.roles)) if actor else "",
    }


def _unread(request: Request, actor: Actor) -> int:
    with request.app.state.database.read() as db:
        return unread_count(db, actor.person_id)


def _late(request: Request, actor: Actor) -> int:
    """Sheets of this reviewer past their deadlines, told beside the link to the inbox."""
    if not actor.roles & REVIEWING:
        return 0
    with request.app.state.database.read() as db:
        return overdue_of(db, actor.person_id, now=request.app.state.clock())


def error_page(request: Request, error: dict[str, Any], status: int) -> Response:
    return page(request, "error.html", error, status=status)


def refused_page(
    request: Request, template: str, model: Any, error: KhaothiError, **extra: Any
) -> HTMLResponse:
    """The form again, with what stood in its way."""
    problems = problems_for(request, error)
    return page(request, template, model, status=422, problems=problems, **extra)


def problems_for(request: Request, error: KhaothiError) -> list[dict[str, str]]:
    """The problems of a refused form, for the summary on top and the words beside each field."""
    lang = language(request)
    return [
        {"where": translate(p.where, lang), "what": translate(p.what, lang)} for p in error.problems
    ]
