"""Ticked items go into a form; work is offered to a group of whom one takes it: on the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.settings import Settings
from itembank.forms import service as forms
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.council import PASSWORD, make_council, make_submitted
from tests.factories.forms import choice_content, make_item, make_person, small_structure
from tests.factories.web import HASH

from .conftest import serving
from .page_checks import barriers, overflow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def address(database: Database) -> Iterator[str]:
    now = datetime.now(UTC)
    with database.write() as db:
        council = make_council(db, now)
        paper, officer = small_structure(choice=2), council.actor(db, "officer")
        forms.create_form_from(db, officer, paper, code="DE-9", title="Đề số chín", now=now)
        make_item(db, council.author, choice_content(stem="<p>Đã duyệt</p>"), now=now)
        make_submitted(db, council, choice_content(stem="<p>Chưa duyệt</p>"), now=now)
        unit = db.get_one(Unit, council.secretary.unit_id)
        for name in ("to-mot", "to-hai"):
            make_person(db, unit, name, Role.APPRAISER, now=now, password_hash=HASH)
    with serving(database, Settings(worker_in_process=False)) as served:
        yield served


def signed_in(browser: Browser, address: str, who: str) -> Page:
    context = browser.new_context(
        viewport={"width": 1366, "height": 800}, base_url=address, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(who)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_label("Mật khẩu")).to_have_count(0)
    return page


def test_the_officer_puts_ticked_items_into_a_form(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "officer")
    page.goto("/ngan-hang")
    page.get_by_label("Chọn mọi câu ở trang này").check()
    page.get_by_label("Đề hoặc bộ câu").select_option(label="DE-9 · Đề số chín")
    assert [*barriers(page), *overflow(page)] == []
    page.get_by_role("button", name="Đưa vào đề").click()
    expect(page.get_by_text("Đã đưa 1 câu vào đề DE-9 · Đề số chín.")).to_be_visible()
    expect(page.get_by_text("Câu này chưa được duyệt, hoặc đã thôi dùng.")).to_be_visible()
    assert [*barriers(page), *overflow(page)] == []
    page.get_by_role("link", name="Mở trang đề").click()
    expect(page.get_by_text("Đã duyệt", exact=True)).to_be_visible()
    page.context.close()


def test_a_group_is_offered_the_work_and_one_takes_it(browser: Browser, address: str) -> None:
    secretary = signed_in(browser, address, "secretary")
    secretary.goto("/ngan-hang")
    secretary.get_by_label("Chọn mọi câu ở trang này").check()
    group = secretary.locator("#nguoi option[value^='appraiser:to.']", has_text="(2)")
    secretary.get_by_label("Người thẩm định").select_option(group.get_attribute("value"))
    secretary.get_by_role("button", name="Giao thẩm định").click()
    expect(secretary.get_by_text("ai nhận trước thì làm.")).to_be_visible()
    one, other = (signed_in(browser, address, who) for who in ("to-mot", "to-hai"))
    one.goto("/tham-dinh")
    assert [*barriers(one), *overflow(one)] == []
    one.get_by_role("button", name="Nhận việc").click()
    expect(one).not_to_have_url(f"{address}/tham-dinh")
    other.goto("/tham-dinh")
    expect(other.get_by_text("Người to-mot đã nhận")).to_be_visible()
    assert [*barriers(other), *overflow(other)] == []
    for page in (secretary, one, other):
        page.context.close()
