"""Responses, results and parameters in the forms other programs read.

``spss`` needs pyreadstat and ``parquet_files`` pyarrow: import them by name where they are wanted.
"""

from psychometrics.exports.columns import Column, response_columns
from psychometrics.exports.conquest import write_conquest
from psychometrics.exports.csv_files import neutral, write_codebook, write_csv
from psychometrics.exports.fixed_values import write_parameters
from psychometrics.exports.mirt import write_mirt
from psychometrics.exports.tam import write_tam

__all__ = [
    "Column",
    "neutral",
    "response_columns",
    "write_codebook",
    "write_conquest",
    "write_csv",
    "write_mirt",
    "write_parameters",
    "write_tam",
]
