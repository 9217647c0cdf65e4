"""What the calibration library says, in Vietnamese: where it is and what to do.

The library speaks English and gives every error and caution a code with its facts; this is the
only place that turns them into words for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psychometrics import PsychometricsError
from psychometrics.results import Caution

from .analysis_messages import ANALYSIS_CAUTIONS, ANALYSIS_ERRORS

ERRORS: Mapping[str, str] = {
    "anchor_given_twice": "Câu {item} được cố định ở hai bộ tham số khác nhau. Hãy giữ một bộ.",
    "anchor_of_other_model": "Câu {item} được cố định theo mô hình {anchored} nhưng lại được yêu cầu "
    "theo mô hình {model}. Hãy bỏ một trong hai.",
    "bad_calibration": "Tệp kết quả ước lượng không đọc được ({reason}). "
    "Hãy dùng tệp do lệnh calibrate ghi ra.",
    "bad_constraint": "Ràng buộc “{constraint}” không dùng được. Hãy viết theo mẫu a[I1]=a[I2] (bằng "
    "nhau) hoặc b[I1]=0.5 (cố định), với câu và tham số có trong dữ liệu.",
    "bad_csv": "Tệp {path} không phải CSV hợp lệ ({reason}). Hãy lưu lại dưới dạng CSV UTF-8.",
    "bad_labels_file": "Tệp {path}, dòng {line}: cần có đủ cột item (câu) và label (tên).",
    "bad_parquet": "Tệp {path} không phải Parquet trọn vẹn ({reason}). Hãy ghi lại tệp.",
    "bad_models_file": "Tệp {path}, dòng {line}: cần có đủ cột item (câu) và model (mô hình).",
    "bad_parameter_name": "“{name}” không phải tên tham số. Hãy viết theo mẫu a[I1], b2[I4], c[I7], "
    "d[I7], intercept[I1], slope2[I3], mean[G2] hoặc sd[G2].",
    "bad_prior": "Phân phối tiên nghiệm “{prior}” không dùng được. Hãy viết theo mẫu "
    "g=logitnormal(-1.386294,0.5), a=lognormal(0,0.5) hoặc b=normal(0,2); độ lệch chuẩn phải dương.",
    "categories_differ": "Câu {column} có mức điểm {in_data} trong dữ liệu nhưng {in_calibration} trong kết quả hiệu chuẩn. "
    "Muốn cố định tham số thì hai bên phải như nhau.",
    "category_not_calibrated": "Dòng {row} (thí sinh {person}), cột {column}: mức điểm {value} nằm "
    "ngoài khoảng {lowest}–{highest} đã ước lượng. Hãy kiểm tra lại điểm.",
    "cell_not_a_category": "Dòng {row} (thí sinh {person}), cột {column}: “{value}” không phải mức "
    "điểm. Hãy ghi số nguyên từ 0 đến {maximum}, hoặc để trống nếu thí sinh không được giao câu này.",
    "column_not_found": "Không có cột “{column}” trong tệp. Hãy kiểm tra tên cột.",
    "columns_of_different_length": "Cột {column} có {n_rows} dòng, cột {first} có {n_first} dòng. Hãy đưa các cột cùng số dòng.",
    "constant_item": "Cột {column}: mọi thí sinh đều ở mức {category} nên câu này không cho biết gì "
    "về năng lực. Hãy bỏ cột này.",
    "contradictory_fixing": "Tham số {parameters} không thể vừa bằng {first} vừa bằng {second}. "
    "Hãy bỏ một ràng buộc hoặc một câu cố định.",
    "design_not_connected": "Các câu hỏi tách thành {n_components} nhóm không có thí sinh chung: "
    "{parts}. Hãy ước lượng riêng từng nhóm, hoặc bổ sung thí sinh làm câu của cả hai nhóm.",
    "duplicate_column": "Có hai cột cùng tên “{column}”. Hãy đổi tên một cột.",
    "duplicate_item": "Cột thứ {column_number} trùng tên “{column}”. Hãy đổi tên cột.",
    "duplicate_person": "Dòng {row}: mã thí sinh “{person}” đã có ở dòng {first_row}. "
    "Hãy giữ một dòng, hoặc cho mỗi lần thi một mã riêng.",
    "empty_data": "Tệp không có dòng bài làm nào. Hãy kiểm tra lại tệp.",
    "export_needs_package": "Muốn ghi dạng này cần gói {package}. Hãy cài gói này.",
    "file_not_found": "Không tìm thấy tệp {path}. Hãy kiểm tra đường dẫn.",
    "folder_not_empty": "Thư mục {path} đã có tệp. Hãy chọn thư mục khác, hoặc thêm --overwrite.",
    "group_missing": "Dòng {row}: chưa ghi nhóm. Hãy điền nhóm của thí sinh.",
    "group_without_responses": "Nhóm “{group}” không có bài làm nào. Hãy bỏ các dòng của nhóm này.",
    "item_without_model": "Câu {item} chưa có mô hình. Hãy ghi mô hình cho câu này, hoặc ghi * cho mọi "
    "câu còn lại.",
    "item_without_name": "Cột thứ {column_number} chưa có tên. Hãy đặt tên cho cột.",
    "item_without_responses": "Cột {column}: không thí sinh nào làm câu này. Hãy bỏ cột này.",
    "mask_has_other_shape": "Bảng đánh dấu câu được giao không cùng kích thước với bảng điểm.",
    "missing_codes_apart": "Cột {column}: SPSS chỉ nhận hơn ba mã khuyết khi chúng liền nhau, mà giá trị {value} nằm giữa "
    "{lowest} và {highest}. Hãy chọn các mã liền nhau.",
    "model_for_unknown_item": "Có mô hình cho câu {item} nhưng dữ liệu không có câu này. "
    "Hãy kiểm tra tên câu.",
    "no_anchor_in_data": "Không câu nào trong các câu cố định có trong dữ liệu. "
    "Hãy kiểm tra tên câu.",
    "missing_code_given_twice": "Mã “{text}” được dùng cho hai loại câu trả lời thiếu. Hãy giữ một.",
    "no_column": "Không có cột nào để ghi.",
    "no_item_columns": "Tệp cần cột đầu là mã thí sinh và ít nhất một cột câu hỏi, "
    "cách nhau bằng dấu phẩy.",
    "no_second_program": "girth không đối chiếu được mô hình {model}. Hãy chọn một trong: {models}.",
    "no_such_group": "Câu {item} không thể có tham số riêng cho nhóm “{group}”. Các nhóm có trong dữ "
    "liệu: {groups}.",
    "no_weight": "Mọi trọng số đều bằng 0. Hãy kiểm tra cột trọng số.",
    "not_numeric": "Điểm phải là số.",
    "not_utf8": "Tệp {path} không phải văn bản UTF-8. Hãy lưu lại dưới dạng CSV UTF-8.",
    "other_nodes": "Phân phối năng lực của nhóm “{group}” được ước lượng trên các điểm nút khác. "
    "Hãy dùng đúng điểm nút của kết quả ước lượng.",
    "own_items_need_memory": "Câu hỏi có tham số riêng theo nhóm cần đọc toàn bộ bài làm vào bộ nhớ. "
    "Hãy đọc tệp trước rồi ước lượng.",
    "parquet_needs_pyarrow": "Máy chưa cài gói pyarrow để đọc tệp Parquet. "
    "Hãy cài pyarrow, hoặc dùng tệp CSV.",
    "partitions_differ": "Phần dữ liệu thứ {partition} có các cột câu hỏi khác phần đầu. "
    "Hãy ghi mọi phần với cùng các cột, cùng thứ tự.",
    "person_in_two_partitions": "Thí sinh ở dòng {first_row} và dòng {row} (tính trên mọi phần dữ liệu) trùng mã. "
    "Hãy giữ một dòng, hoặc cho mỗi lần thi một mã riêng.",
    "person_without_id": "Dòng {row}: cột đầu (mã thí sinh) đang để trống. Hãy điền mã.",
    "prior_given_twice": "Phân phối tiên nghiệm “{prior}”: tham số {parameter} đã có phân phối "
    "khác. Hãy giữ một.",
    "prior_on_fixed": "Phân phối tiên nghiệm “{prior}”: mọi tham số của nó đều đã được cố định. "
    "Hãy bỏ tùy chọn này.",
    "prior_without_parameter": "Phân phối tiên nghiệm “{prior}”: mô hình {model} không ước lượng "
    "tham số {parameter}. Hãy bỏ tùy chọn này.",
    "program_without_fixed_slopes": "Câu {item} có độ phân biệt riêng; ConQuest cố định được độ khó nhưng không cố định được độ phân biệt. "
    "Hãy bỏ --calibration, hoặc dùng tam hay mirt.",
    "program_without_mixture": "{program} nhận các câu cùng một độ phân biệt, hoặc các câu có độ phân biệt riêng, không nhận cả hai "
    "({models}). Hãy chọn một loại.",
    "program_without_model": "{program} không có mô hình {model} (câu {item}). Hãy chọn một trong {models}, hoặc dùng chương trình khác.",
    "range_not_positive": "Khoảng điểm nút phải là số dương (đang là {range}).",
    "row_too_short": "Dòng {row} chỉ có {n_cells} ô trong khi tiêu đề có {n_columns} cột. "
    "Hãy ghi cả các ô trống.",
    "scale_not_identified": "Thang đo chưa xác định. Hãy cho các câu cố định, hoặc để nhóm tham chiếu "
    "có trung bình 0 và độ lệch chuẩn 1.",
    "scoring_not_defined": "Câu {item}: mức cao nhất không phân biệt thí sinh nên không xác định được cách cho điểm các mức theo mirt. "
    "Hãy bỏ câu này.",
    "second_opinion_needs_girth": "Muốn đối chiếu cần gói girth. Hãy cài gói này.",
    "second_program_failed": "Câu {item}: girth không cho ra con số. Hãy bỏ câu này, hoặc đối chiếu với ít câu hơn.",
    "second_program_frees_slopes": "girth luôn ước lượng độ phân biệt của từng câu nên không có mô hình {model}. "
    "Hãy dùng gpcm, hoặc 1pl nếu mọi câu chỉ có hai mức điểm.",
    "skipped_category": "Cột {column}: không thí sinh nào ở mức {category} (giữa {lowest} và "
    "{highest}). Hãy gộp mức này với mức kề bên rồi đánh số lại.",
    "tolerance_not_positive": "Mức chênh lệch chấp nhận phải là số dương, không thể là {tolerance}.",
    "too_few_ability_groups": "Cần ít nhất một nhóm năng lực.",
    "too_few_nodes": "{nodes} điểm nút là quá ít. Hãy dùng ít nhất {minimum}.",
    "too_many_categories": "Câu {item} có {n_categories} mức điểm nhưng mô hình {model} chỉ nhận hai "
    "mức. Hãy chọn gpcm, grm hoặc pcm.",
    "too_many_items": "Tệp có {n_items} cột câu hỏi, nhiều hơn {maximum}. Hãy kiểm tra dấu phân cách "
    "và để mỗi dòng là một thí sinh.",
    "unknown_density": "Không có dạng phân phối {density}. Hãy chọn normal hoặc histogram.",
    "unknown_group": "Dòng {row}: nhóm “{group}” không có trong kết quả ước lượng. "
    "Hãy chỉ ra cột nhóm bằng --groups.",
    "unknown_item": "Cột {column} không phải câu hỏi đã ước lượng. "
    "Hãy bỏ cột này hoặc dùng đúng tệp kết quả.",
    "unknown_item_in_option": "Dữ liệu không có câu {item}. Hãy kiểm tra tên câu.",
    "unknown_method": "Không có phương pháp {method}. Hãy chọn eap, map, ml hoặc wle.",
    "unknown_model": "Không có mô hình {model}. Hãy chọn 1pl, 2pl, 3pl, 4pl, pcm, rsm, gpcm, grm "
    "hoặc nominal.",
    "unknown_missing_kind": "Không có loại câu trả lời thiếu “{kind}”. Hãy chọn omitted, not_reached, "
    "invalid hoặc not_administered.",
    "unknown_response_kind": "Dòng {row}, cột thứ {column_number}: “{value}” không phải loại câu trả lời. "
    "Hãy dùng các giá trị của ResponseKind.",
    "unknown_reference_group": "Không có nhóm “{group}” để làm nhóm tham chiếu.",
    "unknown_treatment": "Loại {kind} không thể được tính là “{treatment}”. Hãy chọn wrong hoặc missing.",
    "weight_not_positive": "Dòng {row} (thí sinh {person}): trọng số “{value}” không phải số không "
    "âm. Hãy sửa lại.",
    "weight_not_whole": "Dòng {row} (thí sinh {person}): girth không có trọng số nên không đếm được {value} thí sinh. "
    "Hãy dùng trọng số nguyên, hoặc bỏ cột trọng số.",
    "wrong_number_of_groups": "Có {n_labels} nhãn nhóm cho {n_persons} thí sinh.",
    "wrong_number_of_item_labels": "Có {n_labels} tên câu cho {n_items} cột.",
    "wrong_number_of_models": "Có {n_models} mô hình cho {n_items} câu.",
    "wrong_number_of_person_labels": "Có {n_labels} mã thí sinh cho {n_persons} dòng.",
    "wrong_number_of_weights": "Có {n_weights} trọng số cho {n_persons} thí sinh.",
    **ANALYSIS_ERRORS,
}

CAUTIONS: Mapping[str, str] = {
    "asymptote_at_boundary": "tham số đoán mò c được ước lượng ở biên 0",
    "asymptotes_exchanged": "tiệm cận trên d nằm dưới tiệm cận dưới c; đường cong đi xuống khi năng lực "
    "tăng",
    "extreme_difficulty": "độ khó {b} nằm ngoài ±5; nên xem lại câu này",
    "few_responses": "{n_responses} bài làm là ít cho mô hình {model} (nên có từ {enough})",
    "few_responses_for_3pl": "{n_responses} bài làm là quá ít cho mô hình 3PL không có phân phối "
    "tiên nghiệm cho g (nên có từ {enough})",
    "few_responses_for_4pl": "{n_responses} bài làm là quá ít cho mô hình 4PL không có phân phối "
    "tiên nghiệm cho g (nên có từ {enough})",
    "groups_taken_together": "girth chỉ có một quần thể nên cả hai chương trình gộp chung các nhóm",
    "low_slope": "độ phân biệt a = {a} dưới 0,2; câu hỏi gần như không phân biệt được thí sinh",
    "lowest_category_not_zero": "mức điểm thấp nhất là {category}, được tính là mức 0",
    "negative_slope": "độ phân biệt a = {a} âm; hãy kiểm tra đáp án",
    "no_standard_errors": "Ma trận thông tin không xác định dương nên không có sai số chuẩn",
    "not_converged": "Ước lượng CHƯA HỘI TỤ; không nên dùng kết quả này",
    "persons_without_responses": "{n} thí sinh không có bài làm; không ảnh hưởng đến ước lượng",
    "range_too_narrow": "Nhóm “{group}” vượt ra ngoài ±{range}; hãy đặt --range rộng hơn",
    "sd_at_boundary": "Nhóm “{group}” có độ lệch chuẩn {sd} gần bằng 0; dữ liệu không phân biệt được "
    "năng lực trong nhóm",
    "second_program_at_bound": "girth chỉ tìm độ phân biệt từ {low} đến {high} và độ khó trong ±{difficulty}; "
    "kết quả của girth nằm ở biên",
    "second_program_stops_early": "girth dừng khi độ phân biệt không đổi nữa; mọi độ khó của girth có thể còn lệch "
    "chung một khoảng",
    "second_program_uses_proportions": "girth lấy độ khó từ tỉ lệ của những người được giao câu; nếu các đề giao cho "
    "thí sinh năng lực khác nhau thì độ khó của girth bị lệch",
    "slope_at_boundary": "độ phân biệt a = {a} không có cực đại hữu hạn",
    "sparse_category": "mức điểm {category} chỉ có {n} thí sinh; tham số của mức này kém chắc chắn",
    "thresholds_coincide": "hai ngưỡng {category} và {next} trùng nhau; nên gộp mức {category} với mức "
    "kề bên",
    "unordered_steps": "bước {next} thấp hơn bước {category}; không vùng năng lực nào mà mức "
    "{category} có khả năng cao nhất",
    "upper_asymptote_at_boundary": "tiệm cận trên d được ước lượng ở biên 1",
    **ANALYSIS_CAUTIONS,
}


def explain(error: PsychometricsError) -> str:
    """The error in Vietnamese; rows count from the first row under the header."""
    if error.code not in ERRORS:
        return error.message
    return ERRORS[error.code].format_map({**error.params, "parts": _parts(error.params)})


def _parts(params: Mapping[str, Any]) -> str:
    """The parts of a design that nobody connects: their first items and their persons."""
    pairs = zip(params.get("components", ()), params.get("n_persons", ()), strict=False)
    return "; ".join(f"{_first(items)} ({n} thí sinh)" for items, n in pairs)


def _first(items: Sequence[str], shown: int = 4) -> str:
    return ", ".join([*items[:shown], *(["…"] if len(items) > shown else [])])


def explain_caution(caution: Caution) -> str:
    """The caution in Vietnamese."""
    if caution.code not in CAUTIONS:
        return caution.message
    text = CAUTIONS[caution.code].format_map(dict(caution.params))
    return f"Câu {caution.item}: {text}." if caution.item else f"{text}."
