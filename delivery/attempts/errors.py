"""What an attempt refuses, each with the code the player knows."""

from __future__ import annotations

from itembank.errors import Conflict, Invalid, KhaothiError, Problem, Refused, msg


class DeviceUnknown(KhaothiError):
    """Nobody signed in on this device."""

    default_code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__(
            "Máy này chưa vào phòng thi. Vào bằng số báo danh và mã vào phòng trên phiếu."
        )


class WriterReplaced(Conflict):
    """Another device holds the lease now."""

    default_code = "writer_replaced"

    def __init__(self) -> None:
        super().__init__("Bài thi đã được mở ở máy khác; máy này không ghi được nữa.")


class DeviceWaits(Refused):
    """Signed in on a second device; the invigilator has not let go of the first."""

    default_code = "device_waits"

    def __init__(self) -> None:
        super().__init__("Số báo danh này đang mở ở máy khác. Chờ giám thị cho đổi máy.")


class NotStarted(Conflict):
    default_code = "not_started"

    def __init__(self) -> None:
        super().__init__("Bài thi chưa bắt đầu. Chờ giám thị mở đề rồi bấm bắt đầu.")


class DeadlinePassed(Conflict):
    default_code = "deadline_passed"

    def __init__(self) -> None:
        super().__init__("Đã hết giờ làm bài; câu trả lời gửi sau giờ không được nhận.")


class CameTooLate(Refused):
    """The start signal is too long ago; the invigilator may admit the candidate all the same."""

    default_code = "came_too_late"

    def __init__(self, minutes: int) -> None:
        super().__init__(
            msg(
                "Đã quá {n} phút từ hiệu lệnh bắt đầu nên không mở đề được. Báo giám thị.",
                n=minutes,
            )
        )


class RoomPaused(Conflict):
    default_code = "room_paused"

    def __init__(self) -> None:
        super().__init__("Cả phòng đang tạm dừng. Chờ giám thị cho tiếp tục rồi bấm bắt đầu.")


class AttemptPaused(Conflict):
    """The clock stands still, and nothing is taken until it runs again."""

    default_code = "attempt_paused"

    def __init__(self) -> None:
        super().__init__("Bài đang tạm dừng; đồng hồ đứng yên và máy sẽ gửi lại khi tiếp tục.")


class AttemptSuspended(Conflict):
    default_code = "attempt_suspended"

    def __init__(self) -> None:
        super().__init__("Thí sinh đã bị đình chỉ thi; bài không nhận thêm câu trả lời.")


class AttemptSubmitted(Conflict):
    default_code = "attempt_submitted"

    def __init__(self) -> None:
        super().__init__("Bài đã nộp nên không sửa được nữa.")


class EventConflict(Conflict):
    """The same key with other bytes: refused and logged, never ignored."""

    default_code = "event_conflict"

    def __init__(self, seq: int) -> None:
        super().__init__("Máy chủ đã có thay đổi khác mang cùng số thứ tự; không ghi đè.")
        self.seq = seq


class EventsMissing(Conflict):
    """The device asks to hand in, but the server has not got all it was told."""

    default_code = "events_missing"

    def __init__(self, have: int) -> None:
        super().__init__("Máy chủ chưa nhận đủ các thay đổi của máy này. Gửi nốt rồi nộp lại.")
        self.extra = {"have": have}


class UnknownItem(Invalid):
    default_code = "unknown_item"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("Câu trả lời gửi cho một câu không có trong đề này.", problems=problems)


class UnfitValue(Invalid):
    default_code = "value_invalid"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("Câu trả lời không đúng dạng của câu hỏi.", problems=problems)
