"""QTI packages and items in and out.

Import: `import_qti(source) -> ImportReport`. Export: `export_qti(items, assets=…) -> bytes` (a QTI
3.0 package), `to_qti(content) -> bytes` and `from_qti(xml) -> ItemContent` for one item.
"""

from .packages_in import from_qti, import_qti
from .packages_out import (
    Asset,
    ExportedItem,
    ExportedSection,
    ExportedTest,
    export_qti,
    to_qti,
)

__all__ = [
    "Asset",
    "ExportedItem",
    "ExportedSection",
    "ExportedTest",
    "export_qti",
    "from_qti",
    "import_qti",
    "to_qti",
]
