"""One calibration from Parquet in a process of its own, so that its peak memory can be read."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from psychometrics import Quadrature, calibrate

NODES = Quadrature(41, 6.0)


@dataclass(frozen=True)
class Run:
    """What a calibration took."""

    seconds: float
    peak_mb: float
    log_likelihood: float
    gradient_norm: float
    cycles: int


def calibrated(path: Path, *, to_rounding: bool = False) -> Run:
    """Calibrate a Parquet file, 2PL, in a child process.

    Parameters
    ----------
    to_rounding : bool
        Whether the closing Newton step takes the gradient to rounding: the exact maximum.
    """
    command = [sys.executable, "-m", "benchmarks.from_parquet", str(path), str(int(to_rounding))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stdout))


def main() -> None:
    """The child: calibrate and print."""
    begin = time.perf_counter()
    fit = calibrate(sys.argv[1], "2pl", quadrature=NODES, standard_errors=sys.argv[2] == "1")
    seconds = time.perf_counter() - begin
    run = Run(seconds, peak_mb(), fit.log_likelihood, fit.gradient_norm, fit.cycles)
    sys.stdout.write(json.dumps(vars(run)) + "\n")


def peak_mb() -> float:
    """Largest resident memory of this process alone.

    ``ru_maxrss`` starts at what the parent held when it forked, so Linux is asked for the mark of the
    program's own memory.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
