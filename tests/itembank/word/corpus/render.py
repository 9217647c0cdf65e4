"""Ways in which teachers set options, statements and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .pool import Choice, Cluster, Short
from .writer import Bit, Paper, R

Mark = Callable[[str, str], tuple[list[Bit], list[Bit]]]  # letter, body -> label, body of a key


def plain(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [f"{letter}. "], [body]


def bold_label(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [R(f"{letter}. ", b=True)], [body]


def underlined(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [R(letter, u=True), ". "], [body]


def underlined_bold(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [R(f"{letter}.", b=True, u=True), " "], [body]


def underlined_dot(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [letter, R(".", u=True), " "], [body]


def red(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [R(f"{letter}. ", color="FF0000")], [R(body, color="FF0000")]


def red_label(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [R(f"{letter}. ", color="FF0000")], [body]


def blue(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [R(f"{letter}. ", color="0000FF", b=True)], [body]


def bold(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [R(f"{letter}. ", b=True)], [R(body, b=True)]


def starred(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [f"*{letter}. "], [body]


def hashed(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [f"#{letter}. "], [body]


def highlighted(letter: str, body: str) -> tuple[list[Bit], list[Bit]]:
    return [R(f"{letter}. ", hl=True)], [R(body, hl=True)]


def lettered(item: Choice, usual: Mark, key: Mark, keys: str | None = None) -> list[list[Bit]]:
    """Label and body of each option as one list of bits."""
    right = item.key if keys is None else keys
    made = []
    for index, body in enumerate(item.options):
        letter = chr(65 + index)
        label, text = (key if letter in right else usual)(letter, body)
        made.append([*label, *text])
    return made


def in_lines(paper: Paper, options: Sequence[Sequence[Bit]]) -> None:
    for option in options:
        paper.p(*option)


def in_one_line(paper: Paper, options: Sequence[Sequence[Bit]], gap: str = "\t") -> None:
    bits: list[Bit] = []
    for index, option in enumerate(options):
        bits += [*([gap] if index else []), *option]
    paper.p(*bits)


def in_two_lines(paper: Paper, options: Sequence[Sequence[Bit]]) -> None:
    in_one_line(paper, options[:2])
    in_one_line(paper, options[2:])


def in_columns(paper: Paper, options: Sequence[Sequence[Bit]]) -> None:
    """Two columns read downwards: A C over B D."""
    half = (len(options) + 1) // 2
    for row in range(half):
        in_one_line(paper, options[row::half])


def in_table(paper: Paper, options: Sequence[Sequence[Bit]]) -> None:
    paper.table([options[:2], options[2:]])


def choices(
    paper: Paper,
    items: Sequence[Choice],
    *,
    usual: Mark = plain,
    key: Mark = underlined,
    layout: Callable[[Paper, Sequence[Sequence[Bit]]], None] = in_lines,
    label: str = "Câu {n}. ",
    first: int = 1,
    bold_question: bool = True,
    after: Callable[[Paper, int, Choice], None] | None = None,
    flagged: bool = False,
) -> None:
    """Questions with options, and what must be found of them."""
    for number, item in enumerate(items, start=first):
        paper.p(R(label.format(n=number), b=bold_question), item.stem)
        layout(paper, lettered(item, usual, key))
        if after:
            after(paper, number, item)
        paper.expect(number, "choice", item.stem, item.options, item.key, flagged=flagged)


def clusters(
    paper: Paper,
    items: Sequence[Cluster],
    *,
    key: Mark | None = None,
    first: int = 1,
    after: Callable[[Paper, int, Cluster], None] | None = None,
    label: str = "Câu {n}. ",
) -> None:
    for number, item in enumerate(items, start=first):
        paper.p(R(label.format(n=number), b=True), item.stem)
        for index, text in enumerate(item.statements):
            letter = chr(97 + index)
            marked = key is not None and item.key[index] == "Đ"
            paper.p(*([R(f"{letter})", u=True), " ", text] if marked else [f"{letter}) {text}"]))
        if after:
            after(paper, number, item)
        paper.expect(number, "tf_cluster", item.stem, item.statements, item.key)


def shorts(
    paper: Paper,
    items: Sequence[Short],
    *,
    line: str | None = "Đáp án: {key}",
    first: int = 1,
    label: str = "Câu {n}. ",
) -> None:
    for number, item in enumerate(items, start=first):
        paper.p(R(label.format(n=number), b=True), item.stem)
        if line:
            paper.p(line.format(key=item.key))
        paper.expect(number, "short", item.stem, (), item.key)


def part(paper: Paper, roman: str, title: str, intro: str = "") -> None:
    paper.p(R(f"PHẦN {roman}. {title}", b=True), f" {intro}" if intro else "")


def head(paper: Paper) -> None:
    """The head of a paper as schools set it."""
    paper.table(
        [
            ["SỞ GIÁO DỤC VÀ ĐÀO TẠO", "ĐỀ KIỂM TRA GIỮA HỌC KÌ I"],
            ["TRƯỜNG THPT BẠCH ĐẰNG", "Môn: TỔNG HỢP - Lớp 12"],
        ]
    )
    paper.p("Thời gian làm bài: 50 phút, không kể thời gian phát đề", centred=True)
    paper.p("Họ và tên thí sinh: ............................ Số báo danh: ...............")
    paper.p(R("Mã đề 101", b=True))


THREE_PARTS = (
    ("I", "Câu trắc nghiệm nhiều phương án lựa chọn.", "Thí sinh trả lời từ câu 1 đến câu {n}. "
     "Mỗi câu hỏi thí sinh chỉ chọn một phương án."),
    ("II", "Câu trắc nghiệm đúng sai.", "Thí sinh trả lời từ câu 1 đến câu {n}. Trong mỗi ý a), "
     "b), c), d) ở mỗi câu, thí sinh chọn đúng hoặc sai."),
    ("III", "Câu trắc nghiệm trả lời ngắn.", "Thí sinh trả lời từ câu 1 đến câu {n}."),
)  # fmt: skip


def official_part(paper: Paper, index: int, n: int) -> None:
    roman, title, intro = THREE_PARTS[index]
    part(paper, roman, title, intro.format(n=n))
