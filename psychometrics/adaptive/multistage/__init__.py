"""Multistage tests: modules in stages, routing between them, simulation."""

from psychometrics.adaptive.multistage.panel import Module, ModulePlan, Panel, assemble_panel
from psychometrics.adaptive.multistage.policy import (
    MultistagePolicy,
    MultistageSimulation,
    simulate_multistage,
)
from psychometrics.adaptive.multistage.routing import (
    CutRouting,
    InformationRouting,
    Routing,
    ScoreRouting,
    Standing,
    information_cuts,
    population_cuts,
    score_cuts,
)

__all__ = [
    "CutRouting",
    "InformationRouting",
    "Module",
    "ModulePlan",
    "MultistagePolicy",
    "MultistageSimulation",
    "Panel",
    "Routing",
    "ScoreRouting",
    "Standing",
    "assemble_panel",
    "information_cuts",
    "population_cuts",
    "score_cuts",
    "simulate_multistage",
]
