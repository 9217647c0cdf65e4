"""Markup nested without end is refused at once, not cleaned for minutes."""

from __future__ import annotations

import pytest

from itembank.errors import TooLarge
from itembank.items import html


def test_a_hundred_thousand_open_elements_are_refused():
    with pytest.raises(TooLarge):
        html.sanitise("<div>" * 100_000)


def test_without_the_bound_deep_markup_would_be_read(monkeypatch):
    deep = "<div>" * 600 + "x" + "</div>" * 600
    with pytest.raises(TooLarge):
        html.sanitise(deep)
    monkeypatch.setattr(html, "DEEPEST", 10**9)
    assert "x" in html.sanitise(deep)


def test_many_elements_side_by_side_are_not_deep():
    assert html.sanitise("<p>a<br></p>" * 2_000).count("<p>") == 2_000
