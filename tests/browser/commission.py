"""Those who take items through appraisal, and the desk that each of them sits at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db import Database
from itembank.items import repository
from itembank.items.html import plain_text
from itembank.items.models import Item
from itembank.people import service as people
from itembank.permissions import Role
from tests.factories.web import HASH, PASSWORD

UNITS = (
    ("SO", "Sở GDĐT Hải Phòng", "so"),
    ("BM", "THPT Bình Minh", "truong"),
    ("BB", "THPT Bến Bính", "truong"),
    ("CC", "THPT Cửa Cấm", "truong"),
)
CAST = (
    ("giaovien", "Nguyễn Thu Hà", "BM", Role.TEACHER),
    ("totruong", "Lương Đình Khôi", "BM", Role.GROUP_LEAD),
    ("thamdinh", "Phạm Quốc Bảo", "BB", Role.APPRAISER),
    ("phanbien", "Trần Thị Lan", "CC", Role.COUNTER_REVIEWER),
    ("thuki", "Đỗ Minh Khuê", "SO", Role.SECRETARY),
    ("canbo", "Vũ Đức Long", "SO", Role.EXAM_OFFICER),
    ("uyvien1", "Nguyễn Hữu Phước", "SO", Role.COUNCIL_MEMBER),
    ("uyvien2", "Trịnh Thu Nga", "SO", Role.COUNCIL_MEMBER),
    ("uyvien3", "Vũ Hoài Anh", "SO", Role.COUNCIL_MEMBER),
)
MEMBERS = ("uyvien1", "uyvien2", "uyvien3")
AUTHOR, SCHOOL = "Nguyễn Thu Hà", "THPT Bình Minh"


def seat_everybody(db: Session, *, now: datetime) -> None:
    """Four units and the people in them; reviewers are of other schools than the author."""
    units = {}
    for code, name, kind in UNITS:
        above = units.get("SO")
        units[code] = people.create_unit(db, code=code, name=name, kind=kind, admin_parent=above)
    for username, name, home, role in CAST:
        person = people.create_person(
            db, None, unit=units[home], username=username, full_name=name, password_hash=HASH,
            now=now, must_change_password=False, subjects=("toan",),
        )  # fmt: skip
        at = units["BM"] if role in (Role.TEACHER, Role.GROUP_LEAD) else units["SO"]
        people.grant_role(db, None, person, role, at, now=now)


@dataclass
class Commission:
    """The served province, and everybody's desk in a browser context of its own."""

    address: str
    browser: Browser
    database: Database
    desks: dict[str, Page] = field(default_factory=dict)

    def desk(self, username: str) -> Page:
        if username not in self.desks:
            self.desks[username] = self._sign_in(username)
        return self.desks[username]

    def _sign_in(self, username: str) -> Page:
        context = self.browser.new_context(
            viewport={"width": 1366, "height": 768},
            base_url=self.address,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto("/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
        return page

    def items(self) -> dict[str, str]:
        """Code and words of every stem."""
        with self.database.read() as db:
            drafts = [(i.code, repository.draft_of(db, i)) for i in db.scalars(select(Item))]
            return {code: plain_text(draft.content["stem"]) for code, draft in drafts if draft}

    def code(self, words: str) -> str:
        (code,) = [code for code, stem in self.items().items() if words in stem]
        return code

    def item(self, words: str) -> Item:
        with self.database.read() as db:
            item = repository.item_by_code(db, self.code(words))
        assert item is not None
        return item

    def state(self, words: str) -> str:
        return self.item(words).state

    def leave(self) -> None:
        for page in self.desks.values():
            page.context.close()
