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
    "person.locked": "Khoá tài khoản",
    "person.unlocked": "Mở khoá tài khoản",
    "password.reset": "Đặt lại mật khẩu",
    "password.changed": "Đổi mật khẩu",
    "staff.signed_in": "Đăng nhập",
    "role.granted": "Cấp vai trò",
    "role.revoked": "Thu hồi vai trò",
    "role.carried_over": "Chuyển vai trò sang đơn vị kế tục",
    "appointment.recorded": "Ghi bổ nhiệm",
    "appointment.ended": "Kết thúc bổ nhiệm",
    "conflict.declared": "Khai xung đột lợi ích",
    "conflict_of_interest.ended": "Kết thúc xung đột lợi ích",
    "qualification.recorded": "Ghi trình độ",
    "qualification.ended": "Bỏ trình độ",
    "certificate.recorded": "Ghi chứng nhận",
    "certificate.ended": "Kết thúc chứng nhận",
    "unit.added": "Thêm đơn vị",
    "unit.renamed": "Đổi tên",
    "unit.moved": "Chuyển cấp trên",
    "unit.closed": "Đóng đơn vị",
}
