"""Size and speed of the bank."""
