"""Big XML files element by element: in constant memory, without DTD, with errors in German.

lxml's pull parser is its iterparse with the reading in our hands, which lets us count. A finished
element is handed on and then thrown away together with everything before it, so that memory
depends on the largest element and not on the file. libxml2 itself stops at 256 levels and at ten
megabytes of one text, since `huge_tree` stays off.

A file that breaks off shows it only at its end: elements were handed on before. Who takes them
must keep them aside until the iteration has ended without `Unlesbar`.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from lxml import etree

from importers.opening import peek
from importers.records import Unlesbar

_CHUNK = 1 << 16
# The bytes of one element with what stands before it. Every four of them may cost a hundred in
# memory (`<a/>`), so this is the bound of memory: some 100 MB in the worst case.
MAX_ELEMENT = 4 << 20
MAX_DEPTH = 256
_NAMES_KEPT = 4_096

_FLAGS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
    "remove_blank_text": True,
    # No table of all xml:id values, which would grow with the file.
    "collect_ids": False,
}

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Root:
    namespace: str
    name: str
    attributes: dict[str, str]


def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


class _LocalNames(dict[str, str]):
    """Bounded, since a hostile file may invent names without end."""

    def __missing__(self, tag: str) -> str:
        name = local_name(tag)
        if len(self) < _NAMES_KEPT:
            self[tag] = name
        return name


# Asked for every element of every file: lru_cache takes twice as long.
name_of = _LocalNames().__getitem__


def line_of(element: Element) -> int | None:
    return cast("int | None", element.sourceline)


def read_root(stream: BinaryIO) -> Root:
    """The start tag of the root, without taking anything from the stream; refuses a DOCTYPE."""
    head = peek(stream, _CHUNK)
    _check_prolog(head)
    parser = etree.XMLPullParser(events=("start",), **_FLAGS)
    problem = None
    try:
        parser.feed(head)
    except etree.XMLSyntaxError as error:
        problem = error
    root = next((element for _, element in _events(parser)), None)
    if root is None:
        if problem is not None:
            raise _explain(problem.msg or "", problem.lineno) from problem
        raise Unlesbar(
            "Die Datei endet vor dem ersten XML-Element. Vermutlich wurde sie nicht vollständig"
            " übertragen; bitte neu beschaffen."
        )
    try:
        name = etree.QName(root)
    except ValueError as error:
        raise Unlesbar(
            "Das äußerste Element hat keinen gültigen Namen. Vermutlich ist die Datei beschädigt;"
            " bitte neu beschaffen."
        ) from error
    return Root(
        name.namespace or "",
        name.localname,
        {local_name(str(key)): str(value) for key, value in root.attrib.items()},
    )


def read_elements(
    stream: BinaryIO, names: Sequence[str], *, max_element: int = MAX_ELEMENT
) -> Iterator[Element]:
    """Every element with one of these local names that lies in no other such element.

    An element is whole while it is being looked at, and empty afterwards.
    """
    _check_prolog(peek(stream, _CHUNK))
    wanted = frozenset(names)
    parser = etree.XMLPullParser(events=("end",), tag=[f"{{*}}{name}" for name in names], **_FLAGS)
    events = _events(parser)
    unreleased = 0
    checked = False
    while chunk := stream.read(_CHUNK):
        _feed(parser, chunk)
        unreleased += len(chunk)
        for _, element in events:
            if not checked:
                _refuse_dtd(element)
                checked = True
            if _is_within(element, wanted):
                continue
            yield element
            _release(element)
            unreleased = 0
        if unreleased > max_element:
            raise Unlesbar(
                f"Mehr als {max_element >> 20} MB ohne einen vollständigen Datensatz. Entweder ist"
                " das eine andere Datei, oder ein Datensatz ist unsinnig groß."
            )
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Unlesbar(
            f"Die Datei bricht in Zeile {error.lineno or 1} ab: sie endet mitten im Inhalt."
            " Vermutlich wurde sie nicht vollständig übertragen. Übernommen wird nichts; bitte neu"
            " beschaffen."
        ) from error


def fingerprint(element: Element, salt: bytes) -> int:
    """64 bits of what stands in the element, signed as databases store it."""
    # Any encoding tells elements apart; this one costs least, as it is the parser's own.
    content = etree.tostring(element, with_tail=False, encoding="UTF-8")
    digest = hashlib.blake2b(content, digest_size=8, key=salt).digest()
    return int.from_bytes(digest, "big", signed=True)


def _events(parser: etree.XMLPullParser) -> Iterator[tuple[str, Element]]:
    """The stubs allow for namespace events, which nobody asked for here."""
    return cast(Iterator[tuple[str, Element]], parser.read_events())


def _feed(parser: etree.XMLPullParser, chunk: bytes) -> None:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        raise _explain(error.msg or "", error.lineno) from error
    # Undeclared entities and prefixes raise nothing before the end, and the rest is lost.
    complaints = parser.feed_error_log
    for complaint in complaints:
        if complaint.level >= etree.ErrorLevels.ERROR:
            raise _explain(complaint.message, complaint.line)
    if len(complaints) > _COMPLAINTS:
        raise _explain(complaints[0].message, complaints[0].line)


def _is_within(element: Element, wanted: frozenset[str]) -> bool:
    parent = element.getparent()
    while parent is not None:
        if name_of(parent.tag) in wanted:
            return True
        parent = parent.getparent()
    return False


def _release(element: Element) -> None:
    """Empty the element and remove everything before it, on its own level and on those above."""
    element.clear()
    inner: Element | None = element
    while inner is not None:
        parent = inner.getparent()
        if parent is not None:
            while (before := inner.getprevious()) is not None:
                parent.remove(before)
        inner = parent


# DOCTYPE ----------------------------------------------------------------------------------------

_ENCODINGS = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "windows-1252", "cp1252"}
    | {f"iso-8859-{part}" for part in (1, 15)}
)
_DECLARED = re.compile(r"""^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_SKIPPED = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)


def _check_prolog(head: bytes) -> None:
    """Refuse a DOCTYPE before any parser sees it.

    Only encodings in which "<!DOCTYPE" can be recognised are let through: UTF-7 or EBCDIC would
    hide it here and still reach the parser.
    """
    text, wide = _decode_prolog(head)
    if not text.strip():
        raise Unlesbar("Die Datei ist leer. Bitte neu beschaffen.")
    declared = _DECLARED.match(text)
    encoding = declared.group(1).lower() if declared else ""
    if encoding.startswith("utf-16"):
        known = wide
    else:
        known = not encoding or encoding in _ENCODINGS
    if not known or "\0" in text[:4]:
        raise Unlesbar(
            f"Die Kodierung der Datei ({encoding[:40] or 'UTF-32'}) wird nicht gelesen, oder sie"
            " ist anders kodiert, als sie angibt. Gelesen werden UTF-8, UTF-16, ISO 8859-1,"
            " ISO 8859-15 und Windows-1252. Bitte umwandeln."
        )
    position = 0
    while skipped := _SKIPPED.match(text, position):
        position = skipped.end()
    if _DOCTYPE.match(text, position):
        raise _refuse_doctype()
    if not text.startswith("<", position):
        raise Unlesbar(
            "Die Datei ist kein XML: sie beginnt nicht mit einem Element. Bitte prüfen, ob es die"
            " richtige Datei ist."
        )
    if text.startswith(("<!--", "<?"), position):
        raise Unlesbar(
            "Vor dem ersten Element stehen mehr als 64 kB Kommentar; so wird die Datei nicht"
            " gelesen."
        )


def _decode_prolog(head: bytes) -> tuple[str, bool]:
    """The beginning as far as markup goes, and whether it is UTF-16."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace"), True
    if head.startswith(b"<\0"):
        return head.decode("utf-16-le", "replace"), True
    if head.startswith(b"\0<"):
        return head.decode("utf-16-be", "replace"), True
    # Markup is ASCII in all the others.
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1"), False


def _refuse_dtd(element: Element) -> None:
    """The second lock: what the look at the prolog may have missed, the parser knows."""
    information = element.getroottree().docinfo
    if information.internalDTD is not None or information.doctype:
        raise _refuse_doctype()


def _refuse_doctype() -> Unlesbar:
    return Unlesbar(
        "Die Datei enthält eine DOCTYPE-Angabe. Damit lassen sich fremde Dateien einlesen und"
        " Systeme überlasten; sie wird deshalb nicht gelesen. Amtliche Dateien dieser Art kommen"
        " ohne DOCTYPE."
    )


# Errors -----------------------------------------------------------------------------------------

# Warnings are kept by the parser, each of them: a file full of them would fill the memory.
_COMPLAINTS = 1_000
_CAUSES = (
    ("Excessive depth", f"Elemente sind tiefer als {MAX_DEPTH} Ebenen ineinander geschachtelt"),
    ("Resource limit", "ein einzelner Text ist größer als 10 MB"),
    ("huge", "ein einzelner Text oder Name ist zu groß"),
    ("too long", "ein Name ist zu lang"),
    ("Invalid bytes", "Bytes passen nicht zur genannten Kodierung"),
    ("not proper UTF-8", "Bytes passen nicht zur genannten Kodierung"),
    ("Invalid character", "ein Steuerzeichen, das XML nicht erlaubt"),
    ("PCDATA invalid Char", "ein Steuerzeichen, das XML nicht erlaubt"),
    ("invalid xmlChar", "ein Steuerzeichen, das XML nicht erlaubt"),
    ("Entity", "eine Entität, die nicht erklärt ist"),
    ("Extra content", "nach dem Ende des Wurzelelements steht noch etwas"),
    ("mismatch", "ein Element wird nicht geschlossen, wie es geöffnet wurde"),
    ("Unsupported encoding", "die genannte Kodierung gibt es nicht"),
    ("Namespace prefix", "ein Namensraum-Präfix ist nicht erklärt"),
    ("Start tag expected", "der Anfang ist kein XML"),
)


def _explain(message: str, line: int | None) -> Unlesbar:
    first = message.strip().partition("\n")[0][:120]
    cause = next(
        (cause for part, cause in _CAUSES if part in message),
        f"das ist kein wohlgeformtes XML ({first})",
    )
    return Unlesbar(
        f"Zeile {line or 1}: {cause}. Die Datei kann nicht gelesen werden, übernommen wird nichts;"
        " bitte neu beschaffen oder den Fehler dem Herausgeber melden."
    )
