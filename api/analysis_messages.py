"""What the analyses after a calibration say, in Vietnamese: fit, classical statistics, links, DIF."""

from __future__ import annotations

from collections.abc import Mapping

FIT_ERRORS: Mapping[str, str] = {
    "choice_not_an_option": "Dòng {row}, cột {column}: “{value}” không có trong các phương án {options}. "
    "Hãy sửa lựa chọn.",
    "group_share_out_of_range": "Nhóm cao và nhóm thấp không thể cùng chiếm {share} số thí sinh. Hãy chọn tỉ "
    "lệ lớn hơn 0 và không quá 0,5, chẳng hạn 0,27.",
    "least_expected_not_positive": "Số thí sinh kì vọng ít nhất của một ô phải dương, không phải {value}.",
    "model_fit_of_histogram": "Chưa đánh giá được độ khớp chung khi mật độ năng lực là biểu đồ ước lượng. "
    "Hãy hiệu chuẩn lại với mật độ chuẩn.",
    "model_fit_of_option": "Lần hiệu chuẩn này ước lượng {n_estimated} tham số, còn mô hình, nhóm và ràng "
    "buộc của nó có {n_expected}; chưa đánh giá được độ khớp chung với lựa chọn ấy.",
    "moments_dependent": "Một số tần số biên suy ra được từ các tần số khác nên không đánh giá được độ khớp. "
    "Hãy gộp mức điểm hầu như không ai đạt.",
    "no_degrees_of_freedom": "{n_moments} mômen không còn bậc tự do cho {n_parameters} tham số. Hãy dùng C2, "
    "hoặc thêm câu.",
    "rating_not_a_category": "Dòng {row}, người chấm {rater}: {value} không phải một mức chấm. Hãy sửa lại.",
    "raters_differ_in_number": "Người chấm thứ nhất có {n_first} điểm, người thứ hai có {n_second}. Hãy đưa đủ "
    "cả hai điểm của mỗi bài.",
    "table_not_square": "Bảng đối chiếu hai người chấm phải có số hàng bằng số cột: mỗi mức chấm một hàng và "
    "một cột.",
    "table_of_agreement_empty": "Bảng đối chiếu hai người chấm phải có số bài không âm và không toàn số 0.",
    "too_few_score_groups": "Cần ít nhất một nhóm điểm.",
    "unknown_statistic": "Không có thống kê “{statistic}”. Hãy chọn m2 hoặc c2.",
    "wrong_number_of_abilities": "Có {n_abilities} năng lực cho {n_persons} thí sinh. Hãy ước lượng năng lực từ "
    "đúng tập bài làm này.",
    "wrong_number_of_keys": "Có {n_items} cột lựa chọn nhưng {n_keys} đáp án và {n_labels} tên câu. Mỗi cột cần "
    "một đáp án và một tên.",
}

LINKING_ERRORS: Mapping[str, str] = {
    "anchor_differs": "Câu neo {item} theo {new_model} với {new_categories} mức điểm ở lần mới nhưng "
    "{base_model} với {base_categories} mức ở lần gốc. Hãy hiệu chuẩn như nhau, hoặc bỏ câu này khỏi neo.",
    "anchor_not_calibrated": "Câu neo {item} không có trong lần hiệu chuẩn {calibration}. Hãy bỏ câu này.",
    "anchor_without_difficulty": "Có câu neo không có độ khó riêng (mô hình định danh). Hãy nối bằng đường đặc "
    "trưng (haebara, stocking-lord), hoặc bỏ câu ấy.",
    "bad_ability_weights": "Trọng số năng lực cần một số không âm cho mỗi điểm, ít nhất một số dương.",
    "bad_link_weights": "Cần ít nhất một phép nối, mỗi phép một trọng số không âm.",
    "bad_shifts": "Sai số nối cần cho mỗi câu một độ lệch hữu hạn, một đơn vị và số điểm dương.",
    "bootstrap_failed": "{n_failed} lần lấy mẫu lại không tính được; mẫu quá nhỏ cho phương pháp này.",
    "forms_not_connected": "Không có chuỗi câu neo nào nối {start} với {end}. Hãy thêm câu chung.",
    "link_not_found": "Không đưa được đường đặc trưng của các câu neo lại gần nhau. Hãy xem bảng trôi.",
    "link_without_errors": "Phép nối này chưa có sai số chuẩn; cần hiệp phương sai của lần hiệu chuẩn.",
    "negative_link": "Phương pháp {method} cho hệ số {slope}, tức là đảo ngược thang đo. Hãy xem các câu neo có độ "
    "phân biệt âm.",
    "no_anchors": "Hai lần hiệu chuẩn không có câu nào chung. Hãy nối qua một đề thứ ba.",
    "no_drift_criterion": "Quy tắc trôi chưa có tiêu chí nào. Hãy đặt ít nhất một ngưỡng.",
    "no_links": "Chuỗi nối cần ít nhất một phép nối.",
    "no_located_anchors": "Không câu neo nào có độ khó riêng. Hãy nối bằng đường đặc trưng.",
    "negative_slope": "Câu {item} có độ phân biệt không dương nên không nối được thang bằng phương pháp này. Hãy bỏ câu "
    "này khỏi neo.",
    "no_spread": "Phương pháp mean-sigma cần các câu neo có độ khó khác nhau. Hãy dùng mean-mean, hoặc thêm neo.",
    "one_ability_only": "Câu theo mô hình {model} chỉ đo được một năng lực. Hãy chọn gpcm hoặc grm.",
    "too_few_units": "Cần nhiều nhóm câu hơn ({n_units} nhóm là quá ít) để tính sai số nối.",
    "unknown_form": "Không có đề “{form}”.",
    "wrong_covariance_size": "Hiệp phương sai của lần hiệu chuẩn {calibration} không khớp với {n_parameters} tham "
    "số của các câu neo.",
}

DIF_ERRORS: Mapping[str, str] = {
    "bad_table": "Bảng đếm kích thước {shape} không khớp với số mức, số nhóm và số mức điểm.",
    "covariance_needed": "Kiểm định của Lord cần hiệp phương sai của ước lượng.",
    "empty_category": "Có mức điểm không ai đạt nên không có ngưỡng. Hãy gộp với mức kề bên.",
    "level_out_of_range": "Mức ý nghĩa {level} không dùng được. Hãy chọn số từ 0 đến 1, chẳng hạn 0,05.",
    "lord_needs_one_model": "Câu {item} theo hai mô hình khác nhau ở hai nhóm; kiểm định của Lord cần cùng một mô "
    "hình.",
    "negative_count": "Có số đếm âm hoặc không phải số. Hãy sửa lại.",
    "no_groups": "Chỉ có một nhóm thí sinh; DIF so sánh hai nhóm. Hãy chọn cách chia nhóm.",
    "not_two_by_two": "Câu {item} có {n_categories} mức điểm trong {n_groups} nhóm; Mantel–Haenszel so hai nhóm trên "
    "câu hai mức. Hãy dùng thống kê cho câu nhiều mức.",
    "not_two_groups": "Bảng của câu {item} có {n_groups} nhóm. Hãy chọn nhóm cần so với nhóm gốc.",
    "scheme_needs_anchors": "Cách kiểm định “{scheme}” cần các câu đã biết là công bằng làm neo. Hãy chọn câu neo.",
    "several_focal_groups": "Ngoài nhóm gốc {reference} còn nhiều nhóm. Hãy chọn một nhóm để so.",
    "too_few_levels": "{levels} mức ghép là quá ít; cần ít nhất 1.",
    "unknown_adjustment": "Không có cách hiệu chỉnh “{method}”. Hãy chọn none, holm hoặc benjamini_hochberg.",
    "unknown_dif_anchor": "Không có câu neo “{item}” trong dữ liệu. Hãy kiểm tra tên câu.",
    "unknown_dif_option": "Không có lựa chọn {option} = “{value}”. Hãy chọn một trong {known}.",
    "unknown_focal_group": "Nhóm “{group}” không thể là nhóm so sánh (nhóm gốc là {reference}). Hãy chọn nhóm khác.",
    "unknown_incomplete": "Không có cách xử lí “{incomplete}” cho bài thiếu câu ghép. Hãy chọn same_items, pooled hoặc "
    "complete.",
    "unknown_matching_item": "Không có câu ghép “{item}”. Hãy kiểm tra tên câu.",
    "unknown_scheme": "Không có cách kiểm định “{scheme}”. Hãy chọn drop, add, drop_sequential hoặc add_sequential.",
    "unknown_weights": "Không có trọng số “{weights}”. Hãy chọn focal, reference hoặc total.",
}

ANALYSIS_ERRORS = {**FIT_ERRORS, **LINKING_ERRORS, **DIF_ERRORS}

ANALYSIS_CAUTIONS: Mapping[str, str] = {
    "anchor_spread_differs": "Độ khó của các câu neo trải rộng gấp {ratio} lần trên thang mới",
    "anchor_still_drifts": "vẫn trôi ({measure} = {value}, ngưỡng {limit}), nhưng bỏ nữa thì còn quá ít câu neo",
    "answers_separate": "hồi quy logistic tách được hoàn toàn các câu trả lời nên ước lượng vô hạn; kiểm định tỉ "
    "số hợp lí chỉ là giới hạn",
    "category_unseen_in_group": "không ai của nhóm “{group}” đạt mức {category} nên câu không được kiểm định; nên gộp "
    "mức này với mức kề bên",
    "few_persons_for_dif": "nhóm nhỏ hơn có {smaller} thí sinh, cả hai nhóm {together}; chỉ phát hiện được DIF lớn",
    "linked": "Tham số đã được chuyển sang thang gốc bằng phép nối {method}: A = {A}, B = {B}",
    "low_anchor_correlation": "Độ khó của các câu neo ở hai thang chỉ tương quan {correlation}",
    "many_anchors_removed": "Đã bỏ {n_removed} câu neo, nhiều hơn mức cho phép; các câu còn lại có thể không còn đại "
    "diện cho đề",
    "no_covariance": "Ma trận thông tin không xác định dương nên không kiểm định được câu nào; hãy dùng mô hình đơn "
    "giản hơn, phân phối tiên nghiệm hoặc thêm câu neo",
    "persons_left_out": "không tính {missing} thí sinh chưa trả lời câu này và {incomplete} thí sinh thiếu câu ghép",
    "purification_not_settled": "Việc lọc câu ghép chưa ổn định sau {rounds} vòng; hãy tự chọn các câu ghép",
    "seen_by_one_group": "chỉ một nhóm làm câu này nên không so sánh được",
    "slope_runs_away": "độ phân biệt tăng vô hạn trong một nhóm; quá ít bài làm cho mô hình này",
    "unmatched_persons": "{unmatched} trong {compared} thí sinh có điểm ghép mà nhóm kia không ai có; hãy dùng ít mức "
    "ghép hơn",
}
