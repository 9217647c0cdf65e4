"""Chunks of persons in worker threads, results in their order.

Sums over the results are then formed in the same order whatever the number of workers, so it does not
change a single bit. BLAS itself uses one thread meanwhile: the products of a chunk are too small to be
divided, and threads that wait for each other in a busy machine cost many times the work.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from psychometrics.estimation.blas_threads import one_blas_thread, worker_threads

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 2  # chunks a worker may be ahead of the one that takes the results


def in_order(work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """``work`` of every item, in their order, several at a time; must not change what is shared."""
    n_workers = min(worker_threads(), len(items))
    with one_blas_thread():
        if n_workers <= 1:
            yield from map(work, items)
            return
        with ThreadPoolExecutor(n_workers) as pool:
            waiting: deque[Future[Result]] = deque()
            for item in items:
                if len(waiting) == AHEAD * n_workers:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(work, item))
            while waiting:
                yield waiting.popleft().result()
