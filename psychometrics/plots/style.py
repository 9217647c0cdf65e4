"""The look of every picture: the colours of the pages, few lines, words in two languages.

Pictures are made without pyplot: importing this changes no setting and opens no window.
"""

import io
from collections.abc import Sequence
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FuncFormatter

Language = Literal["vi", "en"]

# The custom properties of api/static/tokens.css; the charts' colours are Okabe and Ito's.
INK, INK_2, RULE, RULE_STRONG = "#1b1f24", "#4a525c", "#dcdad2", "#a9a69b"
ACCENT, ACCENT_SOFT, WARN, BAD = "#1a4f8b", "#e6eef8", "#8a5200", "#a3221b"
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS = ("o", "s", "^", "D", "v", "P")  # colour is never the only difference
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
WIDE, SQUARE = (7.0, 4.2), (6.0, 5.4)
FONTS = ("Be Vietnam Pro", "DejaVu Sans")  # both have every Vietnamese letter


def _settings() -> Any:  # the keys' type differs between versions of matplotlib
    installed = {font.name for font in fontManager.ttflist}
    return {
        "font.family": "sans-serif",
        "font.sans-serif": [font for font in FONTS if font in installed],
        "svg.fonttype": "none",  # text stays text: it can be searched and read aloud
        "svg.hashsalt": "khaothi",
    }


class Picture(Figure):
    """A figure that saves itself alike everywhere and shows itself in a notebook."""

    def savefig(self, fname: Any, **kwargs: Any) -> None:
        """As :meth:`matplotlib.figure.Figure.savefig`; SVG text stays text and bears no date."""
        kind = str(kwargs.get("format") or fname).rpartition(".")[2].lower()
        if kind == "svg":
            kwargs.setdefault("metadata", {"Date": None})
        kwargs.setdefault("dpi", 150)
        with mpl.rc_context(_settings()):
            super().savefig(fname, **kwargs)

    def _repr_svg_(self) -> str:
        stream = io.StringIO()
        self.savefig(stream, format="svg")
        return stream.getvalue()


def picture(
    title: str, size: tuple[float, float] = WIDE, language: Language = "vi"
) -> tuple[Picture, Axes]:
    """A picture with one calm pair of axes."""
    made = Picture(figsize=size, layout="constrained", facecolor="white")
    axes = made.add_subplot()
    calm(axes, language)
    set_title(axes, title)
    return made, axes


def set_title(axes: Axes, title: str) -> None:
    """The title, at the left above the axes."""
    axes.set_title(title, loc="left", fontsize=11, color=INK, fontweight="bold", pad=10)


def calm(axes: Axes, language: Language) -> None:
    """Two spines, a light grid, ticks in the second ink, the language's decimal sign."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(RULE_STRONG)
    axes.grid(True, color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK_2, labelsize=9, length=3, color=RULE_STRONG)
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set_color(INK)
        axis.label.set_fontsize(10)
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language)))


def number(value: float, language: Language, decimals: int | None = None) -> str:
    """A number with the language's decimal sign and a true minus."""
    text = f"{value:.4g}" if decimals is None else f"{value:.{decimals}f}"
    text = text.replace("-", "−")
    return text.replace(".", ",") if language == "vi" else text


def legend(axes: Axes, n_columns: int = 1, **kwargs: Any) -> None:
    """A legend without a box."""
    shown = axes.legend(frameon=False, fontsize=9, ncols=n_columns, labelcolor=INK, **kwargs)
    shown.set_zorder(5)


def legend_below(made: Picture, axes: Axes, most_columns: int = 4) -> None:
    """A legend under the axes, where it hides nothing."""
    handles, labels = axes.get_legend_handles_labels()
    made.legend(
        handles,
        labels,
        loc="outside lower left",
        frameon=False,
        fontsize=9,
        ncols=min(most_columns, max(len(labels), 1)),
        labelcolor=INK,
    )


def share_axis(axes: Axes) -> None:
    """The vertical axis of a probability or a share."""
    axes.set_ylim(-0.03, 1.03)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0])


def short(labels: Sequence[str], longest: int = 14) -> list[str]:
    """Labels that fit beside a tick."""
    return [text if len(text) <= longest else f"{text[: longest - 1]}…" for text in labels]
