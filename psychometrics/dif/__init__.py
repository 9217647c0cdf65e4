"""Differential item functioning: does an item work alike in two groups of equal ability?

>>> from psychometrics.dif import dif_report
>>> report = dif_report(responses, focal="girls")  # doctest: +SKIP
>>> [(item.item, item.dif_class, item.direction) for item in report.flagged]  # doctest: +SKIP
"""

from psychometrics.dif.breslow_day import breslow_day_of_counts
from psychometrics.dif.classes import DifSize, EtsClass, PolytomousClass, ets_class, smd_class
from psychometrics.dif.common_odds import (
    MantelHaenszel,
    mantel_haenszel_of_table,
)
from psychometrics.dif.curves import DifCurve, dif_curves
from psychometrics.dif.effect_sizes import CurveDifference, curve_difference
from psychometrics.dif.irt_results import IrtDif, IrtItem
from psychometrics.dif.likelihood_ratio import likelihood_ratio_dif
from psychometrics.dif.logistic import LogisticDif, LogisticTest, logistic_of_table
from psychometrics.dif.lord import LordItem, lord_dif
from psychometrics.dif.observed_score import (
    MantelHaenszelDif,
    Purification,
    PurifiedMatching,
    logistic_dif,
    mantel_haenszel,
    standardization,
)
from psychometrics.dif.polytomous import (
    PolytomousDif,
    generalized_mantel_haenszel,
    liu_agresti,
    polytomous_of_table,
)
from psychometrics.dif.report import DifItem, DifReport, dif_report
from psychometrics.dif.significance import ChiSquare, adjusted_p
from psychometrics.dif.standardized import Standardization, standardization_of_table
from psychometrics.dif.tables import ItemTable, Matching, item_tables
from psychometrics.dif.wald import wald_dif

__all__ = [
    "ChiSquare",
    "CurveDifference",
    "DifCurve",
    "DifItem",
    "DifReport",
    "DifSize",
    "EtsClass",
    "IrtDif",
    "IrtItem",
    "ItemTable",
    "LogisticDif",
    "LogisticTest",
    "LordItem",
    "MantelHaenszel",
    "MantelHaenszelDif",
    "Matching",
    "PolytomousClass",
    "PolytomousDif",
    "Purification",
    "PurifiedMatching",
    "Standardization",
    "adjusted_p",
    "breslow_day_of_counts",
    "curve_difference",
    "dif_curves",
    "dif_report",
    "ets_class",
    "generalized_mantel_haenszel",
    "item_tables",
    "likelihood_ratio_dif",
    "liu_agresti",
    "logistic_dif",
    "logistic_of_table",
    "lord_dif",
    "mantel_haenszel",
    "mantel_haenszel_of_table",
    "polytomous_of_table",
    "smd_class",
    "standardization",
    "standardization_of_table",
    "wald_dif",
]
