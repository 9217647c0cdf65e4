"""The words on the pictures."""

from psychometrics.plots.style import Language

WORDS: dict[str, dict[Language, str]] = {
    "theta": {"vi": "Năng lực θ (logit)", "en": "Ability θ (logits)"},
    "probability": {"vi": "Xác suất", "en": "Probability"},
    "probability_right": {"vi": "Xác suất trả lời đúng", "en": "Probability of a right response"},
    "score_share": {"vi": "Điểm kì vọng (tỉ lệ)", "en": "Expected score (share)"},
    "item_curve": {"vi": "Đường đặc trưng: {item}", "en": "Characteristic curve: {item}"},
    "category_curves": {
        "vi": "Đường các mức điểm: {item}",
        "en": "Category curves: {item}",
    },
    "category": {"vi": "Mức {k}", "en": "Category {k}"},
    "model": {"vi": "Mô hình", "en": "Model"},
    "observed": {"vi": "Quan sát, khoảng 95 %", "en": "Observed, 95% interval"},
    "information": {"vi": "Thông tin", "en": "Information"},
    "sem": {"vi": "Sai số chuẩn (logit)", "en": "Standard error (logits)"},
    "information_title": {
        "vi": "Thông tin và sai số chuẩn của đề",
        "en": "Test information and standard error",
    },
    "wright_title": {"vi": "Bản đồ Wright", "en": "Wright map"},
    "persons": {"vi": "Số thí sinh", "en": "Number of persons"},
    "items": {"vi": "Ngưỡng các câu", "en": "Thresholds of the items"},
    "logits": {"vi": "Logit", "en": "Logits"},
    "distractors_title": {"vi": "Các phương án: {item}", "en": "Options: {item}"},
    "score_group": {
        "vi": "Nhóm theo điểm các câu còn lại (thấp → cao)",
        "en": "Group by score on the other items (low → high)",
    },
    "share": {"vi": "Tỉ lệ chọn", "en": "Share choosing it"},
    "key": {"vi": "{option} (đáp án)", "en": "{option} (key)"},
    "no_answer": {"vi": "Bỏ trống", "en": "No answer"},
    "drift_title": {"vi": "Độ trôi của câu neo", "en": "Drift of the anchors"},
    "base_difficulty": {"vi": "Độ khó trên thang gốc", "en": "Difficulty on the base scale"},
    "new_difficulty": {
        "vi": "Độ khó lần này, đã đưa về thang gốc",
        "en": "Difficulty this time, on the base scale",
    },
    "no_drift": {"vi": "Không trôi", "en": "No drift"},
    "drifts": {"vi": "|z bền vững| > {limit}", "en": "|robust z| > {limit}"},
    "kept": {"vi": "Câu neo", "en": "Anchor"},
    "dif_title": {"vi": "Theo từng nhóm: {item}", "en": "In each group: {item}"},
    "total_score": {"vi": "Điểm so khớp", "en": "Matching score"},
    "expected_of": {"vi": "{group}: mô hình", "en": "{group}: model"},
    "observed_of": {"vi": "{group}: quan sát", "en": "{group}: observed"},
    "mean_score": {"vi": "Điểm trung bình (tỉ lệ)", "en": "Mean score (share)"},
    "scores_title": {
        "vi": "Phổ điểm quan sát và theo mô hình",
        "en": "Observed and expected score distribution",
    },
    "sum_score": {"vi": "Tổng điểm", "en": "Sum score"},
    "person_share": {"vi": "Tỉ lệ thí sinh", "en": "Share of persons"},
    "observed_only": {"vi": "Quan sát", "en": "Observed"},
    "q3_title": {
        "vi": "Phụ thuộc giữa các câu (Q3 hiệu chỉnh)",
        "en": "Dependence between items (adjusted Q3)",
    },
}


def words(key: str, language: Language, **values: object) -> str:
    """A text of the pictures with its values."""
    return WORDS[key][language].format(**values)
