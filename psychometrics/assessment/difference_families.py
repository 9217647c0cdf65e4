"""Cyclic difference families: the base blocks of balanced designs."""

from psychometrics.errors import ModelError

MOST_STEPS = 2_000_000


def difference_family(v: int, k: int, together: int) -> tuple[tuple[int, ...], ...]:
    r"""Base blocks of size k in which every non-zero difference modulo v occurs ``together`` times.

    Their number is :math:`t = \lambda (v - 1) / (k (k - 1))`. Found by depth-first search: blocks are
    filled with rising elements and a difference used too often turns the search back.

    Raises
    ------
    ModelError
        ``impossible_design`` where t is not whole or the search was exhausted;
        ``design_not_found`` where it was given up.

    References
    ----------
    Bose (1939), Ann. Eugenics 9, 353-399.
    """
    if not (2 <= k < v and together >= 1):
        raise ModelError(
            "impossible_design",
            f"{k} clusters a booklet of {v}, every pair {together} times: at least 2 a booklet, "
            "fewer than there are clusters, and at least one meeting are needed.",
        )
    n_blocks, rest = divmod(together * (v - 1), k * (k - 1))
    if rest:
        whole = [n for n in range(1, 13) if n * (v - 1) % (k * (k - 1)) == 0]
        raise ModelError(
            "impossible_design",
            f"{v} clusters, {k} a booklet, every pair {together} times cannot be done in whole cycles; "
            f"possible meetings: {', '.join(map(str, whole)) or 'none up to 12'}.",
            possible=whole,
        )
    search = _Search(v, k, together, n_blocks)
    if not search.extend([[0]]):
        raise ModelError(
            "design_not_found" if search.steps > MOST_STEPS else "impossible_design",
            f"No cyclic design of {v} clusters, {k} a booklet, every pair {together} times "
            f"{'was found within the limit of the search' if search.steps > MOST_STEPS else 'exists'}; "
            "try more meetings or another number of clusters.",
        )
    return tuple(tuple(block) for block in search.found)


class _Search:
    def __init__(self, v: int, k: int, together: int, n_blocks: int) -> None:
        self.v, self.k, self.n_blocks = v, k, n_blocks
        self.left = [together] * v  # how often each difference may still occur
        self.steps = 0
        self.found: list[list[int]] = []

    def extend(self, blocks: list[list[int]]) -> bool:
        """Fill the last block and all that follow; true when the family is complete."""
        block = blocks[-1]
        if len(block) == self.k:
            if len(blocks) == self.n_blocks:
                self.found = [list(one) for one in blocks]
                return True
            return self.extend([*blocks, [0]])
        for element in range(block[-1] + 1, self.v):
            self.steps += 1
            if self.steps > MOST_STEPS:
                return False
            if self._use(block, element):
                if self.extend([*blocks[:-1], [*block, element]]):
                    return True
                self._give_back(block, element)
        return False

    def _differences(self, block: list[int], element: int) -> list[int]:
        forward = [(element - other) % self.v for other in block]
        return forward + [self.v - difference for difference in forward]

    def _use(self, block: list[int], element: int) -> bool:
        """Take the new differences, or none of them where one has run out."""
        new = self._differences(block, element)
        for number, difference in enumerate(new):
            if self.left[difference] == 0:
                for taken in new[:number]:
                    self.left[taken] += 1
                return False
            self.left[difference] -= 1
        return True

    def _give_back(self, block: list[int], element: int) -> None:
        for difference in self._differences(block, element):
            self.left[difference] += 1
