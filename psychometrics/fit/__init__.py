"""How well the model describes items, persons, pairs of items and the whole table of responses."""

from psychometrics.fit.curves import ObservedCurve, observed_curves
from psychometrics.fit.item_statistics import GroupFit, ItemFit, item_fit
from psychometrics.fit.limited_information import ModelFit, model_fit
from psychometrics.fit.local_dependence import Q3, DependentPair, q3
from psychometrics.fit.persons import PersonFit, person_fit
from psychometrics.fit.sum_score_fit import SX2, s_x2

__all__ = [
    "Q3",
    "SX2",
    "DependentPair",
    "GroupFit",
    "ItemFit",
    "ModelFit",
    "ObservedCurve",
    "PersonFit",
    "item_fit",
    "model_fit",
    "observed_curves",
    "person_fit",
    "q3",
    "s_x2",
]
