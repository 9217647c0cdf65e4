"""Cost against the size of the bank as a picture, drawn as that of the calibrations is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt

Points = Sequence[tuple[int, float]]
PICTURE = Path(__file__).parents[2] / "docs" / "performance" / "bank-growth.svg"
DATABASES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


def draw(series: Mapping[tuple[str, str], Points], file: Path = PICTURE) -> None:
    """`series`: (measure, database) -> size and seconds; a database a panel, both axes log."""
    plt.rcParams["svg.hashsalt"] = "bank-growth"
    picture, axes = plt.subplots(1, len(DATABASES), figsize=(9, 3.8), sharey=True)
    for axis, (kind, name) in zip(axes, DATABASES.items(), strict=True):
        for (measure, of), points in series.items():
            if of == kind:
                axis.loglog(*zip(*points, strict=True), "o-", label=measure)
        axis.set_title(name)
        axis.set_xlabel("items in the bank")
        axis.grid(True, which="both", alpha=0.3)
    axes[0].set_ylabel("seconds")
    handles, names = axes[0].get_legend_handles_labels()
    picture.legend(handles, names, loc="lower center", ncols=max(1, len(names)), frameon=False)
    picture.tight_layout(rect=(0, 0.08, 1, 1))
    file.parent.mkdir(exist_ok=True)
    picture.savefig(file, metadata={"Date": None})
    plt.close(picture)
