"""QTI packages and folders: order, pictures, shared material; refused one by one with a reason."""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from itembank.errors import Invalid, KhaothiError, NotFound
from itembank.exchange.found import report_json
from itembank.exchange.qti import (
    Asset,
    ExportedItem,
    ExportedSection,
    ExportedTest,
    export_qti,
    import_qti,
)
from itembank.items.content import Choice, ItemContent, Option, StimulusContent
from itembank.items.interactions import Cloze, Gap

from .foreign_items import CHOICE, PLACE, V2, named, only, package, png


def test_a_package_with_test_order_pictures_and_shared_material(tmp_path: Path) -> None:
    picture = b'<p><img src="../media/a.png" alt="h\xc3\xacnh vu\xc3\xb4ng"/></p><p>S\xe1\xbb\x91'
    shared = (
        f'<assessmentStimulusRef xmlns="{V2}" identifier="S" href="../passages/p.xml"/><itemBody>'
    )
    files = {
        "imsmanifest.xml": b'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"/>',
        "test.xml": (
            f'<assessmentTest xmlns="{V2}" identifier="T" title="T"><testPart identifier="P">'
            '<assessmentSection identifier="S" title="S" visible="true">'
            '<assessmentItemRef identifier="r2" href="items/b.xml"/>'
            '<assessmentItemRef identifier="r1" href="items/a.xml"/>'
            "</assessmentSection></testPart></assessmentTest>"
        ).encode(),
        "items/a.xml": named(CHOICE, "a").replace("<p>Số".encode(), picture),
        "items/b.xml": named(CHOICE, "b").replace(b"<itemBody>", shared.encode()),
        "items/c.xml": named(CHOICE, "c").replace(b"<itemBody>", shared.encode()),
        "passages/p.xml": (
            f'<assessmentStimulus xmlns="{V2}" identifier="p" title="Đoạn trích">'
            "<stimulusBody><p>Đọc đoạn sau.</p></stimulusBody></assessmentStimulus>"
        ).encode(),
        "media/a.png": png(),
    }
    folder = tmp_path / "unpacked"
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    zipped = tmp_path / "p.zip"
    zipped.write_bytes(package(files))
    for source in (folder, zipped, zipped.read_bytes()):
        report = import_qti(source, placement=PLACE)
        assert [found.identity for found in report.items] == ["b", "a", "c"]
        b, a, c = report.items
        assert b.stimulus is c.stimulus
        assert (b.stimulus_text, a.stimulus) == ("Đọc đoạn sau.", None)
        assert [image.picture.media_type for image in a.images] == ["image/png"]
        assert a.content is not None
        assert f'src="asset:{a.images[0].sha256}"' in a.content.stem
        assert report_json(report)["items"][0]["stimulus"] == "Đọc đoạn sau."


def test_a_package_of_ours_comes_back_whole(tmp_path: Path) -> None:
    picture = png()
    name = hashlib.sha256(picture).hexdigest()
    passage = StimulusContent(subject="toan", title="Ngữ liệu", body="<p>Cho bảng.</p>")
    contents = [
        ItemContent(
            kind="choice",
            subject="toan",
            grade=12,
            topic="toan.x",
            level="hieu",
            stem=f'<p>Hình <img src="asset:{name}" alt="h"></p>',
            interaction=Choice(
                options=tuple(Option(id=i, body=i, rationale="vì") for i in "ABCD"), key="D"
            ),
        ),
        ItemContent(
            kind="cloze",
            subject="toan",
            grade=11,
            stem='<p>a <span data-gap="G"></span></p>',
            interaction=Cloze(gaps=(Gap(id="G", keys=("b",)),)),
        ),
    ]
    exported = [ExportedItem(f"T12-{n}", content, passage) for n, content in enumerate(contents)]
    test = ExportedTest(
        "DE-1",
        "Đề 1",
        (ExportedSection("I", "Phần I", (("T12-1", Decimal(1)), ("T12-0", Decimal(2)))),),
    )
    raw = export_qti(exported, assets=lambda sha: Asset("image/png", picture), test=test)
    assert raw == export_qti(exported, assets=lambda sha: Asset("image/png", picture), test=test)
    report = import_qti(raw)
    assert [found.content for found in report.items] == [contents[1], contents[0]]
    assert [found.stimulus_text for found in report.items] == ["Cho bảng."] * 2
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert f"media/{name}.png" in archive.namelist()
        assert b'href="test.xml"' in archive.read("imsmanifest.xml")
    with pytest.raises(Invalid, match="không còn trong kho"):
        export_qti(exported, assets=lambda sha: None)
    with pytest.raises(Invalid, match="cùng mã"):
        export_qti([exported[0], exported[0]], assets=lambda sha: Asset("image/png", picture))


HOSTILE = {
    "entities": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + CHOICE,
    "deep": b"<assessmentItem>" + b"<p>" * 100_000 + b"</p>" * 100_000 + b"</assessmentItem>",
    "cut short": CHOICE[: len(CHOICE) // 2],
    "QTI 1.2": b"<questestinterop><item/></questestinterop>",
    "not an item": b"<assessmentItem/><more/>",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_bad_files_are_refused_one_by_one_and_in_time(what: str) -> None:
    start = time.process_time()
    report = import_qti(package({"good.xml": CHOICE, "bad.xml": HOSTILE[what]}))
    assert [found.identity for found in report.items] == ["q1"]
    assert [str(part.where) for part in report.refused] == ["bad.xml"]
    assert str(report.refused[0].why)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("raw", [b"%PDF-1.7", b"", b"\x00\x01", b"PK\x03\x04 not a zip"])
def test_files_of_another_kind_are_refused(raw: bytes) -> None:
    with pytest.raises(KhaothiError):
        import_qti(raw)


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        import_qti(tmp_path / "none.zip")


def test_a_package_cannot_reach_outside_itself(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    inside = tmp_path / "package"
    inside.mkdir()
    (inside / "a.xml").write_bytes(
        CHOICE.replace(b"<itemBody>", b'<itemBody><p><img src="../secret.png" alt="a"/></p>')
    )
    found = only(import_qti(inside))
    assert found.images == ()
    assert found.problems


def test_the_1edtech_examples_where_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts only; the examples may not be passed on, so they are never part of the project."""
    named_folder = os.environ.get("QTI_EXAMPLES", "")
    if not Path(named_folder).is_dir() or not named_folder:
        pytest.skip("QTI_EXAMPLES names no folder with the 1EdTech examples")
    report = import_qti(Path(named_folder))
    share = report.modelled / len(report.items)
    with capsys.disabled():
        counts = {
            "items": len(report.items),
            "modelled": report.modelled,
            "opaque": report.opaque,
            "refused": len(report.refused),
            "share_modelled": round(share, 3),
            "seconds": round(report.seconds, 1),
        }
        print(json.dumps(counts))
        for part in report.refused:
            print("refused:", part.where, part.why)
    assert share >= 0.65
