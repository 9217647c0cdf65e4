"""Lịch sử: what can be counted from the printed table; the rest is read a second time."""

from collections.abc import Sequence

from tests.demo_bank.answers import Answers
from tests.demo_bank.readings import stimuli_of

ANSWERS = Answers("lich-su.yaml")
COLD_WAR_ENDED = 1989


def joined() -> dict[str, int]:
    """Year of joining by country, as the table says."""
    body = stimuli_of("lich-su.yaml")["U12-TL-001"]["body"]
    lines = [line.strip().strip("|").split("|") for line in body.splitlines() if "|" in line]
    return {
        country.strip(): int(year)
        for year, countries in lines[2:]
        for country in countries.split(",")
    }


@ANSWERS.cluster("U12-AS-0201")
def members(_: Sequence[str]) -> list[bool | None]:
    years = joined()
    founders = [country for country, year in years.items() if year == min(years.values())]
    later = [year for country, year in years.items() if country not in founders]
    return [
        len(founders) == 5,
        years["Lào"] == years["Mi-an-ma"] == years["Việt Nam"],
        sum(year <= 1999 for year in years.values()) == 10,
        sum(year <= COLD_WAR_ENDED for year in later) > len(later) / 2,
    ]
