"""QTI 2.x and 3.0 packages, folders and single items, as an import report."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from ...errors import Invalid, KhaothiError, Message, msg, problem
from ...items.content import ItemContent, StimulusContent
from ...items.html import assets_in, plain_text
from ...scoring.qti.tree import Node
from ..found import FoundImage, FoundItem, ImportReport, Placement, Progress, RefusedPart, unheard
from ..guards import USUAL, Deadline, Limits
from ..qti_xml import read_root, read_xml
from .items_in import ReadItem, item_from_node
from .markup import html_of
from .pictures_in import PictureShelf, with_pictures
from .record_in import content_of_record
from .sources import Files, open_source
from .telling import formulas_of, html_pieces, key_of, options_of, stem_text

SECONDS = 600.0
MANIFEST = "imsmanifest.xml"


@dataclass(frozen=True, slots=True)
class _Document:
    name: str
    raw: bytes
    root: Node


def import_qti(
    source: Path | str | bytes,
    *,
    placement: Placement | None = None,
    limits: Limits = USUAL,
    seconds: float = SECONDS,
    progress: Progress = unheard,
) -> ImportReport:
    """Every item of a QTI file, zip package or folder.

    Modelled items come as content of the bank; what the model does not hold comes word for word
    (kind `qti`); files that cannot be read are refused with their name and the reason. Raises
    NotFound, Invalid or TooLarge where the source as a whole cannot be opened.
    """
    start = time.monotonic()
    with open_source(source, limits) as files:
        importer = _Importer(files, placement or Placement(), Deadline(seconds), limits)
        items, refused = importer.run(progress)
        if not (isinstance(source, Path) and source.is_dir()):  # of a folder, a part may be chosen
            refused += importer.absent()
    if not items and not refused:
        raise Invalid("Không tìm thấy câu hỏi QTI nào trong tệp.", code="no_items")
    return ImportReport(tuple(items), tuple(refused), time.monotonic() - start, "qti")


def from_qti(raw: bytes, *, placement: Placement | None = None) -> ItemContent:
    """The content of one QTI item; exactly the content that was exported, where it was ours.

    Raises Invalid or TooLarge where the document is not a readable item.
    """
    root = read_root(raw, "assessmentItem")
    own = content_of_record(root)
    if own is not None:
        return own
    shelf = PictureShelf(lambda name: None)
    return item_from_node(root, raw, shelf, placement or Placement()).content


class _Importer:
    def __init__(
        self, files: Files, placement: Placement, deadline: Deadline, limits: Limits
    ) -> None:
        self._files = files
        self._placement = placement
        self._deadline = deadline
        self._limits = limits
        self._refused: list[RefusedPart] = []
        self._listed: list[str] = []
        self._stimuli: dict[str, StimulusContent | None] = {}

    def run(self, progress: Progress) -> tuple[list[FoundItem], list[RefusedPart]]:
        documents = list(self._documents())
        self._listed = [name for d in documents for name in _listed_items(d)]
        fragments = {d.name: d.root for d in documents if d.root.name == "responseProcessing"}
        found: list[FoundItem] = []
        ordered = _in_order(documents)
        for done, document in enumerate(ordered):
            self._deadline.check()
            progress(done / len(ordered))
            near = _seen_from(document.name, fragments)
            item = self._item(document, len(found) + 1, near)
            if item is not None:
                found.append(item)
        return found, self._refused

    def absent(self) -> list[RefusedPart]:
        """Items that a manifest lists and the package lacks: none goes missing unsaid."""
        there = {end for name in self._files.names() for end in _endings(name.lower())}
        why = msg("Danh mục của gói nêu câu này nhưng gói không có tệp; xuất lại gói.")
        lacking = [name for name in dict.fromkeys(self._listed) if name.lower() not in there]
        return [RefusedPart(msg("{name}", name=name), why) for name in lacking]

    def _documents(self) -> Iterator[_Document]:
        for name in self._files.names():
            if not name.lower().endswith((".xml", ".qti")) or _left_by_a_desktop(name):
                continue
            self._deadline.check()
            try:
                raw = self._files.read(name)
                yield _Document(name, raw, read_xml(raw, self._limits))
            except KhaothiError as error:
                self._refuse(name, error.message)

    def _refuse(self, name: str, why: Message) -> None:
        self._refused.append(RefusedPart(msg("{name}", name=name), why))

    def _item(
        self, document: _Document, number: int, fragments: dict[str, Node]
    ) -> FoundItem | None:
        if document.root.name == "questestinterop":
            self._refuse(document.name, msg("QTI 1.2 chưa nhập được; xuất lại dạng QTI 2 hoặc 3."))
            return None
        shelf = PictureShelf(self._fetch, posixpath.dirname(document.name))
        try:
            return self._read(document, number, shelf, fragments)
        except KhaothiError as error:
            self._refuse(document.name, error.message)
            return None

    def _read(
        self, document: _Document, number: int, shelf: PictureShelf, fragments: dict[str, Node]
    ) -> FoundItem:
        own = content_of_record(document.root)
        read = item_from_node(document.root, document.raw, shelf, self._placement, fragments)
        if own is not None:
            content = _with_assets(own, document.root, shelf)
            read = replace(read, content=content, problems=tuple(shelf.problems), unmodelled=None)
        return self._found(read, number, shelf, document)

    def _found(
        self, read: ReadItem, number: int, shelf: PictureShelf, document: _Document
    ) -> FoundItem:
        content = read.content
        stimulus = self._stimulus(read.stimulus_href, shelf, document.name)
        return FoundItem(
            number=number,
            kind=content.kind,
            stem=stem_text(content),
            options=options_of(content.interaction),
            key=key_of(content.interaction),
            points=read.points,
            content=content,
            stimulus=stimulus,
            stimulus_text="" if stimulus is None else plain_text(stimulus.body),
            images=_used(content, shelf),
            formulas=formulas_of(content),
            problems=read.problems,
            identity=read.identifier,
        )

    def _fetch(self, name: str) -> bytes | None:
        try:
            return self._files.read(name)
        except KhaothiError:
            return None

    def _stimulus(self, href: str, shelf: PictureShelf, item_name: str) -> StimulusContent | None:
        if not href:
            return None
        name = posixpath.normpath(posixpath.join(posixpath.dirname(item_name), href))
        if name not in self._stimuli:
            self._stimuli[name] = self._read_stimulus(name, shelf)
        return self._stimuli[name]

    def _read_stimulus(self, name: str, shelf: PictureShelf) -> StimulusContent | None:
        try:
            root = read_xml(self._files.read(name), self._limits)
        except KhaothiError as error:
            self._refuse(name, error.message)
            return None
        inside = PictureShelf(self._fetch, posixpath.dirname(name), shelf.images, shelf.problems)
        body = with_pictures(root.child("stimulusBody") or root, inside)
        return StimulusContent(
            subject=self._placement.subject,
            title=root.get("title")[:300],
            body=html_of(body.content),
        )


def _used(content: ItemContent, shelf: PictureShelf) -> tuple[FoundImage, ...]:
    names = dict.fromkeys(name for piece in html_pieces(content) for name in assets_in(piece))
    return tuple(shelf.images[name] for name in names if name in shelf.images)


def _with_assets(content: ItemContent, root: Node, shelf: PictureShelf) -> ItemContent:
    """Our own package: pictures are already on the shelf under the names the record has."""
    wanted = {name for piece in html_pieces(content) for name in assets_in(piece)}
    for name in wanted - set(shelf.images):
        shelf.problems.append(
            problem(msg("Hình {href}", href=name[:12]), "Hình không có trong gói; thêm lại hình.")
        )
    return content


def _in_order(documents: Sequence[_Document]) -> list[_Document]:
    """Items as tests list them, then as manifests do, then by name."""
    items = {d.name: d for d in documents if d.root.name in {"assessmentItem", "questestinterop"}}
    listed: dict[str, None] = {}
    for kind in ("assessmentTest", "manifest"):
        for document in documents:
            if document.root.name == kind:
                listed |= dict.fromkeys(_hrefs(document))
    order = [name for name in listed if name in items]
    return [items[name] for name in dict.fromkeys([*order, *items])]


def _hrefs(document: _Document) -> Iterator[str]:
    base = posixpath.dirname(document.name)
    for node in document.root.find("assessmentItemRef", "resource"):
        if node.get("href"):
            yield posixpath.normpath(posixpath.join(base, node.get("href")))


def _listed_items(document: _Document) -> Iterator[str]:
    """Items of a manifest, by path as far as it goes: the base may be written in three places."""
    if document.root.name != "manifest":
        return
    for node in document.root.find("resource"):
        if node.get("href") and node.get("type").startswith(("imsqti_item", "imsqti_apipitem")):
            path = posixpath.normpath(unquote(node.get("href")).replace("\\", "/"))
            yield "/".join(part for part in path.split("/") if part != "..")


def _endings(name: str) -> Iterator[str]:
    parts = name.replace("\\", "/").split("/")
    return ("/".join(parts[start:]) for start in range(len(parts)))


def _left_by_a_desktop(name: str) -> bool:
    """`__MACOSX/` and `._name`: what a Mac adds to a zip beside the files themselves."""
    return name.startswith("__MACOSX/") or posixpath.basename(name).startswith("._")


def _seen_from(name: str, fragments: dict[str, Node]) -> dict[str, Node]:
    """Templates of the package by the address an item would write."""
    base = posixpath.dirname(name) or "."
    return {posixpath.relpath(path, base): node for path, node in fragments.items()} | fragments
