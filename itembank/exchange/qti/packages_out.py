"""QTI 3.0 packages: manifest, items, shared stimuli, a test with a section for each part, media."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from ...errors import Invalid, msg
from ...items.content import ItemContent, StimulusContent
from ...items.html import assets_in
from ...scoring.qti.tree import Node
from ..zip_writer import zipped
from .items_out import item_node
from .markup import portable
from .telling import html_pieces
from .writing import to_xml

CP = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
SCHEMA, VERSION = "QTI Package", "3.0.0"
ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/svg+xml": "svg",
    "image/gif": "gif",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asset:
    """The stored bytes of a picture."""

    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class ExportedItem:
    """An item to be exported under an identifier of its own, with the material it shares."""

    identifier: str
    content: ItemContent
    stimulus: StimulusContent | None = None


@dataclass(frozen=True, slots=True)
class ExportedSection:
    """A part of a test: its items in order, each with its weight."""

    identifier: str
    title: str
    items: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class ExportedTest:
    identifier: str
    title: str
    sections: tuple[ExportedSection, ...]


Assets = Callable[[str], Asset | None]


def to_qti(content: ItemContent, identifier: str = "item") -> bytes:
    """One item as a QTI 3.0 document; pictures keep their `asset:` names."""
    return to_xml(item_node(content, identifier))


def export_qti(
    items: Sequence[ExportedItem], *, assets: Assets, test: ExportedTest | None = None
) -> bytes:
    """A QTI 3.0 package (zip). The same input gives the same bytes.

    Raises Invalid where two items have one identifier or a picture is not in the bank.
    """
    names = [item.identifier for item in items]
    if len(set(names)) != len(names):
        raise Invalid("Hai câu hỏi có cùng mã nên không xuất chung được.", code="same_identifier")
    pictures = {f"asset:{name}": asset for name, asset in _assets(items, assets).items()}
    addresses = {name: _media(name, asset) for name, asset in pictures.items()}
    stimuli = _stimuli(items)
    files: dict[str, bytes] = {}
    for item in items:
        href = f"../stimuli/{stimuli[item.stimulus]}.xml" if item.stimulus else ""
        node = item_node(item.content, item.identifier, stimulus_href=href)
        near = {name: f"../{address}" for name, address in addresses.items()}
        files[f"items/{item.identifier}.xml"] = to_xml(node, near)
    for stimulus, name in stimuli.items():
        near = {asset: f"../{address}" for asset, address in addresses.items()}
        files[f"stimuli/{name}.xml"] = to_xml(_stimulus_node(stimulus, name), near)
    if test is not None:
        files["test.xml"] = to_xml(_test_node(test))
    files |= {addresses[name]: asset.body for name, asset in pictures.items()}
    return zipped({"imsmanifest.xml": _manifest(files, items, stimuli), **files})


def _media(name: str, asset: Asset) -> str:
    return f"media/{name.removeprefix('asset:')}.{ENDINGS.get(asset.media_type, 'bin')}"


def _assets(items: Sequence[ExportedItem], assets: Assets) -> dict[str, Asset]:
    found: dict[str, Asset] = {}
    for item in items:
        pieces = [*html_pieces(item.content), item.content.solution]
        pieces += [item.stimulus.body] if item.stimulus else []
        pieces += [item.content.qti.xml] if item.content.qti else []
        for name in assets_in("\n".join(pieces)):
            if name not in found:
                found[name] = _asset(name, assets, item)
    return found


def _asset(name: str, assets: Assets, item: ExportedItem) -> Asset:
    asset = assets(name)
    if asset is None:
        raise Invalid(
            msg("Hình của câu {code} không còn trong kho; thêm lại hình.", code=item.identifier),
            code="asset_missing",
        )
    return asset


def _stimuli(items: Sequence[ExportedItem]) -> dict[StimulusContent, str]:
    shared = dict.fromkeys(item.stimulus for item in items if item.stimulus is not None)
    return {stimulus: f"stimulus-{n}" for n, stimulus in enumerate(shared, start=1)}


def _stimulus_node(stimulus: StimulusContent, name: str) -> Node:
    body = Node("stimulusBody", {}, portable(stimulus.body))
    attributes = {"identifier": name, "title": stimulus.title, "xml:lang": "vi"}
    return Node("assessmentStimulus", attributes, (body,))


def _test_node(test: ExportedTest) -> Node:
    sections = tuple(_section(section) for section in test.sections)
    part = Node(
        "testPart",
        {"identifier": "P1", "navigationMode": "nonlinear", "submissionMode": "simultaneous"},
        sections,
    )
    total = Node(
        "sum",
        {},
        (Node("testVariables", {"variableIdentifier": "SCORE", "weightIdentifier": "POINTS"}),),
    )
    outcome = Node("setOutcomeValue", {"identifier": "SCORE"}, (total,))
    return Node(
        "assessmentTest",
        {"identifier": test.identifier, "title": test.title, "toolName": "khaothi"},
        (_score(), part, Node("outcomeProcessing", {}, (outcome,))),
    )


def _score() -> Node:
    zero = Node("defaultValue", {}, (Node("value", {}, ("0",)),))
    attributes = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    return Node("outcomeDeclaration", attributes, (zero,))


def _section(section: ExportedSection) -> Node:
    references = tuple(
        Node(
            "assessmentItemRef",
            {"identifier": identifier, "href": f"items/{identifier}.xml"},
            (Node("weight", {"identifier": "POINTS", "value": str(weight)}),),
        )
        for identifier, weight in section.items
    )
    attributes = {"identifier": section.identifier, "title": section.title, "visible": "true"}
    return Node("assessmentSection", attributes, references)


def _manifest(
    files: Mapping[str, bytes],
    items: Sequence[ExportedItem],
    stimuli: Mapping[StimulusContent, str],
) -> bytes:
    root = etree.Element(f"{{{CP}}}manifest", identifier="MANIFEST")
    metadata = etree.SubElement(root, f"{{{CP}}}metadata")
    etree.SubElement(metadata, f"{{{CP}}}schema").text = SCHEMA
    etree.SubElement(metadata, f"{{{CP}}}schemaversion").text = VERSION
    etree.SubElement(root, f"{{{CP}}}organizations")
    resources = etree.SubElement(root, f"{{{CP}}}resources")
    for identifier, kind, href, needed in _resources(files, items, stimuli):
        made = etree.SubElement(
            resources, f"{{{CP}}}resource", identifier=identifier, type=kind, href=href
        )
        etree.SubElement(made, f"{{{CP}}}file", href=href)
        for other in needed:
            etree.SubElement(made, f"{{{CP}}}dependency", identifierref=other)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


Resource = tuple[str, str, str, Sequence[str]]


def _resources(
    files: Mapping[str, bytes],
    items: Sequence[ExportedItem],
    stimuli: Mapping[StimulusContent, str],
) -> Iterator[Resource]:
    if "test.xml" in files:
        names = [f"item-{item.identifier}" for item in items]
        yield ("test", "imsqti_test_xmlv3p0", "test.xml", names)
    for item in items:
        needed = [f"stimulus-{stimuli[item.stimulus]}"] if item.stimulus else []
        needed += [_resource_name(address) for address in _used(files, item.identifier)]
        href = f"items/{item.identifier}.xml"
        yield (f"item-{item.identifier}", "imsqti_item_xmlv3p0", href, needed)
    for name in stimuli.values():
        yield (f"stimulus-{name}", "imsqti_stimulus_xmlv3p0", f"stimuli/{name}.xml", ())
    for address in files:
        if address.startswith("media/"):
            yield (_resource_name(address), "webcontent", address, ())


def _used(files: Mapping[str, bytes], identifier: str) -> list[str]:
    written = files[f"items/{identifier}.xml"]
    return [name for name in files if name.startswith("media/") and name.encode() in written]


def _resource_name(address: str) -> str:
    return "media-" + address.rpartition("/")[2].replace(".", "-")
