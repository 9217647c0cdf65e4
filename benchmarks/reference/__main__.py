"""``python -m benchmarks.reference [FOLDER] [--json]``: our numbers beside those of other programs.

FOLDER holds one folder a data set (``data.csv`` and result files), as ``../shared/reference/irt``, which it
is unless given. Ends with code 1 if any number differs that the reference is not at fault for.
"""

import argparse
import sys
import warnings
from pathlib import Path

from benchmarks.reference.compare import compare_folder
from benchmarks.reference.comparison import Verdict
from benchmarks.reference.table import table_lines

COLLECTION = Path(__file__).parents[2] / ".." / "shared" / "reference" / "irt"


def main() -> int:
    """Compare, print, and say whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="data sets with results beside them")
    parser.add_argument("--json", action="store_true", help="one JSON line a comparison")
    options = parser.parse_args()
    folder = options.folder or COLLECTION
    if not folder.is_dir():
        sys.stdout.write(f"SKIPPED: there are no reference results at {folder}\n")
        return 2 if options.folder else 0
    warnings.simplefilter("ignore")
    comparisons = list(compare_folder(folder))
    lines = [c.as_json() for c in comparisons] if options.json else table_lines(comparisons)
    sys.stdout.write("\n".join(lines) + "\n")
    return int(not comparisons or any(c.verdict is Verdict.FAILS for c in comparisons))


if __name__ == "__main__":
    sys.exit(main())
