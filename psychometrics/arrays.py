"""Names of the array types used throughout the package."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
ScoreArray = NDArray[np.int8]
BoolArray = NDArray[np.bool_]
