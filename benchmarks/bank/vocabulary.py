"""Words and formulas of generated items: syllables of the language under Zipf's law."""

from __future__ import annotations

import random
from collections.abc import Sequence

ONSETS = [
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "gi",
    "h",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
RHYMES = [
    "a",
    "á",
    "à",
    "ả",
    "ạ",
    "an",
    "án",
    "ang",
    "áng",
    "ao",
    "âm",
    "ân",
    "ất",
    "ê",
    "ế",
    "en",
    "iên",
    "iết",
    "inh",
    "o",
    "ó",
    "on",
    "ong",
    "ô",
    "ôn",
    "ông",
    "ơ",
    "ơi",
    "u",
    "úc",
    "ung",
    "ư",
    "ưng",
    "uyên",
]
# what papers say most
COMMON = [
    "cho",
    "hàm",
    "số",
    "có",
    "đồ",
    "thị",
    "như",
    "hình",
    "vẽ",
    "bên",
    "hỏi",
    "tìm",
    "giá",
    "trị",
    "của",
    "biểu",
    "thức",
    "trong",
    "các",
    "phát",
    "sau",
    "nào",
    "đúng",
    "một",
    "vật",
    "chuyển",
    "động",
    "với",
    "vận",
    "tốc",
    "tính",
    "xác",
    "suất",
    "để",
    "lấy",
    "được",
    "nghiệm",
    "phương",
    "trình",
    "thể",
    "tích",
    "khối",
    "chóp",
    "diện",
    "mặt",
    "phẳng",
    "tọa",
    "độ",
    "điểm",
    "đường",
    "thẳng",
    "dung",
    "dịch",
    "phản",
    "ứng",
    "nhiệt",
    "áp",
    "dòng",
    "điện",
    "cường",
    "gen",
    "tế",
    "bào",
    "quần",
    "năm",
    "triều",
    "đại",
    "khởi",
    "nghĩa",
    "kinh",
    "dân",
    "vùng",
    "biển",
]
N_RARE = 8_000


def vocabulary(rng: random.Random) -> list[str]:
    """Common words of papers first, then two-syllable words, ever rarer."""
    syllables = [onset + rhyme for onset in ONSETS for rhyme in RHYMES]
    rare = [f"{rng.choice(syllables)} {rng.choice(syllables)}" for _ in range(N_RARE)]
    return [*COMMON, *rare]


def prose(rng: random.Random, words: Sequence[str], n: int) -> str:
    """So many words; one is the rarer the farther down the list it stands."""
    ranks = (int(len(words) ** rng.random()) for _ in range(n))
    return " ".join(words[min(rank, len(words) - 1)] for rank in ranks)


def formula(rng: random.Random) -> str:
    """TeX of one of six shapes with numbers of its own."""
    a, b, c = (rng.randrange(1, 60) for _ in range(3))
    return rng.choice(
        (f"y=\\frac{{{a}x+{b}}}{{x-{c}}}", f"x^2-{a}x+{b}=0", f"\\int_0^{a} ({b}x+{c})dx",
         f"\\log_{{{a}}} {b}", f"v(t)={a}t^2-{b}t+{c}", f"\\sqrt{{{a}x+{b}}}={c}")
    )  # fmt: skip
