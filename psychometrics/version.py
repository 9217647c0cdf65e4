"""The version written into every result, so that a number can be traced to the code behind it."""

__version__ = "0.1.0"
