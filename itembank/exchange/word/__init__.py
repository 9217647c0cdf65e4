"""Items from Word files: the reader of .docx and of what teachers write in it."""

from .importer import import_word

__all__ = ["import_word"]
