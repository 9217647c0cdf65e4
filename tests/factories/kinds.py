"""A paper with one item of every kind the player draws, and the right response to each."""

from __future__ import annotations

import io
import uuid
import wave
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from delivery.sittings.models import Candidate, Sitting
from itembank.forms import repository as repository
from itembank.forms import service as forms
from itembank.forms.structures import ExamStructure
from itembank.items import service as items
from itembank.items.content import KIND_NAMES, PLAYABLE, ItemContent, StimulusContent
from itembank.items.interactions import Recording
from itembank.permissions import Actor, Role

from .attempts import make_candidate
from .forms import make_actor, make_item, make_person, make_stimulus, make_unit

MAP = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300" width="480" height="300">
<rect width="480" height="300" fill="#e6eef8"/><path d="M0 210 Q120 150 240 200 T480 170 V300 H0Z" fill="#cfe8d5"/>
<circle cx="110" cy="90" r="34" fill="#ffd08a"/><rect x="300" y="60" width="120" height="70" fill="#a9a69b"/>
<path d="M60 240 L140 180 L200 250Z" fill="#1b6e45"/></svg>"""

PARTIAL = {"choice": 1, "tf_cluster": 4, "cloze": 2, "match": 3, "gap_match": 2, "composite": 13}


def _option(identifier: str, body: str) -> dict[str, Any]:
    return {"id": identifier, "body": f"<p>{body}</p>"}


def _interactions(picture: str) -> dict[str, dict[str, Any]]:
    return {
        "choice": {
            "options": [_option(i, b) for i, b in zip("ABCD", ("12", "18", "24", "36"), strict=True)],
            "key": "B",
        },
        "multiple": {
            "options": [_option(i, b) for i, b in zip("ABCDE", ("2", "3", "4", "5", "9"), strict=True)],
            "keys": ["A", "B", "D"],
            "least": 3,
            "most": 3,
        },
        "tf_cluster": {
            "statements": [
                {"id": i, "body": f"<p>{b}</p>", "key": k}
                for i, b, k in (
                    ("a", 'Khi <span data-tex="x=8"></span>, cạnh dài 36 m.', True),
                    ("b", "Chiều dài lưới luôn lớn hơn 40 m.", True),
                    ("c", "Lưới cần dùng ngắn nhất khi ô nuôi là hình vuông.", False),
                    ("d", 'Nếu chỉ có 60 m lưới thì <span data-tex="6\\le x\\le 24"></span>.', True),
                )
            ]
        },
        "short": {"keys": ["3,5"]},
        "cloze": {
            "gaps": [
                {"id": "G1", "options": [_option("A", "which"), _option("B", "where")], "keys": ["B"]},
                {"id": "G2", "keys": ["library"], "case_sensitive": False, "length": 12},
            ]
        },
        "match": {
            "rows": [_option("1", "Huế"), _option("2", "Đà Lạt"), _option("3", "Hạ Long")],
            "columns": [_option("a", "Lâm Đồng"), _option("b", "Quảng Ninh"), _option("c", "Cố đô")],
            "keys": [
                {"left": "1", "right": "c"}, {"left": "2", "right": "a"}, {"left": "3", "right": "b"},
            ],
            "partial": True,
        },
        "order": {
            "options": [
                _option("A", "Chiến thắng Điện Biên Phủ"),
                _option("B", "Cách mạng tháng Tám"),
                _option("C", "Thống nhất đất nước"),
            ],
            "keys": ["B", "A", "C"],
        },
        "hotspot": {
            "picture": f'<p><img src="asset:{picture}" alt="Sơ đồ khu vườn có ao, nhà và bãi cỏ" width="480" height="300"></p>',
            "width": 480,
            "height": 300,
            "areas": [
                {"id": "S", "shape": "circle", "coords": [110, 90, 44], "label": "Mặt trời"},
                {"id": "H", "shape": "rect", "coords": [300, 60, 420, 130], "label": "Ngôi nhà"},
                {"id": "T", "shape": "poly", "coords": [60, 240, 140, 180, 200, 250], "label": "Cái cây"},
            ],
            "keys": ["H"],
            "most": 1,
        },
        "gap_match": {
            "pieces": [_option("P", "quang hợp"), _option("Q", "hô hấp"), _option("R", "thoát hơi nước")],
            "text": '<p>Lá cây lấy khí carbonic để <span data-gap="G1"></span> và mất nước khi '
            '<span data-gap="G2"></span>.</p>',
            "gaps": ["G1", "G2"],
            "keys": [{"left": "P", "right": "G1"}, {"left": "R", "right": "G2"}],
            "partial": True,
        },
        "hottext": {
            "text": '<p>Em <span data-gap="w1">hôm qua</span> đi <span data-gap="w2">tham quang</span> ở '
            '<span data-gap="w3">bảo tàng</span> tỉnh.</p>',
            "words": ["w1", "w2", "w3"],
            "keys": ["w2"],
            "most": 1,
        },
        "composite": {"places": _places(picture)},
        "essay": {"rubric": [{"id": "r1", "criterion": "Ý", "levels": [
            {"points": "0", "text": "không"}, {"points": "2", "text": "đủ"}]}], "max_words": 200},
    }  # fmt: skip


def _places(picture: str) -> list[dict[str, Any]]:
    """Whatever a composite item can ask, each once; the last three are marked by people."""
    ground = {
        "picture": f'<p><img src="asset:{picture}" alt="Sơ đồ khu vườn" width="480" height="300"></p>',
        "width": 480, "height": 300,
    }  # fmt: skip
    areas = [
        {"id": "S", "shape": "circle", "coords": [110, 90, 44], "label": "Mặt trời"},
        {"id": "H", "shape": "rect", "coords": [300, 60, 420, 130], "label": "Ngôi nhà"},
        {"id": "T", "shape": "poly", "coords": [60, 240, 140, 180, 200, 250], "label": "Cái cây"},
    ]
    letters = [_option(i, b) for i, b in zip("ABCD", ("nóng", "lạnh", "ngày", "đêm"), strict=True)]
    asked: dict[str, dict[str, Any]] = {
        "entry": {"keys": ["12"], "length": 6},
        "multiple": {"options": [_option("A", "Đúng"), _option("B", "Sai")], "keys": ["B"], "most": 1},
        "slider": {"lower": 0, "upper": 100, "step": 5, "key": 15},
        "match": {
            "rows": [_option("1", "Huế"), _option("2", "Đà Lạt")],
            "columns": [_option("a", "Lâm Đồng"), _option("b", "Cố đô")],
            "keys": [{"left": "1", "right": "b"}, {"left": "2", "right": "a"}],
        },
        "order": {"options": [_option("A", "Trưa"), _option("B", "Sáng")], "keys": ["B", "A"]},
        "associate": {
            "choices": letters, "keys": [{"left": "A", "right": "B"}, {"left": "C", "right": "D"}],
        },
        "gap_match": {
            "pieces": [_option("P", "quang hợp"), _option("Q", "hô hấp")],
            "text": '<p>Lá cây <span data-gap="G1"></span>.</p>', "gaps": ["G1"],
            "keys": [{"left": "P", "right": "G1"}],
        },
        "hottext": {
            "text": '<p>Đi <span data-gap="w1">tham quang</span> <span data-gap="w2">bảo tàng</span>.</p>',
            "words": ["w1", "w2"], "keys": ["w1"],
        },
        "hotspot": {**ground, "areas": areas, "keys": ["H"]},
        "picture_points": {
            **ground, "targets": [{"id": "1", "shape": "rect", "coords": [220, 130, 300, 170]}],
        },
        "picture_order": {**ground, "areas": areas, "keys": ["T", "H", "S"]},
        "picture_links": {**ground, "areas": areas, "keys": [{"left": "S", "right": "T"}]},
        "picture_gaps": {
            **ground, "pieces": [_option("P", "nhà"), _option("Q", "cây")], "areas": areas[1:],
            "keys": [{"left": "P", "right": "H"}, {"left": "Q", "right": "T"}],
        },
        "text": {"length": 200},
        "drawing": ground,
        "upload": {},
    }  # fmt: skip
    return [{"id": kind, "asks": {"type": kind, **asks}} for kind, asks in asked.items()]


PLACE_STEMS = {
    "multiple": "Số 12 chia hết cho 5.", "slider": "15 phần trăm nằm ở đâu trên trục?",
    "match": "Ghép địa danh.", "order": "Sắp theo buổi trong ngày.", "associate": "Ghép từ trái nghĩa.",
    "gap_match": "Đặt mảnh vào chỗ trống.", "hottext": "Chọn từ viết sai.", "hotspot": "Chọn ngôi nhà.",
    "picture_points": "Đặt một điểm gần giữa hình.", "picture_order": "Cây, nhà rồi mặt trời.",
    "picture_links": "Nối mặt trời với cây.", "picture_gaps": "Đặt tên cho nhà và cây.",
    "text": "Viết một câu nhận xét.", "drawing": "Vẽ bóng của cây.", "upload": "Nộp ảnh bài nháp.",
}  # fmt: skip

STEMS = {
    "choice": 'Một hộp có thể tích <span data-tex="V=2\\cdot 3\\cdot 3"></span>. Tính <span data-tex="V"></span>.',
    "multiple": "Những số nào sau đây là số nguyên tố?",
    "tf_cluster": 'Gọi <span data-tex="x"></span> là độ dài mỗi cạnh. Chiều dài lưới là</p>'
    '<div data-tex="L(x)=2x+\\frac{288}{x}."></div><p><b>Mỗi ý sau đây đúng hay sai?</b>',
    "short": "Tính trung bình cộng của 3 và 4.",
    "cloze": 'The place <span data-gap="G1"></span> we borrow books is a <span data-gap="G2"></span>.',
    "match": "Ghép mỗi địa danh với một thông tin đúng.",
    "order": "Sắp các sự kiện theo thứ tự thời gian.",
    "hotspot": "Chọn ngôi nhà trong hình.",
    "gap_match": "Đặt mỗi mảnh vào một chỗ trống.",
    "hottext": "Chọn từ viết sai chính tả.",
    "composite": 'Ba lần bốn bằng <span data-gap="entry"></span>.</p>'
    + "".join(
        f'<p>{words}</p><p><span data-gap="{place}"></span></p>'
        for place, words in PLACE_STEMS.items()
    )
    + "<p>Hết",
    "essay": "Viết đoạn văn về một việc tốt em đã làm.",
}

# What scores full points, as the player sends it.
RIGHT: dict[str, Any] = {
    "choice": "B",
    "multiple": ["A", "B", "D"],
    "tf_cluster": {"a": True, "b": True, "c": False, "d": True},
    "short": "3,5",
    "cloze": {"G1": "B", "G2": "library"},
    "match": ["1 c", "2 a", "3 b"],
    "order": ["B", "A", "C"],
    "hotspot": ["H"],
    "gap_match": ["P G1", "R G2"],
    "hottext": ["w2"],
    "composite": {
        "entry": "12",
        "multiple": ["B"],
        "slider": "15",
        "match": ["1 b", "2 a"],
        "order": ["B", "A"],
        "associate": ["A B", "C D"],
        "gap_match": ["P G1"],
        "hottext": ["w1"],
        "hotspot": ["H"],
        "picture_points": ["252 150"],
        "picture_order": ["T", "H", "S"],
        "picture_links": ["S T"],
        "picture_gaps": ["P H", "Q T"],
        "text": "Em thấy đúng.",
        "drawing": "M240 150L252 150L264 150",
    },
    "essay": {"text": "Em giúp bạn học."},
}
assert set(RIGHT) == PLAYABLE


@dataclass(frozen=True)
class KindsRoom:
    """The sitting, and which form item is of which kind."""

    sitting: Sitting
    officer: Actor
    candidate: Candidate
    items: dict[str, uuid.UUID]


def half_a_second() -> bytes:
    """A quiet tone as WAV: 8 kHz, 8 bits, one channel."""
    packed = io.BytesIO()
    with wave.open(packed, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(128 + (n // 10 % 2) * 8 for n in range(4000)))
    return packed.getvalue()


def make_kinds_room(db: Session, *, now: datetime, minutes: int = 90) -> KindsRoom:
    unit = make_unit(db, "SO-HP")
    author = make_person(db, unit, "tacgia", Role.TEACHER, now=now)
    officer = make_actor(db, unit, "totchuc", Role.EXAM_OFFICER, Role.INVIGILATOR, now=now)
    picture = items.add_asset(db, None, MAP, most_bytes=100_000, now=now).sha256
    sound = items.add_sound(db, officer, half_a_second(), now=now).sha256
    shared = StimulusContent(
        subject="toan", title="Ao nuôi vịt", body=PASSAGE,
        recording=Recording(src=f"asset:{sound}", plays=2, transcript="bản ghi kín"),
    )  # fmt: skip
    passage = make_stimulus(db, author, shared, now=now)
    for kind, interaction in _interactions(picture).items():
        content = _content(kind, interaction, passage if kind in {"short", "multiple"} else None)
        make_item(db, author, content, now=now)
    form = forms.create_form_from(
        db, officer, _structure(), code="DE-MK", title="Đề đủ dạng", now=now
    )
    forms.fill_form(db, officer, form, seed=1, now=now)
    forms.freeze_form(db, officer, form, now=now)
    sitting = Sitting(
        title="Thi thử tốt nghiệp THPT", form_id=form.id, unit_id=unit.id, starts_at=now,
        minutes=minutes, state="open", created_at=now, opened_at=now,
    )  # fmt: skip
    db.add(sitting)
    db.flush()
    placed = {e.content.kind: e.place.id for e in repository.entries(db, form.id)}
    return KindsRoom(sitting, officer, make_candidate(db, sitting, now=now), placed)


PASSAGE = (
    "<p>Một hộ nuôi vịt ven kênh dùng lưới quây một ô hình chữ nhật. Cạnh sát bờ kênh không cần lưới.</p>"
    "<p>Giá mỗi mét lưới là 35 nghìn đồng. Người ta muốn dùng ít lưới nhất mà diện tích vẫn là 288 mét vuông.</p>"
)


def _content(kind: str, interaction: dict[str, Any], stimulus: str | None) -> ItemContent:
    return ItemContent.model_validate(
        {
            "kind": kind, "subject": "toan", "grade": 12, "topic": "toan.12.dao-ham",
            "outcome": "toan.12.dao-ham.1", "level": "biet", "stem": f"<p>{STEMS[kind]}</p>",
            "solution": "<p>Lời giải kín</p>", "stimulus": stimulus,
            "interaction": {"type": kind, **interaction},
        }
    )  # fmt: skip


def _structure() -> ExamStructure:
    parts = [
        {
            "code": code, "title": KIND_NAMES[kind], "kind": kind, "count": 1,
            "instruction": "Thí sinh làm theo yêu cầu của từng câu.",
            "weights": ["0", "2"] if kind == "essay" else [str(n) for n in range(PARTIAL.get(kind, 1) + 1)],
        }
        for code, kind in zip(ROMAN, STEMS, strict=True)
    ]  # fmt: skip
    total = sum(float(part["weights"][-1]) for part in parts)
    return ExamStructure.model_validate(
        {
            "id": "kinds", "title": "Toán", "subject": "toan", "minutes": 90, "total": str(total),
            "parts": parts,
        }
    )  # fmt: skip


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
