"""The item models by name, and which of them an item of a calibration follows."""

from psychometrics.errors import ModelError
from psychometrics.models.base import ItemModel
from psychometrics.models.four_pl import FourPL
from psychometrics.models.gpcm import GPCM
from psychometrics.models.grm import GRM
from psychometrics.models.nominal import Nominal
from psychometrics.models.one_pl import OnePL
from psychometrics.models.pcm import PCM
from psychometrics.models.rsm import RSM
from psychometrics.models.three_pl import ThreePL
from psychometrics.models.two_pl import TwoPL

_ALL: tuple[ItemModel, ...] = (
    OnePL(),
    TwoPL(),
    ThreePL(),
    FourPL(),
    PCM(),
    RSM(),
    GPCM(),
    GRM(),
    Nominal(),
)
MODELS: dict[str, ItemModel] = {model.name: model for model in _ALL}
DICHOTOMOUS = frozenset(model.name for model in _ALL if model.is_dichotomous)


def find_model(name: str) -> ItemModel:
    """The model of this name.

    Raises
    ------
    ModelError
        There is no such model.
    """
    if name in MODELS:
        return MODELS[name]
    known = ", ".join(MODELS)
    raise ModelError(
        "unknown_model", f"There is no model {name!r}; choose one of {known}.", model=name
    )


def model_of_item(name: str, n_categories: int) -> ItemModel:
    """The model one item follows: with two categories, gpcm, grm and nominal are the 2PL."""
    if n_categories == 2 and name in ("gpcm", "grm", "nominal"):
        return MODELS["2pl"]
    return find_model(name)
