"""Files that are no Word file, or one made to harm: refused or made harmless, with the way out."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from itembank.errors import Invalid, KhaothiError, TooLarge
from itembank.exchange.guards import Limits
from itembank.exchange.word import import_word
from itembank.exchange.word.images import as_keepable

from .corpus.ole import compound_file
from .corpus.writer import Paper, R, run_element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SECONDS = 30.0  # the same files without the bounds take minutes; a busy machine takes several


def _docx(*lines: str) -> bytes:
    made, document = io.BytesIO(), docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(made)
    return made.getvalue()


def _with(raw: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The package with parts replaced, added, or (None) taken out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, body in changes.items():
            if body is not None:
                new.writestr(name, body)
    return out.getvalue()


def _body(inner: str, head: str = "") -> bytes:
    return f'{head}<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'.encode()


def _bomb() -> bytes:
    return _with(_docx("x"), {"word/media/bomb.bin": b"\0" * 300_000_000})


QUESTION = "<w:p><w:r><w:t>Câu 1. X</w:t></w:r></w:p>"
ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "old .doc": (lambda: compound_file("WordDocument", b"x"), "word_legacy"),
    "password": (lambda: compound_file("EncryptedPackage", b"x"), "word_locked"),
    "pdf named docx": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "word_pdf"),
    "rtf named docx": (lambda: b"{\\rtf1\\ansi C\\'e2u 1}", "word_rtf"),
    "html named docx": (lambda: b"<html><body>C\xc3\xa2u 1</body></html>", "word_html"),
    "empty": (lambda: b"", "word_empty"),
    "noise": (lambda: bytes(range(1, 256)) * 4, "word_unknown"),
    "plain zip": (lambda: _zip({"a.txt": b"x"}), "word_unknown"),
    "spreadsheet": (
        lambda: _with(
            _docx("x"),
            {"[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'},
        ),
        "word_unknown",
    ),
    "odt named docx": (
        lambda: _zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}),
        "word_odt",
    ),
    "cut short": (lambda: _docx("Câu 1. X")[:-400], "not_a_package"),
    "entities": (
        lambda: _with(_docx("x"), {"word/document.xml": _body(QUESTION, ENTITIES)}), "xml_entities",
    ),
    "outside entity": (
        lambda: _with(_docx("x"), {"word/document.xml": _body(QUESTION, EXTERNAL)}), "xml_entities",
    ),
    "broken xml": (
        lambda: _with(_docx("x"), {"word/document.xml": b"<w:document><w:body>"}), "xml_broken",
    ),
    "nested 100000 deep": (
        lambda: _with(_docx("x"), {"word/document.xml": _body("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)}),
        "xml_too_deep",
    ),
    "zip bomb": (_bomb, "zip_bomb"),
    "path outside": (lambda: _with(_docx("x"), {"../../etc/passwd": b"x"}), "unsafe_name"),
}  # fmt: skip


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_word_file_is_refused_in_time_and_by_name(name: str) -> None:
    make, code = REFUSED[name]
    raw = make()
    started = time.process_time()
    with pytest.raises((Invalid, TooLarge)) as refused:
        import_word(raw)
    assert refused.value.code == code
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    "name", ["old .doc", "rtf named docx", "html named docx", "odt named docx"]
)
def test_the_way_out_is_told(name: str) -> None:
    with pytest.raises(Invalid, match="Save As"):
        import_word(REFUSED[name][0]())


def test_a_file_and_its_bytes_are_refused_alike(tmp_path: Path) -> None:
    file = tmp_path / "de.docx"
    file.write_bytes(REFUSED["old .doc"][0]())
    with pytest.raises(Invalid, match="kiểu cũ"):
        import_word(file)


def test_limits_are_the_callers() -> None:
    with pytest.raises(TooLarge):
        import_word(_docx("Câu 1. X"), limits=Limits(most_file_bytes=1_000))


def test_macros_are_said_and_not_read() -> None:
    raw = _with(
        _docx("Câu 1. Tính 1 + 1.", "Đáp án: 2"), {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
    )
    report = import_word(raw)
    assert [item.key for item in report.items] == ["2"]
    assert any("macro" in str(part.why) for part in report.refused)


def test_pictures_outside_the_file_are_never_fetched() -> None:
    paper = Paper("x", "x")
    rid = paper.doc.part.relate_to(
        "http://127.0.0.1:9/x.png",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )
    picture = run_element("", tag="w:t")
    picture.append(_linked(rid))
    paper.p(R("Câu 1. "), "Tính tổng.", picture)
    paper.p("Đáp án: 2")
    out = io.BytesIO()
    paper.doc.save(out)
    report = import_word(out.getvalue())
    assert "liên kết" in str(report.items[0].problems[0].what)
    assert any("mạng" in str(part.why) for part in report.refused)


def _linked(rid: str):  # type: ignore[no-untyped-def]
    from .corpus.writer import xml

    return xml(
        f"<w:drawing><wp:inline><wp:extent cx='1' cy='1'/><wp:docPr id='1' name='x'/><a:graphic>"
        f"<a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/picture'><pic:pic>"
        f"<pic:blipFill><a:blip r:link='{rid}'/></pic:blipFill></pic:pic></a:graphicData></a:graphic>"
        "</wp:inline></w:drawing>"
    )


def test_handlers_and_scripts_in_text_stay_text() -> None:
    report = import_word(
        _docx('Câu 1. <img src=x onerror="alert(1)"><script>alert(2)</script>', "Đáp án: 2")
    )
    content = report.items[0].content
    assert content is not None
    assert "<script" not in content.stem and "<img" not in content.stem


def test_a_paper_of_many_labels_ends_in_time() -> None:
    """No expression used on lines runs away on text made for it."""
    lines = ["Câu 1. " + "A. " * 20_000, "A. " + "B " * 20_000, "( " * 20_000, "1-" * 20_000 + "A",
             "Dựa vào " + "câu 1, " * 10_000, "a) " + "Đ " * 20_000, "\t" * 30_000 + "S"]  # fmt: skip
    started = time.process_time()
    import_word(_docx(*lines))
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("cut", [10, 60, 200])
def test_a_picture_that_is_cut_is_no_crash(cut: int) -> None:
    head = b"\x01\0\0\0" + b"\0" * 36 + b" EMF" + b"\0" * 200
    assert as_keepable(head[:cut]) is None


def test_any_cut_of_a_file_is_an_error_that_helps() -> None:
    raw = _docx("Câu 1. X", "A. 1", "B. 2")
    for end in range(0, len(raw), max(1, len(raw) // 40)):
        with pytest.raises(KhaothiError):
            import_word(raw[:end])
