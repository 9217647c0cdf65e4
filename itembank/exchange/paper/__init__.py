"""Papers out: PDF, Word, and the keys and lists that schools keep beside them.

`paper_of_items(items)` or a form's own parts make a `Paper`; `coded(paper, code, seed=…)` is the
paper under a test code; `paper_pdf`, `paper_docx` and `key_xlsx` write it.
"""

from .docx import paper_docx
from .model import (
    EDITABLE_IN_WORD,
    PRINTABLE,
    Heading,
    Paper,
    PrintedItem,
    PrintedPart,
    RuledKey,
    coded,
    key_text,
    paper_of_items,
    subject_title,
)
from .pdf import paper_pdf
from .sheets import item_list_xlsx, key_xlsx

__all__ = [
    "EDITABLE_IN_WORD",
    "PRINTABLE",
    "Heading",
    "Paper",
    "PrintedItem",
    "PrintedPart",
    "RuledKey",
    "coded",
    "item_list_xlsx",
    "key_text",
    "key_xlsx",
    "paper_docx",
    "paper_of_items",
    "paper_pdf",
    "subject_title",
]
