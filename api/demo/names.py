"""Made-up candidates: names, birth dates, schools and rooms of a roster."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import numpy as np

FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Phan",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đào",
    "Đoàn",
    "Lương",
    "Mai",
    "Trịnh",
    "Cao",
]
MIDDLE = [
    "Thị",
    "Văn",
    "Minh",
    "Ngọc",
    "Thanh",
    "Đức",
    "Thu",
    "Quốc",
    "Gia",
    "Khánh",
    "Hải",
    "Bảo",
    "Phương",
    "Hoàng",
    "Anh",
    "Tuấn",
    "Mai",
    "Xuân",
]
GIVEN = [
    "Anh",
    "An",
    "Bình",
    "Châu",
    "Chi",
    "Cường",
    "Dung",
    "Dũng",
    "Duy",
    "Đạt",
    "Giang",
    "Hà",
    "Hằng",
    "Hiếu",
    "Hoa",
    "Huy",
    "Hương",
    "Khánh",
    "Khoa",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Minh",
    "My",
    "Nam",
    "Ngân",
    "Nghĩa",
    "Nhi",
    "Phong",
    "Phúc",
    "Quân",
    "Quyên",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thịnh",
    "Trang",
    "Trung",
    "Tú",
    "Tuấn",
    "Uyên",
    "Vân",
    "Việt",
    "Vy",
    "Yến",
]
SCHOOLS = (
    "THPT Bình Minh", "THPT Bến Bính", "THPT Cửa Cấm", "THPT Hải Đăng", "THPT Sông Giá",
    "THPT Đồng Nội", "THPT Núi Voi", "THPT Cát Dài",
)  # fmt: skip
FIRST_BIRTH = date(2009, 1, 1)
PER_ROOM = 24
COLUMNS = ("so_bao_danh", "ho_ten", "ngay_sinh", "truong", "phong", "may")


def roster_csv(size: int, council: str, rng: np.random.Generator) -> bytes:
    """A roster as a school would send it, numbers of this council from 1."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for i in range(size):
        name = " ".join(str(rng.choice(part)) for part in (FAMILY, MIDDLE, GIVEN))
        born = FIRST_BIRTH + timedelta(days=int(rng.integers(365)))
        room, seat = divmod(i, PER_ROOM)
        school = SCHOOLS[i * len(SCHOOLS) // size]
        writer.writerow(
            [f"{council}{i + 1:06d}", name, f"{born:%d/%m/%Y}", school, room + 1, seat + 1]
        )
    return out.getvalue().encode()
