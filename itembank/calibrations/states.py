"""What can be decided of an item, and the kinds of analyses of a run. Pure."""

from __future__ import annotations

from collections.abc import Mapping

KEEP, WATCH, DO_NOT_SCORE = "keep", "watch", "do_not_score"
DECISION_NAMES: Mapping[str, str] = {
    KEEP: "Giữ",
    WATCH: "Giữ, theo dõi",
    DO_NOT_SCORE: "Không tính điểm",
}

SECOND_OPINION = "second_opinion"
FIT = "fit"
DIF = "dif"
LINK = "link"
PERSONS = "persons"
DISTRACTORS = "distractors"
