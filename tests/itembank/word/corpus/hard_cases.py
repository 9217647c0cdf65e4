"""Hard cases: what Word itself can do to a question, and what stands around questions."""

from __future__ import annotations

import unicodedata

from . import render as v
from .legacy_text import as_tcvn3, as_vni
from .objects import add_footnote, add_object, equations, floating, numbered, text_box
from .pool import CHOICES, CLUSTERS, ENGLISH, Choice
from .writer import Paper, R, mr, omml, png, run_element, wrapped, xml

EDIT = 'w:id="1" w:author="Giáo viên" w:date="2026-11-22T00:00:00Z"'


def split_labels(w: Paper) -> None:
    """Labels cut into several runs, as Word does after every correction."""
    for number, item in enumerate(CHOICES[:4], start=1):
        w.p(
            R("C", b=True), R("âu", b=True), R(f" {number}", b=True), R(".", b=True), " ", item.stem
        )
        for letter, body in zip("ABCD", item.options, strict=True):
            half = len(body) // 2
            w.p(R(letter, u=letter == item.key), ".", " ", body[:half], body[half:])
        w.expect(number, "choice", item.stem, item.options, item.key)


def inherited_underline(w: Paper) -> None:
    """The underline of the key comes from a character style, or from the paragraph's style."""
    styles = w.doc.styles
    base = styles.add_style("Đáp án gốc", 2)
    base.font.underline = True
    derived = styles.add_style("Đáp án đúng", 2)
    derived.base_style = base
    whole = styles.add_style("Dòng đúng", 1)
    whole.font.underline = True
    for number, item in enumerate(CHOICES[:4], start=1):
        w.p(R(f"Câu {number}. ", b=True), item.stem)
        for letter, body in zip("ABCD", item.options, strict=True):
            if letter != item.key:
                w.p(f"{letter}. {body}")
            elif number % 2:
                w.p(R(letter, style="Đáp án đúng"), f". {body}")
            else:
                plain = w.p(f"{letter}. ", style="Dòng đúng").add_run(body)
                plain.underline = False
        w.expect(number, "choice", item.stem, item.options, item.key)


def automatic_numbers(w: Paper) -> None:
    """«Câu 1.» and «A.» are numbers that Word makes; the key is underlined in the number."""
    numbered(w, CHOICES[:5], key="mark")


def automatic_numbers_red_bodies(w: Paper) -> None:
    numbered(w, CHOICES[2:7], key="red")


def tracked_changes(w: Paper) -> None:
    """Final text: what was inserted is in, what was deleted is out, joined paragraphs joined."""
    for number, item in enumerate(CHOICES[:3], start=1):
        w.p(
            R(f"Câu {number}. ", b=True),
            wrapped("w:del", EDIT, run_element("Lời cũ bỏ đi. ", tag="w:delText")),
            wrapped("w:ins", EDIT, run_element(item.stem)),
        )
        for letter, body in zip("ABCD", item.options, strict=True):
            line = w.p(R(letter, u=letter == item.key), ". ")
            w.put(line, wrapped("w:ins", EDIT, run_element(body)))
        gone = w.p()
        w.put(gone, wrapped("w:del", EDIT, run_element("E. Phương án bỏ", tag="w:delText")))
        w.expect(number, "choice", item.stem, item.options, item.key)


def content_controls(w: Paper) -> None:
    """Stems in inline controls, options in block controls."""
    for number, item in enumerate(CHOICES[:3], start=1):
        line = w.p(R(f"Câu {number}. ", b=True))
        control = xml("<w:sdt><w:sdtPr/><w:sdtContent/></w:sdt>")
        control[1].append(run_element(item.stem))
        w.put(line, control)
        block = xml("<w:sdt><w:sdtPr/><w:sdtContent/></w:sdt>")
        w.doc.element.body.insert(len(w.doc.element.body) - 1, block)
        for option in v.lettered(item, v.plain, v.underlined):
            block[1].append(w.p(*option)._p)
        w.expect(number, "choice", item.stem, item.options, item.key)


def text_boxes(w: Paper) -> None:
    """Options in a text box, written twice as Word does for old programs."""
    for number, item in enumerate(CHOICES[:3], start=1):
        w.p(R(f"Câu {number}. ", b=True), item.stem)
        text_box(w, v.lettered(item, v.plain, v.red))
        w.expect(number, "choice", item.stem, item.options, item.key)


def questions_in_a_table(w: Paper) -> None:
    rows: list = [["Câu", "Nội dung"]]
    rows = []
    for number, item in enumerate(CHOICES[:4], start=1):
        rows.append([f"Câu {number}", item.stem])
    table = w.table(rows)
    for row, (number, item) in zip(table.rows, enumerate(CHOICES[:4], start=1), strict=True):
        w.here = row.cells[1]
        v.in_lines(w, v.lettered(item, v.plain, v.underlined))
        w.expect(number, "choice", item.stem, item.options, item.key)
    w.here = w.doc


def questions_side_by_side(w: Paper) -> None:
    """A table of two columns, whole questions in each cell."""
    table = w.table([["", ""]])
    for cell, items, first in zip(
        table.rows[0].cells, (CHOICES[:2], CHOICES[2:4]), (1, 3), strict=True
    ):
        w.here = cell
        v.choices(w, items, first=first)
    w.here = w.doc


def pictures(w: Paper) -> None:
    """Inline and floating pictures, in stems, beside stems and as options."""
    blue, green = png((0, 0, 200)), png((0, 160, 0))
    item = CHOICES[0]
    w.p(R("Câu 1. ", b=True), "Hình bên cho biết điều gì về con sông?")
    w.p(blue)
    v.in_lines(w, v.lettered(item, v.plain, v.underlined))
    w.expect(1, "choice", "Hình bên cho biết điều gì về con sông?", item.options, "B", images=1)
    w.p(R("Câu 2. ", b=True), "Đồ thị nào là của một đường thẳng?")
    for letter, side in zip("ABCD", (10, 12, 14, 16), strict=True):
        w.p(R(letter, u=letter == "C"), ". ", png((200, side, 0), side))
    w.expect(2, "choice", "Đồ thị nào là của một đường thẳng?", ["", "", "", ""], "C", images=4)
    line = w.p(R("Câu 3. ", b=True), CHOICES[4].stem)
    floating(w, line, green)
    v.in_two_lines(w, v.lettered(CHOICES[4], v.plain, v.underlined))
    w.expect(3, "choice", CHOICES[4].stem, CHOICES[4].options, CHOICES[4].key, images=1)


def picture_beside_stem(w: Paper) -> None:
    """The stem in the left cell, its picture in the right one."""
    for number, item in enumerate(CHOICES[4:6], start=1):
        w.table([[[R(f"Câu {number}. ", b=True), item.stem], [png((90, 90, number))]]])
        v.in_lines(w, v.lettered(item, v.plain, v.underlined))
        w.expect(number, "choice", item.stem, item.options, item.key, images=1)


def tables_and_formulas_of_chemistry(w: Paper) -> None:
    w.p(
        R("Câu 1. ", b=True),
        "Chất nào sau đây là axit: H",
        R("2", sub=True),
        "SO",
        R("4", sub=True),
        ", NaOH?",
    )
    for letter, bits in zip("ABCD", (["H", R("2", sub=True), "SO", R("4", sub=True)], ["NaOH"],
                                     ["Na", R("+", sup=True)], ["Cả hai chất"]), strict=True):  # fmt: skip
        w.p(R(letter, u=letter == "A"), ". ", *bits)
    w.expect(
        1,
        "choice",
        "Chất nào sau đây là axit: H2SO4, NaOH?",
        ["H2SO4", "NaOH", "Na+", "Cả hai chất"],
        "A",
    )
    w.p(R("Câu 2. ", b=True), "Cho bảng số liệu về số dân (nghìn người):")
    w.table([["Năm", "2000", "2010", "2020"], ["Số dân", "150", "180", "210"]])
    w.p("Từ năm 2000 đến năm 2020 số dân tăng thêm")
    for letter, body in zip("ABCD", ("30", "60", "150", "210"), strict=True):
        w.p(R(letter, u=letter == "B"), f". {body} nghìn người")
    stem = "Cho bảng số liệu về số dân (nghìn người): Năm 2000 2010 2020 Số dân 150 180 210 Từ năm 2000 đến năm 2020 số dân tăng thêm"
    w.expect(2, "choice", stem, [f"{n} nghìn người" for n in (30, 60, 150, 210)], "B")


def office_math(w: Paper) -> None:
    equations(w)


def mathtype(w: Paper) -> None:
    """MathType 6 and Equation Editor 3 objects, and one that cannot be read."""
    add_object(w)


def footnotes(w: Paper) -> None:
    item = CHOICES[5]
    line = w.p(R("Câu 1. ", b=True), item.stem)
    add_footnote(w, line, "Theo sách giáo khoa lớp 9.")
    v.in_lines(w, v.lettered(item, v.plain, v.underlined))
    w.expect(1, "choice", f"{item.stem}1 1 Theo sách giáo khoa lớp 9.", item.options, item.key)
    v.choices(w, CHOICES[6:8], first=2)


def fields_and_links(w: Paper) -> None:
    """A hyperlink, a page field, an EQ field."""
    line = w.p(R("Câu 1. ", b=True))
    w.put(line, wrapped("w:hyperlink", 'w:anchor="x"', run_element("Tính giá trị của ")))
    for kind, text in (("begin", ""), ("code", " EQ \\f(1;2) "), ("end", "")):
        inner = (
            f'<w:instrText xml:space="preserve">{text}</w:instrText>'
            if text
            else f'<w:fldChar w:fldCharType="{kind}"/>'
        )
        w.put(line, xml(f"<w:r>{inner}</w:r>"))
    w.p("A. 0,5\t", R("B", u=True), ". 1\tC. 2\tD. 3")
    w.expect(
        1, "choice", r"Tính giá trị của $\frac{1}{2}$", ["0,5", "1", "2", "3"], "B", formulas=1
    )


def tcvn3(w: Paper) -> None:
    """Text in TCVN3 fonts, the heading in a font of capitals."""
    w.p(R(as_tcvn3("phần i. trắc nghiệm"), b=True, font=".VnTimeH"))
    for number, item in enumerate(CHOICES[:4], start=1):
        w.p(
            R(as_tcvn3(f"Câu {number}. "), b=True, font=".VnTime"),
            R(as_tcvn3(item.stem), font=".VnTime"),
        )
        for letter, body in zip("ABCD", item.options, strict=True):
            w.p(
                R(letter, u=letter == item.key, font=".VnTime"),
                R(as_tcvn3(f". {body}"), font=".VnTime"),
            )
        w.expect(number, "choice", item.stem, item.options, item.key)


def vni(w: Paper) -> None:
    """Text in VNI fonts, letters and their signs split over runs."""
    for number, item in enumerate(CHOICES[5:9], start=1):
        stem = as_vni(item.stem)
        cut = next((i for i, c in enumerate(stem) if ord(c) > 0xBF), 1)
        w.p(
            R(as_vni(f"Câu {number}. "), b=True, font="VNI-Times"),
            R(stem[:cut], font="VNI-Times"),
            R(stem[cut:], font="VNI-Times"),
        )
        for letter, body in zip("ABCD", item.options, strict=True):
            w.p(
                R(letter, u=letter == item.key, font="VNI-Times"),
                R(as_vni(f". {body}"), font="VNI-Times"),
            )
        w.expect(number, "choice", item.stem, item.options, item.key)


def decomposed_letters(w: Paper) -> None:
    """Letters and marks as separate characters, unbreakable blanks."""
    for number, item in enumerate(CHOICES[:3], start=1):
        w.p(
            R(unicodedata.normalize("NFD", f"Câu\u00a0{number}.\u00a0"), b=True),
            unicodedata.normalize("NFD", item.stem),
        )
        for option in v.lettered(item, v.plain, v.underlined):
            w.p(*[unicodedata.normalize("NFD", b) if isinstance(b, str) else b for b in option])
        w.expect(number, "choice", item.stem, item.options, item.key)


def stimuli_by_range(w: Paper) -> None:
    """«Dựa vào thông tin sau trả lời câu 2–3», and items before and after that share nothing."""
    v.choices(w, CHOICES[:1])
    told = "Một cửa hàng bán 120 quyển vở trong ba ngày đầu tuần, mỗi ngày bán được số vở như nhau."
    w.p(R("Dựa vào thông tin sau, trả lời các câu hỏi từ câu 2 đến câu 3:", i=True))
    w.p(told)
    shared = (
        Choice("Mỗi ngày cửa hàng bán được bao nhiêu quyển vở?", ("30", "40", "60", "120"), "B"),
        Choice("Hai ngày đầu cửa hàng bán được bao nhiêu quyển?", ("40", "60", "80", "100"), "C"),
    )
    v.choices(w, shared, first=2)
    for expected in w.expected[-2:]:
        expected.extra["stimulus"] = told
    v.choices(w, CHOICES[5:6], first=4)


def passage_with_gaps(w: Paper) -> None:
    """An English passage for several questions, whose stems are its gaps."""
    lead = (
        "Read the following passage and mark the letter A, B, C, or D on your answer sheet to "
        "indicate the correct word that best fits each of the numbered blanks from 1 to 3."
    )
    passage = "Every spring our village (1) ______ trees along the river. Children (2) ______ water while their parents (3) ______ small holes."
    w.p(R(lead, b=True, i=True))
    w.p(passage)
    gaps = (("plants", "plant", "planting", "planted"), ("bring", "brings", "bringing", "to bring"),
            ("digs", "digging", "dig", "to dig"))  # fmt: skip
    for number, (options, key) in enumerate(zip(gaps, "AAC", strict=True), start=1):
        w.p(R(f"Question {number}. ", b=True), "\t".join(
            f"{a}. {o}" for a, o in zip("ABCD", options, strict=True)))  # fmt: skip
        w.expect(number, "choice", "", options, key, stimulus=passage)
    v.choices(w, ENGLISH[:2], first=4, label="Question {n}. ", key=v.plain)
    w.p(R("ANSWER KEY", b=True))
    w.p("1. A   2. A   3. C   4. B   5. A")


def literature(w: Paper) -> None:
    """A reading text for all questions of a part, a marking guide at the end."""
    w.p(R("I. ĐỌC HIỂU (4,0 điểm)", b=True))
    w.p("Đọc đoạn trích sau:")
    text = "Buổi sớm, bến sông còn mờ sương. Những con thuyền nằm im như đang nghe ngóng tiếng mái chèo của ngày mới."
    w.p(R(text, i=True))
    w.p("Thực hiện các yêu cầu:")
    tasks = (("Xác định phương thức biểu đạt chính của đoạn trích.", "1,0"),
             ("Chỉ ra và nêu tác dụng của một biện pháp tu từ.", "1,0"))  # fmt: skip
    for number, (task, points) in enumerate(tasks, start=1):
        w.p(R(f"Câu {number} ({points} điểm). ", b=True), task)
        w.expect(
            number, "essay", task, (), None, points=1, stimulus=text + " Thực hiện các yêu cầu:"
        )
    w.p(R("II. VIẾT (6,0 điểm)", b=True))
    w.p(R("Câu 3 (6,0 điểm). ", b=True), "Viết bài văn tả một buổi sớm ở quê em.")
    w.expect(3, "essay", "Viết bài văn tả một buổi sớm ở quê em.", (), None, points=6)
    w.p("HẾT", centred=True)
    w.p(R("HƯỚNG DẪN CHẤM", b=True), centred=True)
    w.table([
        ["Câu", "Nội dung", "Điểm"],
        ["1", "Phương thức miêu tả.", "1,0"],
        ["2", "So sánh: thuyền nằm im như đang nghe ngóng; làm cảnh vật có hồn.", "1,0"],
        ["3", "Đúng yêu cầu của bài văn tả cảnh, diễn đạt trong sáng.", "6,0"],
    ])  # fmt: skip


def tags(w: Paper) -> None:
    """Level, topic and points beside the number or on a line of their own."""
    heads = (
        "Câu 1. [NB] ",
        "Câu 2 (TH): ",
        "Câu 3. (Vận dụng) ",
        "Câu 4. [2D1H1-3] ",
        "Câu 5 (0,25 điểm). ",
    )
    levels = ("biet", "hieu", "van_dung", "hieu", None)
    for number, (item, head, level) in enumerate(
        zip(CHOICES, heads, levels, strict=False), start=1
    ):
        w.p(R(head, b=True), item.stem)
        v.in_lines(w, v.lettered(item, v.plain, v.underlined))
        if number == 5:
            w.p("Mức độ: Vận dụng cao")
            w.p("Chủ đề: Điện học")
            level = "van_dung"
        extra = {"points": 0.25} if number == 5 else {}
        w.expect(number, "choice", item.stem, item.options, item.key, level=level, **extra)


def noise(w: Paper) -> None:
    """Headers, footers, page numbers, level headings between questions, the end mark."""
    section = w.doc.sections[0]
    section.header.paragraphs[0].text = "Câu 99. Không phải câu hỏi"
    section.footer.paragraphs[0].text = "Trang 1/4 - Mã đề 101"
    v.head(w)
    w.p("(Đề thi có 04 trang)")
    v.official_part(w, 0, 4)
    w.p(R("Nhận biết", b=True))
    v.choices(w, CHOICES[:2])
    w.p("Trang 1/4 - Mã đề 101")
    w.p(R("2. Thông hiểu", b=True))
    v.choices(w, CHOICES[2:4], first=3)
    w.p("------------ HẾT ------------", centred=True)
    w.p("Thí sinh không được sử dụng tài liệu. Cán bộ coi thi không giải thích gì thêm.")


def lists_in_stems(w: Paper) -> None:
    """Statements a), b), c) and (1), (2) that belong to a stem."""
    w.p(R("Câu 1. ", b=True), "Cho các phát biểu sau:")
    for line in ("a) Nước sôi ở 100 độ.", "b) Nước đá nhẹ hơn nước.", "c) Nước là đơn chất."):
        w.p(line)
    w.p("Số phát biểu đúng là")
    for letter, body in zip("ABCD", "0123", strict=True):
        w.p(R(letter, u=letter == "C"), f". {body}")
    stem = "Cho các phát biểu sau: a) Nước sôi ở 100 độ. b) Nước đá nhẹ hơn nước. c) Nước là đơn chất. Số phát biểu đúng là"
    w.expect(1, "choice", stem, ["0", "1", "2", "3"], "C")
    w.p(R("Câu 2. ", b=True), "Xét hai ý: (I) Lá cây có diệp lục; (II) Rễ cây quang hợp.")
    for letter, body in zip("ABCD", ("Chỉ (I)", "Chỉ (II)", "Cả hai", "Không ý nào"), strict=True):
        w.p(R(letter, u=letter == "A"), f". {body}")
    w.expect(
        2,
        "choice",
        "Xét hai ý: (I) Lá cây có diệp lục; (II) Rễ cây quang hợp.",
        ("Chỉ (I)", "Chỉ (II)", "Cả hai", "Không ý nào"),
        "A",
    )


def words_underlined_in_options(w: Paper) -> None:
    """Underlined letters in options are the question, not the key; the key is in a table."""
    for number, (words, key) in enumerate(
        (
            (("ch<i>n", "f<i>ne", "s<i>t", "p<i>n"), "B"),
            (("h<ou>r", "s<ou>p", "gr<ou>p", "y<ou>th"), "A"),
        ),
        start=1,
    ):
        w.p(
            R(f"Question {number}. ", b=True),
            "Choose the word whose underlined part is pronounced differently.",
        )
        shown = []
        for letter, word in zip("ABCD", words, strict=True):
            before, _, rest = word.partition("<")
            inner, _, after = rest.partition(">")
            w.p(f"{letter}. ", before, R(inner, u=True), after)
            shown.append(before + inner + after)
        w.expect(
            number,
            "choice",
            "Choose the word whose underlined part is pronounced differently.",
            shown,
            key,
        )
    w.p(R("KEY", b=True))
    w.p("1-B 2-A")


def emphasis_is_no_key(w: Paper) -> None:
    """Bold and red words here and there; keys by the table at the end."""
    for number, item in enumerate(CHOICES[:6], start=1):
        w.p(R(f"Câu {number}. ", b=True, color="C00000"), item.stem)
        for index, (letter, body) in enumerate(zip("ABCD", item.options, strict=True)):
            odd = number in (2, 5) and index == 3
            w.p(R(f"{letter}. ", b=True, color="C00000"), R(body, b=odd))
        w.expect(number, "choice", item.stem, item.options, item.key)
    w.p("HẾT")
    w.p("BẢNG ĐÁP ÁN")
    w.table([[f"{n}.{c.key}" for n, c in enumerate(CHOICES[:6], start=1)]])


def several_right(w: Paper) -> None:
    item = Choice("Chọn hai phương án đúng: số nào là số chẵn?", ("1", "2", "3", "4"), "BD")
    v.choices(w, CHOICES[:3])
    w.p(R("Câu 4. ", b=True), item.stem)
    v.in_lines(w, v.lettered(item, v.plain, v.underlined))
    w.expect(4, "multiple", item.stem, item.options, ["B", "D"])


def everything_at_once(w: Paper) -> None:
    """A whole paper: head, three parts, formulas, shared material, a solution section."""
    v.head(w)
    v.official_part(w, 0, 3)
    w.p(
        R("Câu 1. ", b=True),
        "Giá trị của ",
        omml(f"<m:f><m:num>{mr('6')}</m:num><m:den>{mr('2')}</m:den></m:f>"),
        " là",
    )
    v.in_one_line(w, v.lettered(Choice("", ("1", "2", "3", "4"), "C"), v.bold_label, v.bold_label))
    w.expect(1, "choice", r"Giá trị của $\frac{6}{2}$ là", ["1", "2", "3", "4"], "C", formulas=1)
    v.choices(w, CHOICES[1:3], usual=v.bold_label, key=v.bold_label, layout=v.in_two_lines, first=2)
    v.official_part(w, 1, 1)
    v.clusters(w, CLUSTERS[2:3])
    w.p("------ HẾT ------", centred=True)
    w.p(R("HƯỚNG DẪN GIẢI CHI TIẾT", b=True), centred=True)
    w.p(R("PHẦN I", b=True))
    for number, key in ((1, "C"), (2, CHOICES[1].key), (3, CHOICES[2].key)):
        w.p(R(f"Câu {number}. ", b=True), f"Chọn {key}")
        w.p("Áp dụng công thức đã học để tính ra kết quả.")
    w.p(R("PHẦN II", b=True))
    w.p(R("Câu 1. ", b=True))
    for index, truth in enumerate(CLUSTERS[2].key):
        w.p(f"{chr(97 + index)}) {'Đúng' if truth == 'Đ' else 'Sai'}.")


FILES = (
    split_labels, inherited_underline, automatic_numbers, automatic_numbers_red_bodies,
    tracked_changes, content_controls, text_boxes, questions_in_a_table, questions_side_by_side,
    pictures, picture_beside_stem, tables_and_formulas_of_chemistry, office_math, mathtype,
    footnotes, fields_and_links, tcvn3, vni, decomposed_letters, stimuli_by_range,
    passage_with_gaps, literature, tags, noise, lists_in_stems, words_underlined_in_options,
    emphasis_is_no_key, several_right, everything_at_once,
)  # fmt: skip
