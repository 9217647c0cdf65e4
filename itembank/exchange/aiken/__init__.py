"""Aiken in and out: multiple choice with one key, plain text.

Import: `import_aiken(source) -> ImportReport`. Export: `export_aiken(items) -> ExportedFile`.
"""

from .exporter import export_aiken
from .importer import import_aiken

__all__ = ["export_aiken", "import_aiken"]
