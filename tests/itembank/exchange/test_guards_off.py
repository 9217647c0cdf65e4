"""Each guard switched off: the harm it keeps away is then there. What it takes to trust the tests
of hostile files (F24, F25, F28, F44).
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from itembank.errors import Invalid, TooLarge
from itembank.exchange import foreign_html, text_files
from itembank.exchange.exported import ExportedItem
from itembank.exchange.gift import import_gift
from itembank.exchange.moodle import import_moodle
from itembank.exchange.moodle import importer as moodle_importer
from itembank.exchange.oneroster import Record, Roster, write_roster
from itembank.exchange.oneroster import writer as roster_writer
from itembank.exchange.sheets import drawing, export_xlsx
from itembank.items.content import Choice, ItemContent, Option

ESSAY = (
    '<question type="essay"><questiontext format="html"><text>{}</text></questiontext></question>'
)


def test_entities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mật khẩu")
    raw = (
        f'<!DOCTYPE quiz [<!ENTITY x SYSTEM "file://{secret}">]><quiz>{ESSAY.format("&x;")}</quiz>'
    ).encode()
    with pytest.raises(Invalid):
        import_moodle(raw)

    def unguarded(data: bytes, limits: object) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)
        return etree.fromstring(data, parser)

    monkeypatch.setattr(moodle_importer, "parse_xml", unguarded)
    assert import_moodle(raw).items[0].stem == "mật khẩu"


HOSTILE = [
    "<p onclick=alert(1)>x</p>",
    "<script>alert(1)</script>x",
    "<img src=x onerror=alert(1)>x",
    "<svg onload=alert(1)><script>alert(1)</script></svg>x",
    "<math><mtext><style><img src onerror=alert(1)></style></mtext></math>x",
    '<a href="javascript:alert(1)">x</a>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>x',
    '<span style="background:url(javascript:alert(1))">x</span>',
    '<form action="//e.org"><button formaction="javascript:alert(1)">x</button></form>',
    "<svg><animate onbegin=alert(1) attributeName=x></svg>x",
    "<object data='data:text/html,<script>alert(1)</script>'>x</object>",
    '<math href="javascript:alert(1)">x</math>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>x",
    '<table background="javascript:alert(1)"><tr><td>x</td></tr></table>',
]
SIGNS = ("onclick", "onerror", "onload", "onbegin", "<script", "javascript:", "<iframe", "style=",
         "formaction", "<object", "<svg", "background=")  # fmt: skip


@pytest.mark.parametrize("html", HOSTILE)
def test_scripts_and_handlers(html: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stored() -> str:
        written = html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        moodle = import_moodle(f"<quiz>{ESSAY.format(written)}</quiz>".encode())
        gift = import_gift(("[html]" + html.replace("=", "\\=").replace("#", "\\#").replace(
            ":", "\\:").replace("{", "\\{").replace("}", "\\}") + "{}").encode())  # fmt: skip
        return "".join(i.content.stem for i in (*moodle.items, *gift.items) if i.content)

    assert not any(sign in stored() for sign in SIGNS)
    monkeypatch.setattr(foreign_html, "sanitise", lambda text: text)
    monkeypatch.setattr(foreign_html, "_without_lost", lambda text, _: text)
    monkeypatch.setattr(foreign_html.nh3, "clean", lambda text, **_: text)
    assert any(sign in stored() for sign in SIGNS)


def test_formula_signs_in_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    part = Choice(options=(Option(id="A", body="=1+1"), Option(id="B", body="hai")), key="B")
    content = ItemContent(
        kind="choice", subject="toan", grade=12, stem="<p>x</p>", interaction=part
    )

    def marked() -> bool:
        made = export_xlsx([ExportedItem("T1", content)])
        sheet = openpyxl.load_workbook(io.BytesIO(made.body))["Câu hỏi"]
        found = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
        return bool(found) and all(cell.quotePrefix for cell in found)

    assert marked()
    monkeypatch.setattr(drawing, "FORMULA_SIGNS", ("\0",))
    assert not marked()


def test_formula_signs_in_rosters(monkeypatch: pytest.MonkeyPatch) -> None:
    roster = Roster({"orgs": (Record({"sourcedId": "1", "name": "=cmd|' /C calc'!A0"}),)})

    def written() -> str:
        return zipfile.ZipFile(io.BytesIO(write_roster(roster))).read("orgs.csv").decode()

    assert ",=cmd" not in written()
    monkeypatch.setattr(roster_writer, "FORMULA_SIGNS", ("\0",))
    assert ",=cmd" in written()


def test_old_encodings(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "§Ò thi m«n To¸n cña ViÖt Nam {}".encode()
    assert not import_gift(text).items[0].is_settled
    monkeypatch.setattr(text_files, "looks_unconverted", lambda _: False)
    assert import_gift(text).items[0].is_settled


def test_long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLarge):
        foreign_html.content_html("a" * 500_000, lambda _: None)
    monkeypatch.setattr(foreign_html, "MOST_CHARACTERS", 10**9)
    assert len(foreign_html.content_html("a" * 500_000, lambda _: None)) == 500_000
