"""What can be wrong, as types.

Every error carries a stable ``code`` and the facts of the case in ``params`` (row, column, value),
so that a caller can say the same thing in another language. The message is English.
"""


class PsychometricsError(Exception):
    """Base of every error this package raises on purpose."""

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.params = params


class DataError(PsychometricsError):
    """The responses cannot be used as they are; the message names row, column and remedy."""


class ModelError(PsychometricsError):
    """The model, option or prior does not fit the data or does not exist."""


class NotBuilt(PsychometricsError):
    """A sound request that this version cannot carry out yet."""


class ConvergenceWarning(UserWarning):
    """The estimation stopped before the gradient vanished."""
