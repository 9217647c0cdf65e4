"""Test assembly by mixed-integer programming: constraints, forms to a target, one best test."""

from psychometrics.adaptive.assembly.conflicts import Conflict
from psychometrics.adaptive.assembly.constraints import (
    AmountSum,
    CategoryAmount,
    CategoryCount,
    Constraint,
    ForbiddenItems,
    InformationAt,
    RequiredItems,
    StimulusCount,
    TestLength,
)
from psychometrics.adaptive.assembly.forms import (
    AssembledForms,
    MaximinTarget,
    MinimaxTarget,
    assemble,
)
from psychometrics.adaptive.assembly.model import AssemblyModel, BestTest, assembly_model

__all__ = [
    "AmountSum",
    "AssembledForms",
    "AssemblyModel",
    "BestTest",
    "CategoryAmount",
    "CategoryCount",
    "Conflict",
    "Constraint",
    "ForbiddenItems",
    "InformationAt",
    "MaximinTarget",
    "MinimaxTarget",
    "RequiredItems",
    "StimulusCount",
    "TestLength",
    "assemble",
    "assembly_model",
]
