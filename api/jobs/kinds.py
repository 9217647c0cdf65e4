"""Which job kinds exist, and the function that does each."""

from __future__ import annotations

from collections.abc import Mapping

from ..demo.cohort import KIND as DEMO_COHORT
from ..demo.cohort import cohort_job
from ..demo.declaration import KIND as DEMO_DECLARATION
from ..demo.declaration import declaration_job
from .analyse import KIND as ANALYSE
from .analyse import analyse_job
from .calibrate import calibrate_job
from .read_items import KIND as READ_ITEMS
from .read_items import read_items_job
from .score_sitting import score_sitting_job
from .take_in import APPLY as APPLY_INTAKE
from .take_in import PLAN as PLAN_INTAKE
from .take_in import apply_intake_job, plan_intake_job
from .worker import Body

BODIES: Mapping[str, Body] = {
    ANALYSE: analyse_job,
    APPLY_INTAKE: apply_intake_job,
    "calibrate": calibrate_job,
    DEMO_COHORT: cohort_job,
    DEMO_DECLARATION: declaration_job,
    PLAN_INTAKE: plan_intake_job,
    READ_ITEMS: read_items_job,
    "score_sitting": score_sitting_job,
}
