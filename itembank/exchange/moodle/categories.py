"""Question categories of Moodle as topics of the curriculum."""

from __future__ import annotations

from functools import cache

from ...curriculum import topic, topics

_ROOTS = frozenset({"$course$", "$system$", "$module$", "$cat1$", "$cat2$", "top"})


def topic_of_path(path: str, subject: str) -> str:
    """The topic that the last name of a path means; `//` in a path is a slash in a name.

    The curriculum's code where the name is one of its topics, else the name as it stands.
    """
    names = [name.replace("\0", "/").strip() for name in path.replace("//", "\0").split("/")]
    names = [name for name in names if name and name.lower() not in _ROOTS]
    name = names[-1] if names else ""
    return name if topic(name) else _codes(subject).get(name.casefold(), name[:80])


@cache
def _codes(subject: str) -> dict[str, str]:
    return {found.name.casefold(): found.code for found in topics(subject)}
