"""Pictures of calibrations. Needs matplotlib; nothing else in this library imports this package.

>>> from psychometrics.plots import plot_item_curve
>>> plot_item_curve(calibration.item("I1")).savefig("I1.svg")  # doctest: +SKIP

Every function returns a :class:`matplotlib.figure.Figure`: it saves itself as SVG or PNG and shows
itself in a notebook. Words are Vietnamese, or English with ``language="en"``.
"""

from psychometrics.plots.form_plots import (
    plot_information,
    plot_score_distribution,
    plot_wright_map,
)
from psychometrics.plots.item_plots import (
    plot_category_curves,
    plot_dif_curves,
    plot_distractors,
    plot_group_curves,
    plot_item_curve,
)
from psychometrics.plots.pair_plots import plot_drift, plot_q3
from psychometrics.plots.style import Picture

__all__ = [
    "Picture",
    "plot_category_curves",
    "plot_dif_curves",
    "plot_distractors",
    "plot_drift",
    "plot_group_curves",
    "plot_information",
    "plot_item_curve",
    "plot_q3",
    "plot_score_distribution",
    "plot_wright_map",
]
