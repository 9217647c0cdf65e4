"""OneRoster 1.2 CSV: organisations, people, classes and enrolments in and out.

`read_roster(source) -> Roster` checks a package and tells every fault by file, line and column;
`write_roster(roster) -> bytes` writes one. `plan.planned` says what a package would change in the
bank and `apply.applied` does it.
"""

from .reader import read_roster
from .tables import Record, Roster
from .writer import write_roster

__all__ = ["Record", "Roster", "read_roster", "write_roster"]
