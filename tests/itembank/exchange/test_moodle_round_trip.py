"""What leaves as Moodle XML comes back the same; what cannot is named, not lost."""

from __future__ import annotations

import base64
import io

from hypothesis import HealthCheck, given, settings
from PIL import Image

from itembank.exchange.exported import Asset, ExportedItem
from itembank.exchange.moodle import export_moodle, from_moodle, import_moodle, to_moodle
from itembank.items.content import Choice, ItemContent, Option, StimulusContent
from itembank.items.interactions import Hottext, MultipleChoice
from itembank.items.pictures import accept

from .kinds_of_items import (
    choices,
    clozes,
    clusters,
    essays,
    items,
    matches,
    multiples,
    orders,
    shorts,
)

KINDS = choices() | multiples() | orders() | clusters | shorts() | essays | matches() | clozes()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(items(KINDS))
def test_an_item_comes_back_the_same(content: ItemContent) -> None:
    assert from_moodle(to_moodle(content)) == content


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), colour).save(out, "PNG")
    return accept(out.getvalue(), most_bytes=10_000).body


def a_choice(stem: str = "<p>Chọn.</p>", **about: object) -> ItemContent:
    part = Choice(options=(Option(id="A", body="một"), Option(id="B", body="hai")), key="B")
    return ItemContent(
        kind="choice", subject="toan", grade=12, stem=stem, interaction=part, **about
    )  # type: ignore[arg-type]


def test_pictures_travel_inside_the_file() -> None:
    body = png()
    name = __import__("hashlib").sha256(body).hexdigest()
    content = a_choice(f'<p>Hình: <img src="asset:{name}" alt="ô đỏ"></p>')
    made = export_moodle([ExportedItem("T1", content)], assets=lambda _: Asset("image/png", body))
    assert base64.b64encode(body) in made.body
    (found,) = import_moodle(made.body).items
    assert found.content == content
    assert [image.sha256 for image in found.images] == [name]
    assert found.identity == "T1"


def test_a_picture_that_is_gone_is_named() -> None:
    content = a_choice(f'<p>Hình: <img src="asset:{"0a" * 32}" alt="x"></p>')
    made = export_moodle([ExportedItem("T1", content)])
    assert made.written == 0
    assert "T1" in str(made.untold[0].where)


def test_material_stays_with_its_items() -> None:
    passage = StimulusContent(subject="toan", title="Bảng số liệu", body="<p>Bảng 1.</p>")
    other = StimulusContent(subject="toan", title="Đoạn văn", body="<p>Đoạn 2.</p>")
    items = [
        ExportedItem("T1", a_choice("<p>1</p>"), passage),
        ExportedItem("T2", a_choice("<p>2</p>")),
        ExportedItem("T3", a_choice("<p>3</p>"), other),
        ExportedItem("T4", a_choice("<p>4</p>"), passage),
    ]
    found = {item.identity: item for item in import_moodle(export_moodle(items).body).items}
    assert {name: item.stimulus for name, item in found.items()} == {
        item.identifier: item.stimulus for item in items
    }
    assert found["T1"].stimulus is found["T4"].stimulus


def test_topics_become_categories_and_come_back() -> None:
    content = a_choice(topic="toan.ung-dung-dao-ham", outcome="x", level="biet")
    made = export_moodle([ExportedItem("T1", content)])
    assert b"$course$/top/To\xc3\xa1n/" in made.body
    assert import_moodle(made.body).items[0].content == content


def test_what_moodle_lacks_is_left_out_by_name() -> None:
    words = Hottext(text='<p><span data-gap="w1">b</span></p>', words=("w1",), keys=("w1",))
    hottext = ItemContent(
        kind="hottext", subject="toan", grade=12, stem="<p>x</p>", interaction=words
    )
    made = export_moodle([ExportedItem("T1", a_choice()), ExportedItem("T2", hottext)])
    assert made.written == 1
    assert [str(part.where) for part in made.untold] == ["Câu T2, không xuất"]


def test_a_change_of_marking_is_said() -> None:
    part = MultipleChoice(options=a_choice().interaction.options, keys=("A",), most=1)  # type: ignore[union-attr]
    content = a_choice().model_copy(update={"kind": "multiple", "interaction": part})
    told = [str(part.why) for part in export_moodle([ExportedItem("T1", content)]).untold]
    assert any("từng phần" in why for why in told)
    assert any("nhiều nhất" in why for why in told)
