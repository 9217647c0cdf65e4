"""A walk along the links of the staff's pages: what was met, and what was wrong there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from api.app import create_app
from api.demo import load
from api.settings import Settings
from tests.canaries.test_key_canaries import routes_of

from .page_checks import WIDE, barriers, frame_problems, left_in_vietnamese, overflow
from .province import Province, picture

MOST_OF_A_KIND = 2  # pages of one route that one person opens
# Addresses that are no page of the staff's walk, and why.
ELSEWHERE = {
    r"^/(thi|lop)\b": "candidates and pupils have walks of their own",
    r"^/may-diem-thi\b": "a box of a school (test_site_day.py)",
    r"^/kiem-tra-may\b": "a machine before the day, nobody signed in (test_readiness.py)",
    r"^/(healthz|dang-nhap)\b": "for machines, and before one is somebody",
    r"/(tien-do|tong-ket|so-do|cau/\{row_id\})$": "a piece of a page, fetched by it",
    r"^/phong-thi/\{sitting_id\}/(dong-su-kien|bang|nhat-ki)$": "the stream and pieces of the invigilator's console",
    r"^/ca-thi/\{sitting_id\}/(cham-lai|gui-muon)\b": "after a changed key or late answers (test_rescoring.py)",
    r"^/luyen-tap/(bai|bo)/": "a form alone leads to it (test_teachers_morning.py)",
    r"^/ca-thi/\{sitting_id\}/phieu$": "slips with codes, shown once by the form that makes them",
    r"^/diem-thi/\{package_id\}$": "there once a package was built (test_site_day.py)",
    r"\.(csv|xlsx|docx|pdf|seb|zip|ktkq|\{ending\}|\{form\})$": "a file",
    r"/tep$|/hinh/|/mau$|^/ngan-hang/tai-ve$|/ban-in$": "a file without an ending in its address",
    r"^/$": "sends everybody to their own first page",
}
TAILS = {"/phong-thi/{sitting_id}": ("/cuu-ho",)}  # the invigilator is told its address
TOUR = {
    ("thamdinh", "/tham-dinh"): "10-hop-viec",
    ("thuki", "/hoi-dong/quy-trinh"): "10-quy-trinh",
    ("thuki", "/hoi-dong/qua-han"): "10-qua-han",
    ("giaovien", "/ngan-hang/ngu-lieu/{stimulus_id}"): "10-ngu-lieu",
    ("giaovien", "/ngan-hang/ho-cau/{family_id}"): "10-ho-cau",
    ("quantri", "/quan-tri"): "10-nguoi",
}
FIRST_PAGES = ("/thong-bao", "/ho-so", "/doi-mat-khau")


@dataclass
class Walk:
    """Where one was, by route, and what was wrong there."""

    routes: list[tuple[str, re.Pattern[str]]]
    seen: set[str] = field(default_factory=set)
    in_english: set[str] = field(default_factory=set)
    looks: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def route_of(self, path: str) -> str:
        return next((route for route, pattern in self.routes if pattern.fullmatch(path)), "")


def staff_routes() -> list[str]:
    """Every address that answers a person of the staff with a page."""
    return sorted(path for path in addresses() if not any(re.search(p, path) for p in ELSEWHERE))


def addresses() -> set[str]:
    return {r.path for r in routes_of(create_app(Settings()).routes) if "GET" in r.methods}


def patterns(routes: list[str]) -> list[tuple[str, re.Pattern[str]]]:
    """Fixed addresses before those with a name in them."""
    ordered = sorted(routes, key=lambda route: ("{" in route, route))
    return [(r, re.compile(re.sub(r"\{[^}]*\}", "[^/]+", r))) for r in ordered]


def desk(province: Province, username: str) -> Page:
    """A signed-in person's page; the checks may be injected into it."""
    context = province.browser.new_context(
        viewport={"width": WIDE, "height": 800}, base_url=province.address, bypass_csp=True,
        timezone_id="Asia/Ho_Chi_Minh",
    )  # fmt: skip
    page = context.new_page()
    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(load.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    return page


def visit_all(page: Page, walk: Walk, username: str) -> list[str]:
    """Along the links from here, a few pages of every route; what was opened."""
    been: list[str] = []
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    todo = [(path, "") for path in (urlsplit(page.url).path, "/", *FIRST_PAGES)]
    opened: dict[str, int] = {}
    while todo:
        path, since = todo.pop(0)
        route = walk.route_of(path.partition("?")[0])
        key = route + ("?" if "?" in path else "")
        if not route or opened.get(key, 0) >= MOST_OF_A_KIND:
            continue
        opened[key] = opened.get(key, 0) + 1
        answer = page.goto(path)
        status = answer.status if answer else 0
        if status != 200:
            walk.wrong.append(f"{username}: {path}: {status}, linked from {since}")
            told.clear()  # the browser tells of it too
            continue
        keep_picture(page, username, route)
        been.append(path)
        walk.wrong += [f"{path}: {what}" for what in looked_at(page, walk, route)]
        walk.wrong += [f"{path}: console: {what}" for what in told]
        told.clear()
        todo += [(link, path) for link in ends_of(links(page), walk)]
        if route in TAILS:
            todo += [(path + tail, path) for tail in TAILS[route]]
    return been


def keep_picture(page: Page, username: str, route: str) -> None:
    name = TOUR.get((username, route))
    if name:
        picture(page, name, whole=True)


def looked_at(page: Page, walk: Walk, route: str) -> list[str]:
    """Looks that nobody has had yet are checked in full, the others for their frame."""
    found = [*frame_problems(page), *overflow(page)]
    look = f"{route} {page.evaluate(LOOK)}"
    if look not in walk.looks:
        found += barriers(page)
    walk.looks.add(look)
    walk.seen.add(route)
    return found


# What a page is made of: its kinds of elements, whatever their number.
LOOK = """() => [...new Set([...document.querySelectorAll('main *')]
  .map(one => one.tagName + '.' + one.className))].sort().join(' ')"""


def links(page: Page) -> list[str]:
    found = page.evaluate(
        "[...document.querySelectorAll('a[href]:not([download])')].map(a => a.href)"
    )
    here = urlsplit(page.url)
    parts = [urlsplit(href) for href in found]
    return [
        one.path + (f"?{one.query}" if one.query else "")
        for one in parts
        if one.netloc == here.netloc
    ]


def ends_of(found: list[str], walk: Walk) -> list[str]:
    """The first and the last of every kind: lists are ordered, and states lie apart in them."""
    kinds: dict[str, list[str]] = {}
    for link in found:
        kinds.setdefault(walk.route_of(link.partition("?")[0]), []).append(link)
    return [one for group in kinds.values() for one in dict.fromkeys((group[0], group[-1]))]


def in_english(page: Page, walk: Walk, been: list[str]) -> None:
    """Pages of routes that nobody has met in English yet, with the switch turned."""
    page.goto("/thong-bao")
    page.get_by_role("button", name="English").click()
    for path in been:
        if path.partition("?")[0] in walk.in_english:
            continue
        walk.in_english.add(path.partition("?")[0])
        page.goto(path)
        left = left_in_vietnamese(page)
        walk.wrong += [f"{path}: left in Vietnamese: {words}" for words in left]
