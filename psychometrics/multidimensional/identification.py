"""Which specific factors the data can tell apart from the general ability."""

from collections import Counter
from collections.abc import Mapping, Sequence

from psychometrics.errors import ModelError

FEWEST = {"bifactor": 3, "testlet": 2}
FEWEST_CLUSTERS = 3


def check_specific(items: Sequence[str], specific: Mapping[str, str], kind: str) -> None:
    """Refuse factors that no data could determine.

    The covariances of two items of a factor determine the product of their specific slopes only, so
    free slopes need three items. Between clusters only general slopes count: with two clusters one
    could be raised and the other lowered, and the testlet SDs would make up for it; a third cluster, or
    a single item outside, ends that.

    Raises
    ------
    ModelError
        Naming the factor and what to do.
    """
    for label in specific:
        if label not in items:
            raise ModelError(
                "factor_for_unknown_item",
                f"There is a specific factor for item {label!r}, which is not in the data; check the "
                "name.",
                item=label,
            )
    if not specific:
        raise ModelError(
            "no_specific_factor",
            "No item has a specific factor; name at least one cluster, or use calibrate.",
        )
    sizes = Counter(specific.values())
    for name, n in sizes.items():
        if n < FEWEST[kind]:
            raise ModelError(
                "specific_factor_too_small",
                f"Specific factor {name!r} has {n} items; a {kind} model needs {FEWEST[kind]}. Leave it "
                + ("out, or choose testlet." if n == FEWEST["testlet"] else "out."),
                factor=name,
                n_items=n,
                minimum=FEWEST[kind],
            )
    n_apart = len(sizes) + len(items) - len(specific)
    fewest = FEWEST_CLUSTERS if kind == "testlet" else 2
    if n_apart < fewest:
        raise ModelError(
            "general_ability_not_identified",
            f"Specific factors and items without one are {n_apart} together; a {kind} model needs "
            f"{fewest}. Add items of another cluster, or leave some without a specific factor.",
            n=n_apart,
            minimum=fewest,
        )
