"""Spreadsheets (XLSX) of items: a template to fill, import with errors by cell, export.

Import: `import_xlsx(source) -> ImportReport`. Export: `export_xlsx(items) -> ExportedFile`.
Template: `template() -> bytes`.
"""

from .exporter import export_xlsx
from .importer import import_xlsx
from .template import template

__all__ = ["export_xlsx", "import_xlsx", "template"]
