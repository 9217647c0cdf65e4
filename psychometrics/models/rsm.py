r"""Rating scale model: items of one answer scale share their steps and differ in location.

.. math:: P(X = k \mid \theta) \propto e^{z_k}, \qquad z_k = k(a\theta + \delta) + s_k,
          \quad s_0 = s_m = 0, \quad a = 1

Step v of item i is :math:`b_{iv} = -(\delta_i + s_v - s_{v-1})/a`: its location
:math:`-\delta_i/a`, the mean of its steps, plus a step relative to it that is the same for all items
with this number of categories. The population SD is free. Andrich (1978), Psychometrika 43, 561-573.
"""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.models.base import ItemModel, SlopeRule, ThetaDerivatives, numbered
from psychometrics.models.gpcm import GPCM
from psychometrics.models.pcm import PCM


class RSM(ItemModel):
    """Internal parameters (1, delta, s_1..s_{m-1}), the s common; reported (1, b_1..b_m)."""

    name = "rsm"
    slope: SlopeRule = "fixed"
    _gpcm = GPCM()

    def n_parameters(self, n_categories: int) -> int:
        return n_categories

    def reported_names(self, n_categories: int) -> tuple[str, ...]:
        return ("a", *numbered("b", n_categories - 1))

    def common_parameters(self, n_categories: int) -> tuple[int, ...]:
        return tuple(range(2, n_categories))

    def intercepts(self, parameters: FloatArray) -> FloatArray:
        """z_k at ability 0."""
        result: FloatArray = _as_gpcm(parameters)[:, 1:]
        return result

    def intercepts_jacobian(self, parameters: FloatArray) -> FloatArray:
        n_items, n = parameters.shape
        return np.tile(_to_gpcm(n)[1:], (n_items, 1, 1))

    def log_probability(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        return self._gpcm.log_probability(_as_gpcm(parameters), theta)

    def gradient(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        inner = self._gpcm.gradient(_as_gpcm(parameters), theta)
        result: FloatArray = np.einsum("rp,irkq->ipkq", _to_gpcm(parameters.shape[1]), inner)
        return result

    def theta_derivatives(self, parameters: FloatArray, theta: FloatArray) -> ThetaDerivatives:
        return self._gpcm.theta_derivatives(_as_gpcm(parameters), theta)

    def reported(self, parameters: FloatArray) -> FloatArray:
        return self._gpcm.reported(_as_gpcm(parameters))

    def reported_jacobian(self, parameters: FloatArray) -> FloatArray:
        inner = self._gpcm.reported_jacobian(_as_gpcm(parameters))
        result: FloatArray = inner @ _to_gpcm(parameters.shape[1])
        return result

    def internal(self, reported: FloatArray) -> FloatArray:
        inner = self._gpcm.internal(reported)
        return np.asarray(np.linalg.solve(_to_gpcm(reported.shape[1]), inner.T).T)

    def starting_values(self, proportions: FloatArray) -> FloatArray:
        inner = PCM().starting_values(proportions)
        start = np.linalg.solve(_to_gpcm(inner.shape[1]), inner.T).T
        start[:, 2:] = start[:, 2:].mean(axis=0)
        return np.asarray(start)


def _to_gpcm(n: int) -> FloatArray:
    """Linear map from (a, delta, s_1..s_{m-1}) to (a, d_1..d_m), (n, n)."""
    to = np.zeros((n, n))
    to[0, 0] = 1.0
    to[1:, 1] = np.arange(1.0, n)
    to[1 : n - 1, 2:] = np.eye(n - 2)
    return to


def _as_gpcm(parameters: FloatArray) -> FloatArray:
    result: FloatArray = parameters @ _to_gpcm(parameters.shape[1]).T
    return result
