"""What can be wrong with a file that travels between the centre and a site."""

from __future__ import annotations

from itembank.errors import Conflict, Invalid


class DamagedFile(Invalid):
    """Not one of our files, cut short, changed, or signed by somebody else."""

    default_code = "file_damaged"


class WrongCode(Invalid):
    default_code = "release_code_wrong"


class NotExamMode(Conflict):
    """This box is not what was released: another build, or a database that may lose answers."""

    default_code = "exam_mode_refused"


class ResultsConflict(Conflict):
    """Two copies tell different things of one fact; nothing was taken."""

    default_code = "results_conflict"
