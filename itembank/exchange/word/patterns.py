"""What the parts of a paper look like when teachers type them: one expression a convention."""

from __future__ import annotations

import re

I = re.IGNORECASE  # noqa: E741

# --- questions ------------------------------------------------------------------------------
QUESTION_WORD = re.compile(
    r"\s*[*#]?\s*(?P<word>câu\s*hỏi|câu|cau|bài\s*tập|bài|questions?|ques|q)\s*(?:số\s*)?"
    r"(?P<number>\d{1,4}(?!\d)|(?:VIII|VII|VI|IV|IX|V|X|I{1,3})(?=\s*[.:(]))(?P<rest>.*)",
    I | re.S,
)
AFTER_NUMBER = re.compile(
    r"(?P<tags>(?:\s*[\[(<{][^\[\](){}<>]{1,60}[\])>}])*)\s*(?P<mark>[.:)/]|[-–—](?=\s)|,(?=\s*\())?\s*"
)
RUNS_ON = re.compile(
    r"\s*(?:,|;|&|và\b|đến\b|tới\b|to\b|and\b|hoặc\b|[-–—]\s*(?:câu\s*)?\d|\.\d)", I
)
BARE_NUMBER = re.compile(r"\s*[*#]?\s*(?P<number>\d{1,3})\s*(?P<mark>[.)/:])(?=\s|$)")
EMBEDDED_QUESTION = re.compile(r"(?<=[\s.;])(?:Câu|Question)\s*\d{1,3}\s*[.:]\s")

# --- headings -------------------------------------------------------------------------------
_KINDS = (
    ("tf_cluster", r"đúng\s*[-/–,]?\s*(?:hoặc\s*|hay\s*)?sai|true\s*/?\s*false|đúng\(?\s*đ\s*\)?"),
    ("short", r"trả\s*lời\s*ngắn|điền\s*(?:đáp\s*)?(?:số|khuyết|kết\s*quả)|short\s*answer"),
    ("choice", r"nhiều\s*(?:phương\s*án\s*)?lựa\s*chọn|chọn\s*(?:chỉ\s*)?một\s*phương\s*án|"
               r"bốn\s*phương\s*án|4\s*phương\s*án|multiple\s*choice|khách\s*quan"),
    ("essay", r"tự\s*luận|làm\s*văn|đọc\s*[-–]?\s*hiểu|phần\s*viết|tập\s*làm\s*văn|\bviết\b|essay"),
    ("choice", r"trắc\s*nghiệm"),
)  # fmt: skip
KINDS = tuple((kind, re.compile(words, I)) for kind, words in _KINDS)
PART = re.compile(
    r"\s*(?:(?P<word>phần|part|section|nhóm)\s*(?P<ordinal>[IVX]{1,4}|\d{1,2}|[A-F])(?![\w])|"
    r"(?P<bare>[IVX]{1,4}|[A-F])\s*[.)\-–:/])\s*(?P<title>.*)",
    I | re.S,
)
HEADING_WORDS = re.compile(
    r"trắc\s*nghiệm|tự\s*luận|trả\s*lời\s*ngắn|đúng\s*[-/–]?\s*sai|đọc\s*[-–]?\s*hiểu|làm\s*văn|"
    r"phần\b|câu\s*hỏi|lựa\s*chọn|^\s*viết\b|điểm\)|nhận\s*biết|thông\s*hiểu|vận\s*dụng",
    I,
)
LEVEL_HEADING = re.compile(
    r"\s*(?:[\dIVX]+\s*[.)]\s*|[-–+•*]\s*)?(?:mức\s*độ\s+)?"
    r"(?P<level>nhận\s*biết|thông\s*hiểu|vận\s*dụng(?:\s*cao)?)\s*[.:]?\s*",
    I,
)
SECTION_HEADING = re.compile(
    r"\s*(?:[\dIVX]+\s*[.)]\s*)?(?:dạng|chủ\s*đề|chương|chuyên\s*đề|mạch\s*kiến\s*thức|bài|unit)"
    r"\s*(?:\d+|[IVX]+)?\s*[:.–-].{0,120}",
    I,
)
SERIES = re.compile(r"\s*đề\s*(?:thi\s*)?(?:số\s*)?\d{1,2}\s*[.:]?\s*", I)
END_MARK = re.compile(r"[\W_]*(?:hết|the\s*end|end)[\W_]*", I)
NOISE = re.compile(
    r"\s*(?:mã\s*đề(?:\s*thi)?\s*:?\s*\d*|trang\s*\d+(?:\s*/\s*\d+)?(?:\s*[-–]\s*mã\s*đề.*)?|"
    r"họ\s*,?\s*(?:và\s*)?tên.*|số\s*báo\s*danh.*|lớp\s*:?[\s._…]*|[-–—_=*.~\s…]{3,}|"
    r"(?:thí\s*sinh|học\s*sinh)\s*không\s*(?:được\s*)?sử\s*dụng.*|"
    r"(?:cán\s*bộ|giám\s*thị)\s*(?:coi\s*thi\s*)?không\s*giải\s*thích.*|"
    r"[-–—\s]*hết\s*phần.*)\s*",
    I,
)
INTRODUCTION = re.compile(
    r"\s*[(\[]?\s*(?:thí\s*sinh|học\s*sinh|mỗi\s*câu|trong\s*mỗi|em\s*hãy|hãy\s*chọn|chọn\s|câu\s*trắc|"
    r"khoanh|với\s*mỗi|ở\s*mỗi|\d+\s*câu|\(?\s*\d+[,.]?\d*\s*điểm|gồm|có\s*\d+\s*câu|phần\s*này|"
    r"thực\s*hiện\s*các|trả\s*lời\s*các\s*câu\s*hỏi\s*[:.]?\s*$)",
    I,
)

# --- answers --------------------------------------------------------------------------------
ANSWER_HEAD = re.compile(
    r"\W{0,12}(?:[IVX]{1,4}\s*[.)]\s*)?(?:bảng\s*)?(?:đáp\s*án|hướng\s*dẫn\s*(?:giải|chấm|chi\s*tiết|trả\s*lời)|"
    r"lời\s*giải|answer\s*keys?|answers?|keys?)(?!\w)[\s:.\-–—]*",
    I,
)
ANSWER_HEAD_GOES_ON = re.compile(
    r"(?:và|&|\+)?\s*(?:đáp\s*án|thang\s*điểm|biểu\s*điểm|lời\s*giải|hướng\s*dẫn|chi\s*tiết|đề\b|mã\s*đề|phần\b|môn\b|"
    r"trắc\s*nghiệm|tự\s*luận|kiểm\s*tra|tham\s*khảo|chấm\b|giải\b)",
    I,
)
KEY_LINE = re.compile(
    r"\s*[\[(]?\s*(?P<word>đáp\s*án(?:\s*đúng)?|đ/?a|đáp\s*số|đ/?s|trả\s*lời|kết\s*quả|kq|answer|"
    r"correct\s*answer|key)\s*(?:là\s*)?(?P<mark>[:=.]|(?<=\s)(?=[A-H]\s*[.)\]]?\s*$)|(?=\s*$))\s*(?P<value>.*)",
    I | re.S,
)
KEY_BEHIND = re.compile(
    r"(?<=[.?!:)\s])\s+[\[(]?\s*(?:đáp\s*án|đáp\s*số|đs|trả\s*lời|kết\s*quả)\s*[:=]\s*(?P<value>[^\])]{1,40})[\])]?\s*$",
    I,
)
CHOOSE_LINE = re.compile(
    r"\s*[\[(→⇒=>\s]*(?:ta\s*)?chọn\s*(?:đáp\s*án|phương\s*án|câu|ý)?\s*(?:đúng\s*)?(?:là\s*)?:?\s*"
    r"(?P<value>[A-H])(?![\w])[\])]?\s*(?:[.:,;]\s*|$|\s(?=[^a-zà-ỹ]))(?P<rest>.*)",
    re.S | I,
)
CHOSEN = re.compile(
    r"(?:(?<![Kk]hông )(?:[Cc]họn|CHỌN)\s*(?:đáp\s*án|phương\s*án|câu|ý)?\s*(?:đúng\s*)?(?:là\s*)?:?|"
    r"(?:[Đđ]áp|[Pp]hương)\s*án\s*(?:đúng|cần\s*chọn|chính\s*xác)\s*(?:là\s*)?:?)\s*(?P<value>[A-H])(?!\w)"
    r"(?!\s*(?:sai|không|loại|chưa))"
)
SOLUTION = re.compile(
    r"\s*[\[(]?\s*(?:lời\s*giải(?:\s*chi\s*tiết)?|hướng\s*dẫn(?:\s*(?:giải|chấm|chi\s*tiết|trả\s*lời))*|hdg|hd|"
    r"giải\s*thích|giải(?=\s*(?:[:.]|$))|solution|explanation|phương\s*pháp(?:\s*giải)?)\s*[\])]?\s*"
    r"(?:[:.]\s*|$|\s*\n)(?P<value>.*)",
    I | re.S,
)
KEY_TAG = re.compile(r"<\s*key\s*[=:]\s*(?P<value>[^<>]*?)\s*>", I)
BLANK_ANSWER = re.compile(r"[\s.…_\-–|□\t]*")
TRUE_WORDS = {"đúng", "đ", "true", "t", "d"}
TRUTH = r"(?:ĐÚNG|Đúng|đúng|SAI|Sai|sai|TRUE|True|FALSE|False|Đ|S|T|F)"
TRUTH_AFTER_LABEL = re.compile(
    rf"(?<![\w])(?P<letter>[a-hA-H])\s*[).:]?\s*[-–—:=→]?\s*[\[(]?(?P<truth>{TRUTH})(?![\w])"
)
TRUTHS_ALONE = re.compile(rf"\s*\(?({TRUTH}(?:[\s,;.\-–—|/]*{TRUTH})+)\)?[\s.]*")
TRUTH_TOKEN = re.compile(TRUTH + "|D")
TRAILING_TRUTH = re.compile(
    rf"(?:\s*[\[(]\s*(?P<boxed>{TRUTH})\s*[\])]|(?:\t+|\s{{2,}}|\s*[→⇒]\s*|\s+[-–—]\s+|(?<=[.;:!?])\s+)(?P<bare>{TRUTH}))\s*[.;]?\s*$"
)
LEADING_TRUTH = re.compile(rf"\s*[\[(]\s*(?P<truth>{TRUTH})\s*[\])]\s*")
NUMBER = re.compile(r"[-−–]?\s?\d+(?:[.,]\d+)?")
PAIR = re.compile(
    r"(?:câu\s*)?(?P<number>\d{1,3})\s*[-–—.:)/]?\s*(?P<value>[A-H](?![A-Za-zÀ-ỹ])|(?:[ĐSDT]{2,8})(?![\w]))",
    re.I,
)

RANGE_OF_KEYS = re.compile(
    r"\s*(?:câu\s*)?(?P<first>\d{1,3})\s*(?:[-–—→>]+|đến)\s*(?:câu\s*)?(?P<last>\d{1,3})\s*[.:)]\s*"
    r"(?P<letters>[A-H](?:[\s,;]*[A-H]){1,49})\s*[.;]?\s*",
    I,
)

# --- shared material ------------------------------------------------------------------------
RANGE = re.compile(
    r"(?:(?:câu|questions?|bài)\s*(?:hỏi\s*)?(?:số\s*)?(?:từ\s*|from\s*)?(?:câu\s*)?|(?:từ|from)\s*(?:câu\s*)?)"
    r"(?P<first>\d{1,3})(?P<more>(?:\s*(?:đến|tới|to|and|và|,|;|&|[-–—]+>?)\s*(?:hết\s*)?(?:câu\s*(?:hỏi\s*)?)?\d{1,3})+)",
    I,
)
LEAD = re.compile(
    r"\s*[\[(*]*\s*(?:dựa\s*(?:vào|trên)|căn\s*cứ|sử\s*dụng|dùng|đọc|quan\s*sát|xem|cho\s*(?:các\s*)?"
    r"(?:thông\s*tin|đoạn|dữ\s*(?:liệu|kiện)|tư\s*liệu|bảng|biểu|hình|đồ\s*thị|sơ\s*đồ|tình\s*huống)|read|questions?\s*\d|based\s*on|use\s*the|refer|look\s*at|"
    r"thông\s*tin\s*(?:sau|dưới)|dữ\s*(?:liệu|kiện)\s*(?:sau|dưới|chung)|tình\s*huống|ngữ\s*liệu|đoạn\s*(?:văn|trích|thông)|"
    r"trả\s*lời\s*(?:các\s*)?câu|(?:các\s*|hai\s*|ba\s*)?câu(?:\s*hỏi)?\s*(?:từ\s*)?(?:số\s*)?\d+|"
    r"mark\s*the|choose|indicate|circle|fill|complete|rewrite|listen|find\s*the)",
    I,
)
NOT_A_LEAD = re.compile(r"\s*[\[(]?\s*(?:thí\s*sinh|học\s*sinh)\b", I)
POINTS_AHEAD = re.compile(r"sau|dưới\s*đây|following|below|bên\s*dưới|này", I)
INSTRUCTION = re.compile(
    r"\s*[\[(*]*\s*(?:mark\s*the|choose|indicate|circle|find\s*the|rewrite|complete\s*each)", I
)
PASSAGE_WORD = re.compile(
    r"passage|text|paragraph|advertisement|announcement|leaflet|letter\s*below|conversation\s*below|"
    r"notice|article|email|poster|following\s*(?:table|graph|chart)",
    I,
)
TELLING_INSTRUCTION = re.compile(
    r"closest|opposite|underlined|pronounc|stress|mistake|error|correction|combin|exchange|"
    r"arrang|order|mean|synonym|antonym",
    I,
)
CONSTANTS = re.compile(
    r"\s*\*?\s*(?:cho\s*biết|biết)\s*(?::|nguyên\s*tử\s*khối|khối\s*lượng|các\s*hằng)", I
)

# --- tags -----------------------------------------------------------------------------------
POINTS = re.compile(
    r"\s*[\[(]\s*(?P<points>\d{1,3}(?:[.,]\d{1,3})?)\s*(?:điểm|đ|points?|pts?|marks?)\s*[\])]\s*[.:]?",
    I,
)
LEVELS = (
    (re.compile(r"(?:nb|nhận\s*biết|biết|mức\s*(?:độ\s*)?1|m1|easy)", I), "biet"),
    (re.compile(r"(?:th|thông\s*hiểu|hiểu|mức\s*(?:độ\s*)?2|m2|medium)", I), "hieu"),
    (
        re.compile(r"(?:vdc?|vận\s*dụng(?:\s*(?:cao|thấp))?|mức\s*(?:độ\s*)?[34]|m[34]|hard)", I),
        "van_dung",
    ),
)
TAG = re.compile(r"\s*[\[(<{](?P<tag>[^\[\](){}<>]{1,80})[\])>}]\s*[.:]?")
ID6 = re.compile(
    r"\d?[A-Z]?\d[A-Z]\d{1,2}(?P<level>[YNBHKVCGT])\d-\d{1,2}|\d[A-Z]\d(?P<level2>[YNBHKVCGT])\d-\d{1,2}"
)
TAG_LINE = re.compile(
    r"\s*[\[(]?\s*(?P<name>mức\s*độ(?:\s*(?:nhận\s*thức|tư\s*duy))?|cấp\s*độ(?:\s*tư\s*duy)?|chủ\s*đề|"
    r"bài\s*học|nội\s*dung|level|topic|ycc?đ|yêu\s*cầu\s*cần\s*đạt|năng\s*lực)\s*:\s*(?P<value>[^\]]{1,200}?)[\])]?\s*",
    I,
)
SEVERAL = re.compile(
    r"chọn\s*(?:các|những|nhiều|tất\s*cả|hai|ba|[2-5])\s*(?:phương\s*án|đáp\s*án|câu|ý)|nhiều\s*đáp\s*án\s*đúng|"
    r"(?:select|choose)\s*(?:all|two|three)",
    I,
)
CLUSTER_CUE = re.compile(
    r"đúng\s*(?:hay|hoặc|/|,)\s*sai|mệnh\s*đề|khẳng\s*định|phát\s*biểu|nhận\s*định|các\s*ý\s*sau|true\s*or\s*false",
    I,
)
TASK_VERB = re.compile(
    r"(?:^|[.,;:!?]\s)\s*(?:(?:em\s*)?hãy\s*|anh/chị\s*hãy\s*)?(?:tính|chứng\s*minh|giải|tìm|vẽ|viết|nêu|hãy|rút\s*gọn|xác\s*định|"
    r"so\s*sánh|phân\s*tích|trình\s*bày|cho\s*biết|kể|giải\s*thích|lập|tại\s*sao|vì\s*sao|thực\s*hiện|chỉ\s*ra|"
    r"nhận\s*xét|cảm\s*nhận|anh/chị|theo\s*em|write|explain|describe|discuss)\b",
    I,
)
