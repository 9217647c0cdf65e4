"""Files in the conventions teachers use: layouts of options, marks of keys, answers at the end."""

from __future__ import annotations

from . import render as v
from .pool import CHOICES, CLUSTERS, ENGLISH, SHORTS, Choice
from .writer import Paper, R


def underlined_in_lines(w: Paper) -> None:
    v.head(w)
    v.official_part(w, 0, 4)
    v.choices(w, CHOICES[:4])
    v.official_part(w, 1, 2)
    v.clusters(w, CLUSTERS[:2], key=v.underlined)
    v.official_part(w, 2, 3)
    v.shorts(w, SHORTS[:3])
    w.p("----------- HẾT -----------", centred=True)


def underlined_in_one_line(w: Paper) -> None:
    w.p(R("I. TRẮC NGHIỆM (3 điểm)", b=True))
    v.choices(
        w,
        CHOICES[:5],
        usual=v.bold_label,
        key=v.underlined_bold,
        layout=v.in_one_line,
        label="Câu {n}: ",
    )


def underlined_dot_two_lines(w: Paper) -> None:
    v.choices(w, CHOICES[2:8], key=v.underlined_dot, layout=v.in_two_lines)


def two_columns(w: Paper) -> None:
    v.choices(w, CHOICES[:6], layout=v.in_columns)


def options_in_table(w: Paper) -> None:
    v.choices(w, CHOICES[:6], layout=v.in_table, key=v.red_label)


def options_in_narrow_table(w: Paper) -> None:
    """Labels in cells of their own."""
    for number, item in enumerate(CHOICES[4:8], start=1):
        w.p(R(f"Câu {number}. ", b=True), item.stem)
        row: list = []
        for index, body in enumerate(item.options):
            letter = chr(65 + index)
            row += [[R(f"{letter}.", u=letter == item.key)], body]
        w.table([row])
        w.expect(number, "choice", item.stem, item.options, item.key)


def single_blanks(w: Paper) -> None:
    """Options in one line with nothing but a blank between them; keys in red."""
    chosen = [CHOICES[i] for i in (1, 2, 5, 7)]
    v.choices(w, chosen, key=v.red, layout=lambda p, o: v.in_one_line(p, o, " "))


def same_paragraph(w: Paper) -> None:
    """Stem and options in one paragraph."""
    for number, item in enumerate([CHOICES[i] for i in (1, 2, 5)], start=1):
        bits: list = [R(f"Câu {number}. ", b=True), item.stem, " "]
        for option in v.lettered(item, v.plain, v.underlined):
            bits += [*option, "  "]
        w.p(*bits)
        w.expect(number, "choice", item.stem, item.options, item.key)


def line_breaks(w: Paper) -> None:
    """Everything of a question in one paragraph, lines broken by hand."""
    for number, item in enumerate(CHOICES[:3], start=1):
        paragraph = w.p(R(f"Câu {number}. ", b=True), item.stem)
        for option in v.lettered(item, v.plain, v.underlined):
            paragraph.add_run().add_break()
            for bit in option:
                w.put(paragraph, bit)
        w.expect(number, "choice", item.stem, item.options, item.key)


def decorated_labels(w: Paper) -> None:
    """Every label bold and blue; the key underlined."""
    key = lambda a, b: ([R(f"{a}. ", color="0000FF", b=True, u=True)], [b])  # noqa: E731
    v.choices(w, CHOICES[:6], usual=v.blue, key=key, layout=v.in_two_lines)


def red_among_blue(w: Paper) -> None:
    v.choices(w, CHOICES[:6], usual=v.blue, key=v.red)


def bold_keys(w: Paper) -> None:
    v.choices(w, CHOICES[:6], key=v.bold, bold_question=False)


def bold_bodies_under_bold_labels(w: Paper) -> None:
    v.choices(w, CHOICES[3:9], usual=v.bold_label, key=v.bold)


def starred(w: Paper) -> None:
    v.choices(w, CHOICES[:5], key=v.starred, layout=v.in_two_lines)


def hashed(w: Paper) -> None:
    v.choices(w, CHOICES[:5], key=v.hashed)


def highlighted(w: Paper) -> None:
    v.choices(w, CHOICES[4:10], key=v.highlighted)


def italic_keys(w: Paper) -> None:
    key = lambda a, b: ([R(f"{a}. ", i=True)], [R(b, i=True)])  # noqa: E731
    v.choices(w, CHOICES[:6], key=key)


def italic_in_place(w: Paper) -> None:
    """An italic label keeps its option in place; the key is underlined."""
    item = Choice(
        "Chọn phát biểu đúng về số 6.",
        ("6 là số lẻ", "6 chia hết cho 3", "6 là số nguyên tố", "Cả ba phát biểu trên"),
        "B",
    )
    v.choices(w, CHOICES[:3])
    w.p(R("Câu 4. ", b=True), item.stem)
    for letter, body in zip("ABCD", item.options, strict=True):
        w.p(R(f"{letter}. ", i=letter == "D", u=letter == "B"), body)
    w.expect(4, "choice", item.stem, item.options, item.key, keeps_order=True)


def key_lines(w: Paper) -> None:
    def after(p: Paper, number: int, item: Choice) -> None:
        p.p(f"Đáp án: {item.key}")

    v.choices(w, CHOICES[:5], key=v.plain, after=after, layout=v.in_two_lines)


def solutions_below(w: Paper) -> None:
    def after(p: Paper, number: int, item: Choice) -> None:
        p.p(R("Lời giải", b=True), centred=True)
        p.p(R(f"Chọn {item.key}", b=True))
        p.p("Vì phương án A và phương án khác không thoả mãn điều kiện của đề bài.")

    v.choices(w, CHOICES[:5], key=v.plain, after=after)


def choose_at_the_end(w: Paper) -> None:
    def after(p: Paper, number: int, item: Choice) -> None:
        p.p("Hướng dẫn giải: Xét từng phương án rồi đối chiếu với đề bài.")
        p.p(f"Vậy ta chọn đáp án {item.key}.")

    v.choices(w, CHOICES[:4], key=v.plain, after=after)


def answer_table(w: Paper) -> None:
    v.choices(w, CHOICES[:10], key=v.plain, layout=v.in_two_lines)
    w.p("--- HẾT ---", centred=True)
    w.p(R("BẢNG ĐÁP ÁN", b=True), centred=True)
    for start in (0, 5):
        part = list(enumerate(CHOICES[:10], start=1))[start : start + 5]
        w.table([[str(n) for n, _ in part], [item.key for _, item in part]])


def answer_table_with_heads(w: Paper) -> None:
    v.choices(w, CHOICES[:8], key=v.plain, layout=v.in_one_line)
    w.p(R("ĐÁP ÁN", b=True), centred=True)
    w.table([["Câu", *map(str, range(1, 9))], ["Đáp án", *(c.key for c in CHOICES[:8])]])


def answer_columns(w: Paper) -> None:
    v.choices(w, CHOICES[:6], key=v.plain)
    w.p(R("HƯỚNG DẪN CHẤM", b=True), centred=True)
    rows = [["Câu", "Đáp án", "Câu", "Đáp án"]]
    rows += [[str(n), CHOICES[n - 1].key, str(n + 3), CHOICES[n + 2].key] for n in (1, 2, 3)]
    w.table(rows)


def answer_pairs(w: Paper) -> None:
    v.choices(w, CHOICES[:8], key=v.plain, usual=v.bold_label)
    w.p("Bảng đáp án")
    w.p(" ".join(f"{n}-{item.key}" for n, item in enumerate(CHOICES[:8], start=1)))


def answer_pairs_in_cells(w: Paper) -> None:
    v.choices(w, CHOICES[:8], key=v.plain, layout=v.in_two_lines)
    w.p("ĐÁP ÁN ĐỀ 101")
    cells = [f"{n}.{item.key}" for n, item in enumerate(CHOICES[:8], start=1)]
    w.table([cells[:4], cells[4:]])


def answers_by_part(w: Paper) -> None:
    v.official_part(w, 0, 4)
    v.choices(w, CHOICES[:4], key=v.plain, layout=v.in_two_lines)
    v.official_part(w, 1, 2)
    v.clusters(w, CLUSTERS[:2])
    v.official_part(w, 2, 3)
    v.shorts(w, SHORTS[:3], line=None)
    w.p("-----HẾT-----", centred=True)
    w.p(R("ĐÁP ÁN", b=True), centred=True)
    w.p(R("PHẦN I", b=True))
    w.table([["Câu", "1", "2", "3", "4"], ["Đáp án", *(c.key for c in CHOICES[:4])]])
    w.p(R("PHẦN II", b=True))
    w.table([["Câu", "1", "2"], ["Đáp án", CLUSTERS[0].key, CLUSTERS[1].key]])
    w.p(R("PHẦN III", b=True))
    w.table([["Câu", "1", "2", "3"], ["Đáp án", *(s.key for s in SHORTS[:3])]])


def answers_by_part_as_lines(w: Paper) -> None:
    w.p(R("Phần 1. Câu trắc nghiệm nhiều phương án lựa chọn", b=True))
    v.choices(w, CHOICES[:4], key=v.plain)
    w.p(R("Phần 2. Câu trắc nghiệm đúng sai", b=True))
    v.clusters(w, CLUSTERS[:2])
    w.p(R("Phần 3. Câu hỏi trả lời ngắn", b=True))
    v.shorts(w, SHORTS[:3], line=None)
    w.p("HẾT")
    w.p(R("ĐÁP ÁN", b=True))
    w.p("Phần 1: ")
    w.p("\t".join(f"{n}.{c.key}" for n, c in enumerate(CHOICES[:4], start=1)))
    w.p("Phần 2: ")
    for n, cluster in enumerate(CLUSTERS[:2], start=1):
        told = "; ".join(
            f"{chr(97 + i)}) {'Đúng' if t == 'Đ' else 'Sai'}" for i, t in enumerate(cluster.key)
        )
        w.p(f"Câu {n}: {told}")
    w.p("Phần 3: ")
    for n, short in enumerate(SHORTS[:3], start=1):
        w.p(f"Câu {n}: {short.key}")


def solutions_repeat_the_paper(w: Paper) -> None:
    v.choices(w, CHOICES[:4], key=v.plain, usual=v.bold_label)
    w.p("HẾT", centred=True)
    w.p(R("HƯỚNG DẪN GIẢI CHI TIẾT", b=True), centred=True)
    for number, item in enumerate(CHOICES[:4], start=1):
        w.p(R(f"Câu {number}. ", b=True), item.stem)
        v.in_lines(w, v.lettered(item, v.bold_label, v.underlined_bold))
        w.p(R("Lời giải", b=True))
        w.p(R(f"Chọn {item.key}", b=True))
        w.p("Theo kiến thức đã học, chỉ phương án này đúng.")


def solutions_at_the_end(w: Paper) -> None:
    v.choices(w, CHOICES[:4], key=v.plain)
    w.p(R("LỜI GIẢI CHI TIẾT", b=True), centred=True)
    for number, item in enumerate(CHOICES[:4], start=1):
        w.p(R(f"Câu {number}: ", b=True), f"Chọn {item.key}. Giải thích ngắn cho câu này.")


def truths_below(w: Paper) -> None:
    def after(p: Paper, number: int, item) -> None:
        p.p(R("Lời giải", b=True))
        for index, truth in enumerate(item.key):
            word = "ĐÚNG" if truth == "Đ" else "SAI"
            p.p(f"{chr(97 + index)}) {word}. Vì theo định nghĩa đã học.")

    v.official_part(w, 1, 3)
    v.clusters(w, CLUSTERS[:3], after=after)


def truths_in_a_row(w: Paper) -> None:
    def after(p: Paper, number: int, item) -> None:
        p.p(f"Đáp án: {' – '.join(item.key)}")

    v.clusters(w, CLUSTERS[:4], after=after)


def truths_in_columns(w: Paper) -> None:
    w.p(R("PHẦN II. Câu trắc nghiệm đúng sai", b=True))
    for number, item in enumerate(CLUSTERS[:3], start=1):
        w.p(R(f"Câu {number}. ", b=True), item.stem)
        rows: list = [["", "Phát biểu", "Đúng", "Sai"]]
        for index, text in enumerate(item.statements):
            ticks = ["X", ""] if item.key[index] == "Đ" else ["", "X"]
            rows.append([f"{chr(97 + index)})", text, *ticks])
        w.table(rows)
        w.expect(number, "tf_cluster", item.stem, item.statements, item.key)


def truths_behind(w: Paper) -> None:
    w.p(R("PHẦN II. Câu trắc nghiệm đúng sai", b=True))
    for number, item in enumerate(CLUSTERS[:3], start=1):
        w.p(R(f"Câu {number}. ", b=True), item.stem)
        for index, text in enumerate(item.statements):
            w.p(f"{chr(97 + index)}) {text} ({item.key[index]})")
        w.expect(number, "tf_cluster", item.stem, item.statements, item.key)


def short_keys(w: Paper) -> None:
    """Each way of writing the key of a short answer."""
    v.official_part(w, 2, 6)
    lines = (
        "<key={key}>",
        "Trả lời: {key}",
        "Đáp số: {key}",
        "Đáp án: {key}.",
        "ĐS: {key}",
        "Kết quả: {key} ngày",
    )
    for number, (item, line) in enumerate(zip(SHORTS, lines, strict=True), start=1):
        v.shorts(w, [item], line=line, first=number)


def other_words(w: Paper) -> None:
    """Question n, no stop behind the number, capitals, nested brackets."""
    labels = ("Question {n}. ", "Question {n}: ", "Question {n}) ", "QUESTION {n}. ")
    for number, (item, label) in enumerate(zip(ENGLISH, labels, strict=True), start=1):
        v.choices(w, [item], label=label, first=number, layout=v.in_one_line)


def lessons(w: Paper) -> None:
    v.choices(w, CHOICES[:4], label="Bài {n}. ")


def bare_numbers(w: Paper) -> None:
    v.choices(w, CHOICES[:5], label="{n}. ", layout=v.in_two_lines)


def capitals_and_no_stop(w: Paper) -> None:
    v.choices(w, CHOICES[:2], label="CÂU {n} ")
    v.choices(w, CHOICES[2:4], label="Câu {n}) ", first=3)
    v.choices(w, CHOICES[4:6], label="Câu hỏi {n}: ", first=5)


def two_to_eight_options(w: Paper) -> None:
    for number, n_options in enumerate((2, 3, 5, 6, 8), start=1):
        options = tuple(f"Số {10 * number + i}" for i in range(n_options))
        item = Choice(f"Số nào là số thứ {n_options} được kể?", options, chr(64 + n_options))
        v.choices(w, [item], first=number)


def other_label_signs(w: Paper) -> None:
    signs = (")", ":", "/")
    for number, (item, sign) in enumerate(zip(CHOICES[:3], signs, strict=True), start=1):
        w.p(R(f"Câu {number}. ", b=True), item.stem)
        for letter, body in zip("ABCD", item.options, strict=True):
            w.p(R(f"{letter}{sign}", u=letter == item.key), f" {body}")
        w.expect(number, "choice", item.stem, item.options, item.key)


FILES = (
    underlined_in_lines, underlined_in_one_line, underlined_dot_two_lines, two_columns,
    options_in_table, options_in_narrow_table, single_blanks, same_paragraph, line_breaks,
    decorated_labels, red_among_blue, bold_keys, bold_bodies_under_bold_labels, starred, hashed,
    highlighted, italic_keys, italic_in_place, key_lines, solutions_below, choose_at_the_end,
    answer_table, answer_table_with_heads, answer_columns, answer_pairs, answer_pairs_in_cells,
    answers_by_part, answers_by_part_as_lines, solutions_repeat_the_paper, solutions_at_the_end,
    truths_below, truths_in_a_row, truths_in_columns, truths_behind, short_keys, other_words,
    lessons, bare_numbers, capitals_and_no_stop, two_to_eight_options, other_label_signs,
)  # fmt: skip
