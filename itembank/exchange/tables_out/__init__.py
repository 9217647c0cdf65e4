"""Tables out: what a page counts, as a workbook to work with and as a PDF to sign and file."""

from .model import Column, Report, Table
from .pdf import report_pdf
from .sheets import report_xlsx

__all__ = ["Column", "Report", "Table", "report_pdf", "report_xlsx"]
