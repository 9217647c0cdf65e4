"""Items of the corpus: written for it, short, of several subjects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    stem: str
    options: tuple[str, ...]
    key: str  # letter


@dataclass(frozen=True)
class Cluster:
    stem: str
    statements: tuple[str, ...]
    key: str  # ĐSSĐ


@dataclass(frozen=True)
class Short:
    stem: str
    key: str


CHOICES = (
    Choice(
        "Sông nào chảy qua thành phố Hải Phòng?",
        ("Sông Lam", "Sông Cấm", "Sông Đà", "Sông Mã"),
        "B",
    ),
    Choice("Số nguyên tố chẵn duy nhất là", ("0", "1", "2", "4"), "C"),
    Choice(
        "Cho tam giác ABC vuông tại A. Biết AB = 3, AC = 4. Độ dài BC bằng",
        ("5", "6", "7", "25"),
        "A",
    ),
    Choice(
        "Phát biểu nào sau đây đúng về nước cất?",
        (
            "Nước cất dẫn điện tốt hơn nước biển.",
            "Nước cất có vị mặn.",
            "Nước cất đông ở 10 độ.",
            "Nước cất hầu như không dẫn điện.",
        ),
        "D",
    ),
    Choice("Đơn vị đo cường độ dòng điện là", ("vôn (V)", "ampe (A)", "oát (W)", "ôm (Ω)"), "B"),
    Choice("Cách mạng tháng Tám ở nước ta nổ ra năm nào?", ("1930", "1940", "1945", "1954"), "C"),
    Choice(
        "Bộ phận nào của cây làm nhiệm vụ hút nước?",
        ("Rễ.", "Hoa.", "Quả.", "Gân lá."),
        "A",
    ),
    Choice(
        "Một lớp có 40 học sinh, trong đó 24 em biết bơi. Tỉ lệ học sinh biết bơi là",
        ("24%", "40%", "50%", "60%"),
        "D",
    ),
    Choice("Từ nào sau đây là từ láy?", ("học tập", "long lanh", "sách vở", "bàn ghế"), "B"),
    Choice(
        "Vật nào sau đây nổi trên mặt nước: viên sỏi, cái đinh, khúc gỗ khô, hòn bi thép?",
        ("Viên sỏi", "Cái đinh", "Khúc gỗ khô", "Hòn bi thép"),
        "C",
    ),
    Choice("Trong các số sau, số nào chia hết cho 9?", ("1234", "4567", "2718", "1000"), "C"),
    Choice("Thủ đô của nước Lào là", ("Viêng Chăn", "Băng Cốc", "Phnôm Pênh", "Hà Nội"), "A"),
)

ENGLISH = (
    Choice("She ______ to school every day.", ("go", "goes", "going", "gone"), "B"),
    Choice("The opposite of “early” is ______.", ("late", "soon", "fast", "quick"), "A"),
    Choice("If it rains, we ______ at home.", ("stay", "stayed", "will stay", "staying"), "C"),
    Choice("This is the house ______ I was born.", ("which", "that", "who", "where"), "D"),
)

CLUSTERS = (
    Cluster(
        "Một ô tô chạy thẳng đều với tốc độ 60 km/h.",
        (
            "Sau 2 giờ ô tô đi được 120 km.",
            "Gia tốc của ô tô khác không.",
            "Ô tô đi 30 km trong nửa giờ.",
            "Đồ thị quãng đường theo thời gian là đường cong.",
        ),
        "ĐSĐS",
    ),
    Cluster(
        "Một hộp có 3 bi đỏ và 5 bi xanh, lấy ngẫu nhiên một bi.",
        (
            "Có 8 kết quả có thể xảy ra.",
            "Khả năng lấy được bi đỏ và bi xanh là như nhau.",
            "Xác suất lấy được bi đỏ là 3/8.",
            "Xác suất lấy được bi vàng bằng 0.",
        ),
        "ĐSĐĐ",
    ),
    Cluster(
        "Khi quan sát một hồ nước ở quê em vào mùa hè:",
        (
            "Mặt nước bay hơi ở mọi nhiệt độ.",
            "Cá hô hấp bằng phổi.",
            "Tảo quang hợp vào ban đêm.",
            "Nhiệt độ nước thay đổi chậm hơn nhiệt độ không khí.",
        ),
        "ĐSSĐ",
    ),
    Cluster(
        "Bảng giá của một cửa hàng được giảm 20% trong tuần đầu tháng.",
        (
            "Món 100 nghìn đồng còn 80 nghìn đồng.",
            "Món 50 nghìn đồng còn 30 nghìn đồng.",
            "Giá sau giảm bằng 80% giá cũ.",
            "Giảm 20% hai lần liền là giảm 40%.",
        ),
        "ĐSĐS",
    ),
)

SHORTS = (
    Short("Tính tổng các số tự nhiên từ 1 đến 10.", "55"),
    Short("Một hình vuông có chu vi 18 cm. Cạnh của nó dài bao nhiêu xăng-ti-mét?", "4,5"),
    Short("Tìm nghiệm của phương trình 2x + 6 = 0.", "-3"),
    Short("Xác suất gieo được mặt sấp của một đồng xu cân đối là bao nhiêu?", "0,5"),
    Short("Nhiệt độ lúc sáng là 2 độ, giảm 4,5 độ về đêm. Nhiệt độ ban đêm là bao nhiêu?", "-2,5"),
    Short("Một năm nhuận có bao nhiêu ngày?", "366"),
)
