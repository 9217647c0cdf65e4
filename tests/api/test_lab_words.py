"""Words that reach the lab's pages through tables, where the search for sentences does not look."""

from __future__ import annotations

import pytest

from api.i18n import english
from api.jobs.calibration_plan import GROUPINGS, MODELS, TREATMENTS
from itembank.calibrations.flags import DEFAULT_RULES
from itembank.calibrations.states import DECISION_NAMES

TABLES = [
    *(model.name for model in MODELS),
    *(model.hint for model in MODELS),
    *GROUPINGS.values(),
    *TREATMENTS.values(),
    *DECISION_NAMES.values(),
    *(rule.label for rule in DEFAULT_RULES),
]


@pytest.mark.parametrize("sentence", TABLES)
def test_every_word_of_a_table_has_its_english(sentence) -> None:
    assert sentence in english()
