"""A teacher at the editor of a new item, in a real browser."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.settings import Settings
from itembank.items import repository, service
from itembank.items.content import ItemContent
from itembank.people import repository as people
from itembank.permissions import Role
from tests.factories.web import PASSWORD, add_staff

from .conftest import serving

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
STEM = "Lời dẫn"


@dataclass
class Desk:
    """The page, and what is stored of the item."""

    page: Page
    database: Database
    item_id: uuid.UUID

    def content(self) -> ItemContent:
        with self.database.read() as db:
            draft = repository.draft_of(db, repository.item_by_id(db, self.item_id))
            assert draft is not None
            return service.draft_content(draft)

    def write(self, field: str, text: str) -> None:
        self.page.get_by_role("textbox", name=field, exact=True).click(position={"x": 8, "y": 8})
        self.page.keyboard.type(text)

    def saved(self) -> ItemContent:
        expect(self.page.get_by_text("Đang lưu…")).to_be_visible()
        expect(self.page.get_by_text("Đã lưu nháp")).to_be_visible()
        return self.content()

    def barriers(self) -> list[str]:
        return barriers(self.page)


OpenDesk = Callable[..., Desk]


def barriers(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG_AA)
    return [f"{v['id']}: {n['html'][:200]}" for v in found["violations"] for n in v["nodes"]]


def sign_in(page: Page) -> None:
    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill("giaovien")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


@contextmanager
def desks(browser: Browser, database: Database) -> Iterator[OpenDesk]:
    """Opens the editor of a new item of some kind and subject."""
    now = datetime.now(UTC)
    person, _ = add_staff(database, "giaovien", Role.TEACHER, now=now)
    with serving(database, Settings(worker_in_process=False)) as address:
        context = browser.new_context(
            viewport={"width": 1366, "height": 900}, base_url=address, timezone_id="Asia/Saigon"
        )
        page = context.new_page()
        sign_in(page)

        def opened(kind: str, subject: str = "toan", topic: str = "") -> Desk:
            with database.write() as db:
                author = people.load_actor(db, person)
                item = service.create_item(
                    db, author, kind=kind, subject=subject, grade=12, topic=topic, now=now
                )
                item_id = item.id
            page.goto(f"/ngan-hang/cau-hoi/{item_id}/soan")
            expect(page.get_by_role("textbox", name=STEM, exact=True)).to_be_visible()
            return Desk(page, database, item_id)

        yield opened
        context.close()
