"""Standards: cut scores, how judges set them, and how surely persons are classified by them."""

from psychometrics.standards.angoff import Angoff, AngoffRound, RatedItem, angoff
from psychometrics.standards.bookmark import (
    BookletPage,
    Bookmark,
    OrderedBooklet,
    bookmark,
    ordered_booklet,
    response_locations,
)
from psychometrics.standards.classification import (
    Classification,
    CutClassification,
    lee,
    rudner,
)
from psychometrics.standards.cut_scores import ImpactRow, JudgedCut, impact, judged_cut
from psychometrics.standards.livingston_lewis import livingston_lewis
from psychometrics.standards.measurement_error import (
    MeasurementError,
    ability_at_raw_score,
    measurement_error,
)
from psychometrics.standards.raw_scores import RawScoreModel, raw_score_model

__all__ = [
    "Angoff",
    "AngoffRound",
    "BookletPage",
    "Bookmark",
    "Classification",
    "CutClassification",
    "ImpactRow",
    "JudgedCut",
    "MeasurementError",
    "OrderedBooklet",
    "RatedItem",
    "RawScoreModel",
    "ability_at_raw_score",
    "angoff",
    "bookmark",
    "impact",
    "judged_cut",
    "lee",
    "livingston_lewis",
    "measurement_error",
    "ordered_booklet",
    "raw_score_model",
    "response_locations",
    "rudner",
]
