"""Every page of the staff: no barrier at WCAG 2.2 AA, no error in the console, no sideways scroll.

The demo province is walked from each person's first page along its links; pages that links do not
lead to in the demo are opened by what is put there first. Every page is met in English too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from api.app import create_app
from api.db import Database
from api.demo import load
from api.demo.cohort import ask_for_cohort
from api.settings import Settings
from api.web import system_clock
from itembank.handover import repository as handovers
from itembank.handover import service as handover
from itembank.handover.minutes import Meeting
from itembank.handover.quotas import Cell
from itembank.handover.service import Parcel, Wanted
from itembank.items import service as items
from itembank.people import repository as people
from itembank.permissions import Actor
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.checklists import MET
from itembank.review.comments import service as comments
from itembank.review.models import ReviewRound
from itembank.signing import signing_key
from tests.canaries.test_key_canaries import routes_of
from tests.factories.bank import complete_choice

from .appraisal_paper import word_file
from .conftest import serving
from .page_checks import WIDE, barriers, frame_problems, left_in_vietnamese, overflow
from .test_six_steps import Province, picture
from .test_workbench import wait_for_operational

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # some hundred pages, several looks at each
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
STAFF = (
    "giaovien", "thamdinh", "thuki", "uyvien", "totchuc", "giamthi", "doluong", "quantri", "gv.toan2",
)  # fmt: skip
MOST_OF_A_KIND = 2  # pages of one route that one person opens
COHORT = 60
KEY = signing_key("33" * 32)
FILES = re.compile(r"\.(csv|xlsx|docx|pdf|seb|zip|ktkq|\{ending\}|\{form\})$|/tep$|/hinh/|/mau$")
# Not pages of the staff, or not of this program's role: candidates and pupils, a site's own box,
# pieces of a page, files sent without an ending in the address, what a form alone leads to: a set for
# a class (test_teachers_morning.py looks at it), slips with codes, the package for a site.
ELSEWHERE = re.compile(
    r"^/(thi|lop|may-diem-thi|healthz|dang-nhap)\b|/(tien-do|tong-ket|so-do|cau/\{row_id\})$"
    r"|^/luyen-tap/(bai|bo)/|^/ca-thi/\{sitting_id\}/phieu$|^/diem-thi/\{package_id\}$"
    r"|^/ngan-hang/tai-ve$|/ban-in$|^/$"
)
TAILS = {"/phong-thi/{sitting_id}": "/cuu-ho"}  # the invigilator is told its address
TOUR = {
    ("thamdinh", "/tham-dinh"): "10-hop-viec",
    ("thuki", "/hoi-dong/quy-trinh"): "10-quy-trinh",
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
    found = {r.path for r in routes_of(create_app(Settings()).routes) if "GET" in r.methods}
    return sorted(path for path in found if not FILES.search(path) and not ELSEWHERE.search(path))


def patterns(routes: list[str]) -> list[tuple[str, re.Pattern[str]]]:
    """Fixed addresses before those with a name in them."""
    ordered = sorted(routes, key=lambda route: ("{" in route, route))
    return [(r, re.compile(re.sub(r"\{[^}]*\}", "[^/]+", r))) for r in ordered]


@pytest.fixture
def province(database: Database, browser: Browser, tmp_path: Path) -> Iterator[Province]:
    now = system_clock()
    with database.write() as db:
        load.load(db, now=now)
        more_states(db, now)
    with serving(database, Settings(centre_key_file=str(tmp_path / "centre.key"))) as address:
        with database.write() as db:
            ask_for_cohort(db, address=address, size=COHORT, over_http=0, now=now)
        yield Province(address, browser, database)


def more_states(db: Session, now: datetime) -> None:
    """What the demo leaves out: a vote, an item that came back with remarks, a package."""
    appraised(db, "Tính 17 + 25 rồi chia đôi.", ("accept", "reject"), now)
    round_ = appraised(db, "Tính 31 − 14 rồi nhân ba.", ("revise", "revise"), now)
    secretary = actor(db, "thuki")
    review.decide(db, secretary, round_, decision="return", reason="Sửa lời dẫn.", now=now)
    hand_over(db, now)


def actor(db: Session, username: str) -> Actor:
    person = people.person_by_username(db, username)
    assert person is not None
    return people.load_actor(db, person)


def appraised(db: Session, stem: str, verdicts: tuple[str, str], now: datetime) -> ReviewRound:
    """An item of the teacher's with a remark and both verdicts."""
    teacher = actor(db, "giaovien")
    item = items.create_item(db, teacher, kind="choice", subject="toan", grade=12, now=now)
    content = complete_choice(f"<p>{stem}</p>")
    items.save_draft(db, teacher, item, content, expected_revision=1, now=now)
    review.submit(db, teacher, item, now=now)
    round_ = rounds.open_round(db, item)
    assert round_ is not None
    tasks = {task.assignment.role: task for task in rounds.tasks_of_round(db, round_.id)}
    comments.comment(
        db, actor(db, "thamdinh"), tasks["appraiser"].assignment, anchor="stem",
        text="Nói rõ hơn.", suggestion=f"Em hãy cho biết: {stem}", now=now,
    )  # fmt: skip
    names = (("thamdinh", "appraiser"), ("phanbien", "counter_reviewer"))
    for (name, role), verdict in zip(names, verdicts, strict=True):
        met = {criterion.code: MET for criterion in review.criteria_of(db, tasks[role])}
        review.give_verdict(
            db, actor(db, name), tasks[role].assignment, verdict=verdict, checklist=met,
            comment="Lí do.", now=now,
        )  # fmt: skip
    return round_


def hand_over(db: Session, now: datetime) -> None:
    """A package that waits for a signature."""
    wanted = Wanted("Toán, đợt thử", "toan", None, (Cell(None, None, 1),), "block")
    quota = handover.set_quota(db, actor(db, "totchuc"), wanted, now=now)
    ready = handovers.ready_items(db, quota)[:20]
    meeting = Meeting(place="Sở", began_at=now - timedelta(hours=1), ended_at=now)
    parcel = Parcel(tuple(item.id for item in ready), meeting)
    handover.send(db, actor(db, "thuki"), quota, parcel, department="Sở GDĐT", key=KEY, now=now)


def test_every_page_of_the_staff_can_be_used_by_everybody(
    province: Province, tmp_path: Path
) -> None:
    routes = staff_routes()
    walk = Walk(patterns(routes))
    for username in STAFF:
        page = desk(province, username)
        if username == "doluong":
            wait_for_operational(page, province)
        prepare(page, username, tmp_path)
        in_english(page, walk, visit_all(page, walk, username))
        page.context.close()
    assert walk.wrong == []
    assert sorted(set(routes) - walk.seen) == []


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


def prepare(page: Page, username: str, folder: Path) -> None:
    """Files that somebody brings: a paper of a teacher's, a list of the administrator's."""
    if username == "giaovien":
        file = folder / "de-cuong.docx"
        file.write_bytes(word_file())
        page.goto("/ngan-hang/nhap")
        page.get_by_label("Tệp câu hỏi").set_input_files(file)
        page.get_by_role("button", name="Tải lên và đọc").click()
        expect(page.get_by_role("link", name="Xem kết quả")).to_be_visible()
    if username == "quantri":
        file = folder / "can-bo.csv"
        file.write_text("ten_dang_nhap,ho_ten,ma_don_vi,vai_tro\nlan,Trần Lan,THPT-BM,Giáo viên\n")
        page.goto("/quan-tri/nhap")
        page.get_by_label("Tệp danh sách").set_input_files(file)
        page.get_by_role("button", name="Kiểm tra tệp").click()
        page.wait_for_url(re.compile(r"/quan-tri/nhap/."))


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
            todo.append((path + TAILS[route], path))
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
