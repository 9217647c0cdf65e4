"""What each role finds in the top bar, and where each person lands."""

from __future__ import annotations

from dataclasses import dataclass

from itembank.permissions import Actor, Role

R = Role


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str
    roles: frozenset[Role]


LINKS: tuple[Link, ...] = (
    Link("/viec-cua-toi", "Việc của tôi", frozenset({R.TEACHER})),
    Link("/tham-dinh", "Thẩm định", frozenset({R.APPRAISER, R.COUNTER_REVIEWER, R.GROUP_LEAD})),
    Link("/hoi-dong", "Hội đồng", frozenset({R.SECRETARY, R.COUNCIL_MEMBER})),
    Link(
        "/ngan-hang",
        "Ngân hàng",
        frozenset({R.TEACHER, R.SECRETARY, R.EXAM_OFFICER, R.PSYCHOMETRICIAN}),
    ),
    Link("/ban-giao", "Bàn giao", frozenset({R.SECRETARY, R.EXAM_OFFICER})),
    Link(
        "/kho",
        "Kho câu hỏi",
        frozenset({R.SECRETARY, R.EXAM_OFFICER, R.GROUP_LEAD, R.COUNCIL_MEMBER, R.PSYCHOMETRICIAN}),
    ),
    Link("/de", "Đề thi", frozenset({R.EXAM_OFFICER})),
    Link("/ca-thi", "Ca thi", frozenset({R.EXAM_OFFICER})),
    Link("/diem-thi", "Điểm thi", frozenset({R.EXAM_OFFICER})),
    Link("/phong-thi", "Phòng thi", frozenset({R.INVIGILATOR})),
    Link("/thanh-tra", "Thanh tra", frozenset({R.INSPECTOR})),
    Link("/hieu-chuan", "Hiệu chuẩn", frozenset({R.PSYCHOMETRICIAN})),
    Link("/quan-tri", "Quản trị", frozenset({R.UNIT_ADMIN})),
    Link(
        "/kiem-tra-phong",
        "Kiểm tra máy",
        frozenset({R.INVIGILATOR, R.EXAM_OFFICER, R.UNIT_ADMIN}),
    ),
    Link("/luyen-tap", "Luyện tập", frozenset({R.TEACHER})),
    Link(
        "/dong-gop",
        "Đóng góp",
        frozenset({R.TEACHER, R.GROUP_LEAD, R.SECRETARY, R.UNIT_ADMIN}),
    ),
    Link("/ho-so", "Hồ sơ", frozenset(R)),
)


def links_for(actor: Actor) -> list[Link]:
    return [link for link in LINKS if link.roles & actor.roles]


# Pages of these sections open to the roles of their link and to nobody else.
CLOSED = frozenset({"/ca-thi", "/de", "/diem-thi", "/hieu-chuan", "/quan-tri"})


def opens_to(actor: Actor, href: str) -> bool:
    """Whether a link is worth showing to this person; elsewhere the text stands alone."""
    section = "/" + href.lstrip("/").partition("?")[0].partition("/")[0]
    roles = next((link.roles for link in LINKS if link.href == section), frozenset(R))
    return section not in CLOSED or bool(roles & actor.roles)


def home_of(actor: Actor) -> str:
    """The page a person's work is on."""
    links = links_for(actor)
    return links[0].href if links else "/thong-bao"
