"""Names that the administration's pages give to events and standings."""

from __future__ import annotations

from itembank.people.register.states import Validity

VALIDITY_NAMES: dict[Validity, str] = {
    "valid": "Còn hiệu lực",
    "soon": "Sắp hết hạn",
    "expired": "Hết hạn",
    "withdrawn": "Đã kết thúc",
}
EVENT_NAMES: dict[str, str] = {
    "person.created": "Tạo tài khoản",
    "person.changed": "Sửa thông tin",
    "person.moved": "Chuyển đơn vị",
    "person.locked": "Đã khoá tài khoản",
    "person.unlocked": "Đã mở khoá tài khoản",
    "password.reset": "Đã đặt lại mật khẩu",
    "password.changed": "Đã đổi mật khẩu",
    "staff.signed_in": "Đã đăng nhập",
    "role.granted": "Đã cấp vai trò",
    "role.revoked": "Thu hồi vai trò",
    "role.carried_over": "Chuyển vai trò sang đơn vị kế tục",
    "appointment.recorded": "Ghi bổ nhiệm",
    "appointment.ended": "Kết thúc bổ nhiệm",
    "conflict.declared": "Đã khai xung đột lợi ích",
    "conflict_of_interest.ended": "Kết thúc xung đột lợi ích",
    "family_tie.declared": "Đã khai quan hệ gia đình",
    "family_tie.ended": "Kết thúc quan hệ gia đình",
    "qualification.recorded": "Đã ghi trình độ",
    "qualification.ended": "Bỏ trình độ",
    "certificate.recorded": "Đã ghi chứng nhận",
    "certificate.ended": "Kết thúc chứng nhận",
    "unit.added": "Đã thêm đơn vị",
    "unit.renamed": "Đã đổi tên",
    "unit.moved": "Đã chuyển cấp trên",
    "unit.closed": "Đã đóng đơn vị",
}
