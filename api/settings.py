"""Every setting in one table: name, default, help. Read once, passed on, never looked up again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "KHAOTHI_"


def _setting(default: Any, help_: str) -> Any:
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True)
class Settings:
    database_url: str = _setting(
        "sqlite:///var/khaothi.db",
        "Cơ sở dữ liệu: sqlite:///TỆP hoặc postgresql+psycopg://NGƯỜI@MÁY/TÊN",
    )
    public_origin: str = _setting(
        "", "Địa chỉ mọi người gõ, ví dụ https://thi.example.vn; để trống thì lấy theo từng yêu cầu"
    )
    secure_cookies: bool = _setting(
        False, "Chạy sau TLS: cookie có thuộc tính Secure và tiền tố __Host-"
    )
    session_hours: int = _setting(12, "Số giờ một phiên đăng nhập của cán bộ còn hiệu lực")
    sign_in_tries: int = _setting(
        20, "Số lần đăng nhập sai cho phép trong một giờ, theo tài khoản hoặc số báo danh"
    )
    max_picture_bytes: int = _setting(
        5_000_000, "Dung lượng lớn nhất của một hình trong câu hỏi (byte)"
    )
    max_import_bytes: int = _setting(
        20_000_000, "Dung lượng lớn nhất của tệp danh sách hoặc bài làm nhập vào (byte)"
    )
    same_school_reviewers: bool = _setting(
        False, "Cho người cùng trường với tác giả thẩm định (chỉ để tập dượt)"
    )
    worker_in_process: bool = _setting(True, "Chạy các việc nền ngay trong `khaothi serve`")
    centre_key_file: str = _setting(
        "var/centre.key", "Tệp khoá của trung tâm: kí gói đề, mở kết quả của các điểm thi"
    )
    audit_key_file: str = _setting(
        "var/audit.key", "Tệp khoá kí đầu nhật kí; lần đầu chưa có thì hệ thống tạo"
    )
    audit_heads_folder: str = _setting(
        "",
        "Thư mục ngoài máy này để gửi đầu nhật kí đã kí, mỗi phút một lần; để trống thì không gửi",
    )
    department_name: str = _setting("Sở GDĐT Hải Phòng", "Tên đơn vị ở đầu các bản in")


def setting_fields() -> tuple[Field[Any], ...]:
    """The table itself, for `--help`, the settings page and the documentation."""
    return fields(Settings)


def from_env(env: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """Settings from KHAOTHI_* variables; an unreadable value is an error, not a default."""
    found: dict[str, Any] = {}
    for spec in fields(Settings):
        raw = env.get(PREFIX + spec.name.upper())
        if raw is not None:
            found[spec.name] = _parse(spec.name, raw, type(spec.default))
    return Settings(**{**found, **overrides})


def _parse(name: str, raw: str, kind: type) -> Any:
    if kind is bool:
        if raw.lower() in {"1", "true", "yes", "on"}:
            return True
        if raw.lower() in {"0", "false", "no", "off"}:
            return False
        raise ValueError(f"{PREFIX}{name.upper()} must be true or false, not {raw!r}")
    try:
        return kind(raw)
    except ValueError as error:
        raise ValueError(f"{PREFIX}{name.upper()} cannot be read: {raw!r}") from error


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address; None for other databases and for memory."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url in {prefix, prefix + ":memory:"}:
        return None
    return Path(url.removeprefix(prefix))
