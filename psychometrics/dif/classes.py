"""When DIF is called large: the classes in use, and the scale the first of them is on."""

from typing import Literal

from scipy.special import ndtri

EtsClass = Literal["A", "B", "C"]
PolytomousClass = Literal["AA", "BB", "CC"]
DifSize = Literal["negligible", "moderate", "large"]

LEVEL = 0.05
DELTA = -2.35  # of the ETS delta scale, for one logit of the log odds, reference over focal
P_DIF_LIMITS = (0.05, 0.10)  # Dorans & Kulick (1986)
SMD_LIMITS = (0.17, 0.25)  # of SMD / SD; Dorans & Schmitt (1991)
ZUMBO_THOMAS = (0.13, 0.26)  # of the rise of Nagelkerke's R²; Zumbo & Thomas (1997)
JODOIN_GIERL = (0.035, 0.070)  # of the same; Jodoin & Gierl (2001)


def ets_class(delta: float, se: float, *, p: float | None = None, level: float = LEVEL) -> EtsClass:
    r"""ETS category of a dichotomous item.

    A: :math:`|\Delta| < 1` or not significantly different from 0. C: :math:`|\Delta| > 1.5` and
    significantly greater than 1, :math:`(|\Delta| - 1)/SE > z_{1-\alpha}` (1.645). B: the others.

    Parameters
    ----------
    delta, se : float
        MH D-DIF and its standard error.
    p : float, optional
        Of the test against 0 (the Mantel–Haenszel chi-square); that of delta / se unless given.
    level : float
        Of both tests.

    References
    ----------
    Zwick (2012), ETS RR-12-08. National Center for Education Statistics, NAEP Technical
    Documentation, *Categorization of items according to DIF criteria*.
    """
    size = abs(delta)
    differs = size / se > float(ndtri(1.0 - level / 2.0)) if p is None else p < level
    if size < 1.0 or not differs:
        return "A"
    if size > 1.5 and (size - 1.0) / se > float(ndtri(1.0 - level)):
        return "C"
    return "B"


def smd_class(smd_ratio: float, p: float, *, level: float = LEVEL) -> PolytomousClass:
    """Class of a polytomous item after Dorans & Schmitt (1991): 0.17 and 0.25 of SMD / SD.

    Parameters
    ----------
    smd_ratio : float
        Standardised mean difference over the item's standard deviation.
    p : float
        Of Mantel's test; an item it does not speak against is AA.
    """
    if abs(smd_ratio) <= SMD_LIMITS[0] or not p < level:
        return "AA"
    return "BB" if abs(smd_ratio) <= SMD_LIMITS[1] else "CC"


def size_of(value: float, limits: tuple[float, float]) -> DifSize:
    """Where an absolute effect stands between two limits."""
    if value <= limits[0]:
        return "negligible"
    return "moderate" if value <= limits[1] else "large"
