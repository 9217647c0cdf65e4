"""How signs, letters and functions are called in a Vietnamese classroom. Data of `spoken_math`."""

from __future__ import annotations

SIGNS: dict[str, str] = {
    "+": "cộng", "−": "trừ", "-": "trừ", "±": "cộng trừ", "∓": "trừ cộng", "×": "nhân",
    "·": "nhân", "⋅": "nhân", "∗": "nhân", ":": "chia", "÷": "chia", "/": "trên", "=": "bằng",
    "≠": "khác", "≈": "xấp xỉ", "≃": "xấp xỉ", "∼": "đồng dạng với", "≅": "bằng",
    "≡": "đồng nhất với", "<": "nhỏ hơn", ">": "lớn hơn", "≤": "nhỏ hơn hoặc bằng",
    "⩽": "nhỏ hơn hoặc bằng", "≥": "lớn hơn hoặc bằng", "⩾": "lớn hơn hoặc bằng",
    "≪": "rất nhỏ so với", "≫": "rất lớn so với", "∈": "thuộc", "∉": "không thuộc",
    "⊂": "là tập con của", "⊆": "là tập con của hoặc bằng", "⊄": "không là tập con của",
    "⊃": "chứa", "∪": "hợp", "∩": "giao", "∖": "trừ", "\\": "trừ", "∅": "tập rỗng",
    "∀": "với mọi", "∃": "tồn tại", "→": "tiến đến", "⟶": "tiến đến", "⇒": "suy ra",
    "⟹": "suy ra", "⇐": "được suy ra từ", "⇔": "tương đương với", "⟺": "tương đương với",
    "⇌": "phản ứng thuận nghịch tạo thành", "↔": "hai chiều", "↑": "bay lên", "↓": "kết tủa",
    "⟂": "vuông góc với", "⊥": "vuông góc với", "∥": "song song với", "∠": "góc", "△": "tam giác",
    "∆": "đen-ta", "∞": "vô cực", "∂": "đạo hàm riêng", "∇": "na-bla", "∘": "độ", "°": "độ",
    "%": "phần trăm", "‰": "phần nghìn", "!": "giai thừa", "′": "phẩy", "″": "hai phẩy",
    "…": "và cứ thế", "⋯": "và cứ thế", "...": "và cứ thế", "(": "mở ngoặc", ")": "đóng ngoặc",
    "[": "mở ngoặc vuông", "]": "đóng ngoặc vuông", "{": "mở ngoặc nhọn", "}": "đóng ngoặc nhọn",
    ",": "phẩy", ";": "chấm phẩy", ".": "chấm", "|": "gạch đứng", "‖": "hai gạch đứng",
    "√": "căn", "∫": "tích phân", "∬": "tích phân hai lớp", "∮": "tích phân đường kín",
    "∑": "tổng", "∏": "tích", "⌊": "phần nguyên của", "⌋": "hết phần nguyên",
}  # fmt: skip

LETTERS: dict[str, str] = {
    "α": "an-pha", "β": "bê-ta", "γ": "gam-ma", "δ": "đen-ta", "Δ": "đen-ta", "ε": "ép-xi-lon",
    "ϵ": "ép-xi-lon", "ζ": "zê-ta", "η": "ê-ta", "θ": "tê-ta", "ϑ": "tê-ta", "λ": "lam-đa",
    "Λ": "lam-đa hoa", "μ": "muy", "ν": "nuy", "ξ": "xi", "π": "pi", "Π": "pi hoa", "ρ": "rô",
    "σ": "xích-ma", "Σ": "xích-ma hoa", "τ": "tô", "φ": "phi", "ϕ": "phi", "Φ": "phi hoa",
    "χ": "khi", "ψ": "psi", "ω": "ô-mê-ga", "Ω": "ô-mê-ga hoa", "ℝ": "tập số thực",
    "ℕ": "tập số tự nhiên", "ℤ": "tập số nguyên", "ℚ": "tập số hữu tỉ", "ℂ": "tập số phức",
    "ℓ": "e-lờ", "ℏ": "hát gạch",
}  # fmt: skip

FUNCTIONS: dict[str, str] = {
    "sin": "sin", "cos": "cô-sin", "tan": "tang", "cot": "cô-tang", "tg": "tang",
    "cotg": "cô-tang", "arcsin": "ác-sin", "arccos": "ác-cô-sin", "arctan": "ác-tang",
    "ln": "lô-ga nê-pe", "log": "lô-ga", "lg": "lô-ga thập phân", "exp": "mũ cơ số e",
    "max": "giá trị lớn nhất", "min": "giá trị nhỏ nhất", "lim": "giới hạn", "det": "định thức",
    "mod": "mô-đun",
}  # fmt: skip

ACCENTS: dict[str, str] = {
    "→": "vectơ {}", "⃗": "vectơ {}", "^": "góc {}", "̂": "góc {}", "―": "{} gạch ngang",
    "¯": "{} gạch ngang", "‾": "{} gạch ngang", "_": "{} gạch ngang", "~": "{} ngã",
    "˙": "{} chấm", "⏞": "{}", "⏜": "cung {}", "⌢": "cung {}",
}  # fmt: skip
