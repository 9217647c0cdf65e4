"""The item models by name, and which of them an item of a calibration follows."""

from psychometrics.errors import ModelError, NotBuilt
from psychometrics.models.base import ItemModel
from psychometrics.models.gpcm import GPCM
from psychometrics.models.grm import GRM
from psychometrics.models.one_pl import OnePL
from psychometrics.models.pcm import PCM
from psychometrics.models.three_pl import ThreePL
from psychometrics.models.two_pl import TwoPL

MODELS: dict[str, ItemModel] = {
    model.name: model for model in (OnePL(), TwoPL(), ThreePL(), PCM(), GPCM(), GRM())
}
PLANNED = ("4pl", "rsm", "nominal")
DICHOTOMOUS = frozenset({"1pl", "2pl", "3pl"})


def find_model(name: str) -> ItemModel:
    """The model of this name.

    Raises
    ------
    NotBuilt
        The model is planned but does not exist yet.
    ModelError
        There is no such model.
    """
    if name in MODELS:
        return MODELS[name]
    if name in PLANNED:
        raise NotBuilt("model_not_built", f"Model {name!r} is not built yet.", model=name)
    known = ", ".join(MODELS)
    raise ModelError(
        "unknown_model", f"There is no model {name!r}; choose one of {known}.", model=name
    )


def model_of_item(name: str, n_categories: int) -> ItemModel:
    """The model one item follows: with two categories, gpcm and grm are the 2PL."""
    if n_categories == 2 and name in ("gpcm", "grm"):
        return MODELS["2pl"]
    return find_model(name)
