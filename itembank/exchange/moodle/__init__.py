"""Moodle XML in and out.

Import: `import_moodle(source) -> ImportReport`. Export: `export_moodle(items, assets=…) ->
ExportedFile`; `to_moodle(content)` and `from_moodle(xml)` for one item.
"""

from .exporter import export_moodle, to_moodle
from .importer import from_moodle, import_moodle

__all__ = ["export_moodle", "from_moodle", "import_moodle", "to_moodle"]
