"""Response, outcome and template processing of QTI 2.x and 3.0: pure, bounded, seeded.

The element names of both vocabularies meet in one tree (`tree.Node`), so each operator is written
once. Nothing here opens a file or an address, and no custom operator is ever executed.
"""
