"""The comparisons as a table: one line a result, the largest deviation of each kind of number."""

from collections.abc import Sequence

from benchmarks.reference.comparison import Comparison, Verdict

# Heading of a column and what its quantities begin with.
COLUMNS = (
    ("|Δ logL|", ("log-likelihood", "objective", "AIC", "BIC", "G2", "deviance")),
    ("|Δ par|", ("parameters", "regression coef", "residual variance")),
    ("rel Δ SE", ("SE, ",)),
    ("EAP", ("EAP", "reliability of EAP")),
    ("MAP", ("MAP",)),
    ("ML", ("ML",)),
    ("WLE", ("WLE", "reliability of WLE")),
    ("rel Δ SE(θ)", ("SE of",)),
    ("S-X²", ("S-X2",)),
    ("M2", ("M2", "C2")),
    ("Q3", ("Q3",)),
    ("infit", ("item ",)),
    ("person", ("person ",)),
    ("PV", ("plausible values",)),
    ("link", ("mean-", "Haebara", "Stocking", "equated")),
    ("DIF", ("DIF", "MH", "standardised", "logistic", "Breslow")),
)
MARKS = {
    Verdict.AGREES: "",
    Verdict.DEFINITION: "°",
    Verdict.FAULT: "*",
    Verdict.FAILS: "!",
    Verdict.NOT_COMPARABLE: "–",
}
ORDER = [Verdict.FAILS, Verdict.FAULT, Verdict.AGREES, Verdict.DEFINITION, Verdict.NOT_COMPARABLE]
IN_CELL = [Verdict.FAILS, Verdict.FAULT, Verdict.DEFINITION, Verdict.AGREES, Verdict.NOT_COMPARABLE]


def table_lines(comparisons: Sequence[Comparison]) -> list[str]:
    """Head, one line a result, legend, and every reason."""
    results = list(dict.fromkeys((c.data_set, c.result, c.program) for c in comparisons))
    head = ["data set", "result", "program", *(name for name, _ in COLUMNS), "verdict"]
    lines = [head]
    for key in results:
        own = [c for c in comparisons if (c.data_set, c.result, c.program) == key]
        lines.append([*key, *(_cell(own, starts) for _, starts in COLUMNS), str(verdict_of(own))])
    return [*_aligned(lines), "", *_legend(), "", *_reasons(comparisons), "", summary(comparisons)]


def verdict_of(
    comparisons: Sequence[Comparison], order: Sequence[Verdict] = tuple(ORDER)
) -> Verdict:
    """The most serious one."""
    return next(verdict for verdict in order if any(c.verdict is verdict for c in comparisons))


def _cell(comparisons: Sequence[Comparison], starts: tuple[str, ...]) -> str:
    """The worst comparison of a column."""
    own = [c for c in comparisons if c.quantity.startswith(starts)]
    if not own:
        return ""
    verdict = verdict_of(own, IN_CELL)
    worst = max(c.deviation or 0.0 for c in own if c.verdict is verdict)
    return MARKS[verdict] if verdict is Verdict.NOT_COMPARABLE else f"{worst:.0e}{MARKS[verdict]}"


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    padded = [
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in lines
    ]
    return [line.rstrip() for line in padded]


def _legend() -> list[str]:
    return [
        "Largest differences; |Δ| for log-likelihood, parameters and abilities, relative for standard errors, of",
        "the value above one for statistics, in Monte-Carlo standard errors for plausible values. Tolerances: 0.01,",
        "0.002, 0.01 (relative), 0.002. * the reference is at fault, as shown below; ° it means another thing, which",
        "repeated here agrees; – not comparable; ! ours differs.",
    ]


def _reasons(comparisons: Sequence[Comparison]) -> list[str]:
    lines = []
    for verdict in (Verdict.FAILS, Verdict.FAULT, Verdict.DEFINITION, Verdict.NOT_COMPARABLE):
        by_note: dict[str, list[str]] = {}
        for one in comparisons:
            if one.verdict is verdict:
                note = " ".join(one.note.split()) or f"beyond {one.tolerance:g}"
                by_note.setdefault(note, []).append(_place(one))
        for note, places in by_note.items():
            lines += [f"{verdict.capitalize()}: {note}", f"    {'; '.join(places)}"]
    return lines


def _place(c: Comparison) -> str:
    size = "" if c.deviation is None else f" ({c.deviation:.1g})"
    return f"{c.data_set} {c.result} {c.quantity}{size}"


def summary(comparisons: Sequence[Comparison]) -> str:
    """How many comparisons ended how."""
    results = {(c.data_set, c.result) for c in comparisons}
    counts = {verdict: sum(c.verdict is verdict for c in comparisons) for verdict in ORDER}
    text = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    return f"{len(results)} results, {len(comparisons)} comparisons: {text}"
