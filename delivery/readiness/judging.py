"""Is this machine fit for the examination? What was measured, what it means, what to do. Pure.

Bounds: a save has to reach the server within 2 seconds, and the first question is 350 kB at most, of
which a line of 1 Mbit/s needs 2.8 seconds (docs/performance.md has what was measured at 10 Mbit/s).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from itembank.errors import Message, msg

from .browsers import browser_of, is_safe_exam_browser
from .measured import Measured
from .typing_check import Typing, typing_of

NARROWEST, COMFORTABLE = 360, 1024  # pixels
SLOW_MS, TOO_SLOW_MS = 200, 2000
SLOW_KILOBITS, TOO_SLOW_KILOBITS = 10_000, 1_000
CLOCK_OFF_MS = 60_000
LITTLE_MEGABYTES = 50


class Verdict(StrEnum):
    PASSED = "passed"
    WATCH = "watch"
    FAILED = "failed"


class Subject(StrEnum):
    BROWSER = "browser"
    SCREEN = "screen"
    CLOCK = "clock"
    STORAGE = "storage"
    LINE = "line"
    LETTERS = "letters"
    SOUND = "sound"
    KEYBOARD = "keyboard"
    SAFE_EXAM_BROWSER = "safe_exam_browser"


VERDICT_NAMES: dict[Verdict, str] = {
    Verdict.PASSED: "Đạt",
    Verdict.WATCH: "Để ý",
    Verdict.FAILED: "Không đạt",
}
SUBJECT_NAMES: dict[Subject, str] = {
    Subject.BROWSER: "Trình duyệt",
    Subject.SCREEN: "Màn hình",
    Subject.CLOCK: "Đồng hồ",
    Subject.STORAGE: "Lưu bài trên máy",
    Subject.LINE: "Đường truyền",
    Subject.LETTERS: "Chữ và công thức",
    Subject.SOUND: "Âm thanh",
    Subject.KEYBOARD: "Bàn phím",
    Subject.SAFE_EXAM_BROWSER: "Safe Exam Browser",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What this room's machines need beyond the common."""

    sound: bool = False
    safe_exam_browser: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One subject judged: what was found, and what to do where it is not as it should be."""

    subject: Subject
    verdict: Verdict
    found: Message
    to_do: Message | None = None

    @property
    def name(self) -> str:
        return SUBJECT_NAMES[self.subject]

    @property
    def verdict_name(self) -> str:
        return VERDICT_NAMES[self.verdict]


Said = tuple[Verdict, Message, Message | None]
ORDER = (Verdict.FAILED, Verdict.WATCH, Verdict.PASSED)


def judge(measured: Measured, user_agent: str, asked: Asked) -> tuple[Finding, ...]:
    """Every subject, what has to be mended first."""
    said: list[tuple[Subject, Said]] = [
        (Subject.BROWSER, judge_browser(user_agent)),
        (Subject.SCREEN, _screen(measured)),
        (Subject.CLOCK, _clock(measured)),
        (Subject.STORAGE, _storage(measured)),
        (Subject.LINE, _line(measured)),
        (Subject.LETTERS, _letters(measured)),
        (Subject.SOUND, _sound(measured, asked.sound)),
        (Subject.KEYBOARD, _keyboard(measured)),
    ]
    if asked.safe_exam_browser:
        is_there = measured.safe_exam_browser or is_safe_exam_browser(user_agent)
        said.append((Subject.SAFE_EXAM_BROWSER, _safe_exam_browser(is_there)))
    findings = [Finding(subject, *one) for subject, one in said]
    return tuple(sorted(findings, key=lambda finding: ORDER.index(finding.verdict)))


def overall(findings: Sequence[Finding]) -> Verdict:
    """The gravest of all."""
    return min((finding.verdict for finding in findings), key=ORDER.index)


def _passed(found: Message) -> Said:
    return Verdict.PASSED, found, None


def judge_browser(user_agent: str) -> Said:
    browser = browser_of(user_agent)
    found = msg("{browser}", browser=browser.shown) if browser.name else msg("Không rõ tên")
    newer = msg("Cài Chrome hoặc Edge từ bản 109, hay Firefox từ bản 115.")
    if browser.is_too_old:
        return Verdict.FAILED, msg("{browser}, cũ quá", browser=browser.shown), newer
    if not browser.is_known:
        return Verdict.WATCH, found, msg("Trình duyệt này chưa được thử. Nên dùng Chrome, Edge hoặc Firefox.")  # fmt: skip
    return _passed(found)


def _screen(measured: Measured) -> Said:
    found = msg("{width} × {height} điểm ảnh", width=measured.width, height=measured.height)
    if measured.width < NARROWEST:
        return Verdict.FAILED, found, msg("Hẹp quá. Mở rộng cửa sổ hoặc giảm phóng to.")
    if measured.width < COMFORTABLE:
        return Verdict.WATCH, found, msg("Hơi hẹp, câu hỏi xếp thành một cột. Mở hết cửa sổ.")
    return _passed(found)


def _clock(measured: Measured) -> Said:
    if measured.clock_ms is None:
        return Verdict.WATCH, msg("Chưa so được với máy chủ"), msg("Kiểm tra dây mạng, rồi kiểm tra lại.")  # fmt: skip
    off = abs(measured.clock_ms)
    found = msg("Lệch {seconds} giây", seconds=f"{off / 1000:.1f}".replace(".", ","))
    if off > CLOCK_OFF_MS:
        found = msg("Lệch {minutes} phút", minutes=off // 60_000)
        return Verdict.WATCH, found, msg("Chỉnh lại ngày giờ của máy. Giờ thi vẫn tính theo máy chủ.")  # fmt: skip
    return _passed(found)


def _storage(measured: Measured) -> Said:
    if measured.store == "none":
        return Verdict.FAILED, msg("Trình duyệt không cho ghi"), msg("Tắt chế độ ẩn danh, cho phép trang này lưu dữ liệu.")  # fmt: skip
    if measured.store == "plain":
        return Verdict.WATCH, msg("Chỉ ghi được vào chỗ tạm nhỏ"), msg("Tắt chế độ ẩn danh, cho phép trang này lưu dữ liệu.")  # fmt: skip
    free = measured.free_megabytes
    if not measured.has_room or (free is not None and free < LITTLE_MEGABYTES):
        return Verdict.FAILED, msg("Ổ đĩa gần đầy"), msg("Dọn bớt tệp trên ổ đĩa, cần trống ít nhất {n} MB.", n=LITTLE_MEGABYTES)  # fmt: skip
    return _passed(msg("Ghi thử rồi đọc lại, khớp"))


def _line(measured: Measured) -> Said:
    plug = msg("Xem dây mạng, cổng mạng và bộ chia mạng, rồi kiểm tra lại.")
    if measured.latency_ms is None or measured.kilobits is None:
        return Verdict.FAILED, msg("Máy chủ phòng thi không trả lời đủ"), plug
    found = msg(
        "Trả lời sau {ms} mili giây, tải {speed} Mbit/giây",
        ms=max(1, measured.latency_ms),
        speed=f"{measured.kilobits / 1000:.1f}".replace(".", ","),
    )
    if measured.latency_ms > TOO_SLOW_MS or measured.kilobits < TOO_SLOW_KILOBITS:
        return Verdict.FAILED, found, plug
    if measured.latency_ms > SLOW_MS or measured.kilobits < SLOW_KILOBITS:
        return Verdict.WATCH, found, msg("Chậm, vẫn thi được. Nên dùng dây mạng thay cho Wi-Fi.")
    return _passed(found)


def _letters(measured: Measured) -> Said:
    if not measured.draws_formulas:
        return Verdict.FAILED, msg("Không vẽ được công thức"), msg("Cài Chrome hoặc Edge từ bản 109, hay Firefox từ bản 115.")  # fmt: skip
    if measured.looks_right is False:
        return Verdict.FAILED, msg("Người kiểm tra thấy chữ vỡ hoặc ô vuông"), msg("Tải lại trang, xoá bộ nhớ đệm. Vẫn vậy thì đổi trình duyệt.")  # fmt: skip
    if not measured.has_font:
        return Verdict.WATCH, msg("Chưa tải được phông chữ, đang dùng chữ của máy"), msg("Tải lại trang.")  # fmt: skip
    if measured.looks_right is None:
        return Verdict.WATCH, msg("Vẽ được công thức, chưa ai nhìn"), msg("Nhìn mẫu chữ rồi trả lời.")  # fmt: skip
    return _passed(msg("Đọc rõ"))


def _sound(measured: Measured, is_needed: bool) -> Said:
    lacking = Verdict.FAILED if is_needed else Verdict.WATCH
    if "mp3" not in measured.sound_formats and "m4a" not in measured.sound_formats:
        return lacking, msg("Không phát được tệp mp3, m4a"), msg("Dùng Chrome hoặc Edge bản chính thức.")  # fmt: skip
    if measured.was_heard is False:
        return lacking, msg("Không nghe thấy tiếng thử"), msg("Cắm tai nghe, bỏ tắt tiếng, tăng âm lượng, rồi thử lại.")  # fmt: skip
    if measured.was_heard is None:
        return Verdict.WATCH, msg("Chưa nghe thử"), msg("Bấm Phát tiếng thử rồi trả lời.")
    return _passed(msg("Nghe rõ"))


def _keyboard(measured: Measured) -> Said:
    if measured.typed is None or not measured.typed.strip():
        return Verdict.WATCH, msg("Chưa gõ thử"), msg("Gõ câu mẫu vào ô.")
    verdict, found, to_do = _TYPINGS[typing_of(measured.typed)]
    if verdict is Verdict.PASSED and measured.keys == "otherwise":
        return Verdict.WATCH, msg("Gõ được, nhưng phím không đúng chữ in trên bàn phím"), msg("Đặt kiểu bàn phím của máy là tiếng Anh (US).")  # fmt: skip
    return verdict, found, to_do


_TYPINGS: dict[Typing, Said] = {
    Typing.RIGHT: (Verdict.PASSED, msg("Gõ đúng câu mẫu"), None),
    Typing.DECOMPOSED: (
        Verdict.WATCH,
        msg("Đúng chữ, nhưng bảng mã là Unicode tổ hợp"),
        msg("Trong Unikey chọn bảng mã Unicode (dựng sẵn)."),
    ),
    Typing.RAW_KEYS: (
        Verdict.FAILED,
        msg("Bộ gõ tiếng Việt chưa chạy"),
        msg("Bật Unikey, chọn kiểu gõ Telex và bảng mã Unicode."),
    ),
    Typing.NO_MARKS: (
        Verdict.FAILED,
        msg("Chữ không có dấu"),
        msg("Bật Unikey, chọn kiểu gõ Telex và bảng mã Unicode."),
    ),
    Typing.OTHER_CHARSET: (
        Verdict.FAILED,
        msg("Bảng mã cũ (TCVN3 hoặc VNI)"),
        msg("Trong Unikey chọn bảng mã Unicode (dựng sẵn)."),
    ),
    Typing.OTHERWISE: (
        Verdict.FAILED,
        msg("Không giống câu mẫu"),
        msg("Xoá đi, gõ lại đúng câu mẫu."),
    ),
}


def _safe_exam_browser(is_there: bool) -> Said:
    if is_there:
        return _passed(msg("Đang mở trong Safe Exam Browser"))
    return Verdict.FAILED, msg("Không thấy Safe Exam Browser"), msg("Cài Safe Exam Browser, rồi mở phòng thi bằng tệp .seb của ca thi.")  # fmt: skip
