"""Put measured figures into docs/performance.md: the table, and the growth plot beside it.

``python -m benchmarks.report figures.jsonl`` does it from the printed lines.
"""

import json
import platform
import re
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import matplotlib.pyplot as plt

from benchmarks.figure import Figure

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
PLOT = PAGE.parent / "performance" / "growth.svg"
BEGIN, END = "<!-- figures begin -->", "<!-- figures end -->"
GROWTH = re.compile(r"growth: 2PL ([\d,]+) x 50")


def write(figures: Sequence[Figure]) -> None:
    """Replace the table and draw the plot."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = f"{before}{BEGIN}\n{_table(figures)}\n{END}{after}"
    PAGE.write_text(text, encoding="utf-8")
    draw_growth(figures)


def _table(figures: Sequence[Figure]) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "pyarrow"))
    head = f"{date.today().isoformat()}, {_processor()}, {packages}.\n\n"
    lines = ["| figure | value | target | met |", "|---|---|---|---|"]
    for figure in figures:
        target = "" if figure.target is None else f"≤ {figure.target:.4g}"
        met = {None: "", True: "yes", False: "**no**"}[figure.met]
        lines.append(
            f"| {figure.name.strip()} | {figure.value:.4g} {figure.unit} | {target} | {met} |"
        )
    return head + "\n".join(lines)


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    if cpus.is_file():
        lines = cpus.read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        if names:
            return f"{names[0]}, {len(names)} cores"
    return platform.processor() or platform.machine()


def draw_growth(figures: Sequence[Figure]) -> None:
    """Seconds and megabytes by the number of persons, both axes logarithmic."""
    found = [(int(m[1].replace(",", "")), f) for f in figures if (m := GROWTH.match(f.name))]
    if not found:
        return
    plt.rcParams["svg.hashsalt"] = "growth"
    picture, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    for axis, unit in zip(axes, ("s", "MB"), strict=True):
        points = [(n, figure.value) for n, figure in found if figure.unit == unit]
        sizes, values = zip(*points, strict=True)
        axis.loglog(sizes, values, "o-")
        axis.set_xlabel("persons")
        axis.set_ylabel("seconds" if unit == "s" else "peak memory, MB")
        axis.grid(True, which="both", alpha=0.3)
    axes[0].loglog(sizes, [axes[0].lines[0].get_ydata()[-1] * n / sizes[-1] for n in sizes], "--")
    axes[0].legend(["2PL, 50 items, from Parquet", "in proportion"])
    axes[1].set_ylim(10, 1000)
    picture.tight_layout()
    PLOT.parent.mkdir(exist_ok=True)
    picture.savefig(PLOT, metadata={"Date": None})
    plt.close(picture)


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    write([Figure(**json.loads(line)) for line in lines])
