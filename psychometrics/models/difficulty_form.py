r"""A model computed in its reported parameters instead of slope and intercepts.

Fixing or equating a difficulty :math:`b = -d/a` fixes no single entry of the slope-intercept form.
Here the reported parameters themselves are the entries (the asymptotes still as logits), so that
every constraint people can name is a constraint on one entry.
"""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.models.base import ItemModel, ThetaDerivatives, expit, logit_of_asymptote


class DifficultyForm(ItemModel):
    """Internal parameters (a, b or b_1..b_m, logit c, logit d); reported as the model's."""

    def __init__(self, model: ItemModel) -> None:
        self.name = f"{model.name} by difficulty"
        self.slope = model.slope
        self.is_dichotomous = model.is_dichotomous
        self._model = model

    @property
    def published_name(self) -> str:
        return self._model.name

    def n_parameters(self, n_categories: int) -> int:
        return self._model.n_parameters(n_categories)

    def reported_names(self, n_categories: int) -> tuple[str, ...]:
        return self._model.reported_names(n_categories)

    def intercepts(self, parameters: FloatArray) -> FloatArray:
        return self._model.intercepts(self._inner(parameters))

    def intercepts_jacobian(self, parameters: FloatArray) -> FloatArray:
        inner = self._model.intercepts_jacobian(self._inner(parameters))
        result: FloatArray = inner @ self._inner_jacobian(parameters)
        return result

    def ability_shift(self, n_categories: int) -> FloatArray:
        raise ModelError(
            "one_ability_only",
            "An item with a constrained difficulty cannot measure a second ability; leave the "
            "constraint out.",
            model=self.published_name,
        )

    def log_probability(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        return self._model.log_probability(self._inner(parameters), theta)

    def gradient(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        inner = self._model.gradient(self._inner(parameters), theta)
        result: FloatArray = np.einsum("irp,irkq->ipkq", self._inner_jacobian(parameters), inner)
        return result

    def theta_derivatives(self, parameters: FloatArray, theta: FloatArray) -> ThetaDerivatives:
        return self._model.theta_derivatives(self._inner(parameters), theta)

    def reported(self, parameters: FloatArray) -> FloatArray:
        reported = parameters.copy()
        for j in self._asymptotes(parameters):
            reported[:, j] = expit(parameters[:, j])
        return reported

    def reported_jacobian(self, parameters: FloatArray) -> FloatArray:
        n_items, n = parameters.shape
        jacobian = np.tile(np.eye(n), (n_items, 1, 1))
        for j in self._asymptotes(parameters):
            jacobian[:, j, j] = expit(parameters[:, j]) * expit(-parameters[:, j])
        return jacobian

    def internal(self, reported: FloatArray) -> FloatArray:
        internal = reported.copy()
        for j in self._asymptotes(reported):
            internal[:, j] = logit_of_asymptote(reported[:, j])
        return internal

    def starting_values(self, proportions: FloatArray) -> FloatArray:
        return self.internal(self._model.reported(self._model.starting_values(proportions)))

    def _asymptotes(self, parameters: FloatArray) -> range:
        """Positions of the asymptotes: what a dichotomous model has after a and b."""
        return range(2, parameters.shape[1]) if self.is_dichotomous else range(0)

    def _inner(self, parameters: FloatArray) -> FloatArray:
        return self._model.internal(self.reported(parameters))

    def _inner_jacobian(self, parameters: FloatArray) -> FloatArray:
        inverse = np.linalg.inv(self._model.reported_jacobian(self._inner(parameters)))
        result: FloatArray = inverse @ self.reported_jacobian(parameters)
        return result
