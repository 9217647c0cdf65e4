"""GIFT in and out.

Import: `import_gift(source) -> ImportReport`. Export: `export_gift(items) -> ExportedFile`;
`to_gift(content)` and `from_gift(text)` for one item.
"""

from .exporter import export_gift, to_gift
from .importer import from_gift, import_gift

__all__ = ["export_gift", "from_gift", "import_gift", "to_gift"]
