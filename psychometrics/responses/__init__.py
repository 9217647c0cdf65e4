"""Responses: the matrix, its kinds of missing cells, and where it is read from."""
