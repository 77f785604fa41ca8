"""publiccode.yml (0.2 to 0.7): what a repository says of its software, among it LeiKa and OZG.

YAML is read as text only: "1.10" stays a version and no word becomes a number, a date or a
Python object. Aliases are refused, since a few lines of them unfold to gigabytes and no
publiccode.yml needs them. What the versions call differently is looked for under both names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

import yaml

from importers.cleaning import plain_line, plain_text, web_address
from importers.leika_codes import is_key, says_no_key, strip_separators
from importers.opening import about
from importers.recognition import Format, refuse_other_than
from importers.records import (
    Fault,
    Hinweis,
    LeikaAngabeRecord,
    PubliccodeRecord,
    QuelleRecord,
    Unlesbar,
)

QUELLE = QuelleRecord(kennung="publiccode", titel="publiccode.yml", art="import")

Outcome = QuelleRecord | PubliccodeRecord | Fault | Hinweis

# Real files have two to twenty kB.
MAX_BYTES = 128 << 10
MAX_DEPTH = 30
_LINE_LENGTH = 1_000
_TEXT_LENGTH = 20_000
_LIST_LENGTH = 500
_SHOWN = 200
_VERSION = re.compile(r"0(?:\.[0-7](?:\.\d+)?)?")
_OZG_ID = re.compile(r"[0-9]{5}")


class _TextLoader(yaml.SafeLoader):
    """SafeLoader that sees text in every plain scalar, and neither aliases nor deep nesting."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - that is how PyYAML names it
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: yaml.Event | None = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1 if event and event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise Unlesbar(
                f"Zeile {line} verweist mit „*“ auf eine andere Stelle. Solche Verweise können ein"
                " System überlasten und werden nicht gelesen; bitte den Inhalt selbst hinschreiben."
            )
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unlesbar(
                f"Zeile {line}: tiefer als {MAX_DEPTH} Ebenen geschachtelt; so wird die Datei nicht"
                " gelesen."
            )
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def read(name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE) -> Iterator[Outcome]:
    """One record, or one fault that says why there is none, and notes."""
    yield quelle
    with about(name):
        refuse_other_than(Format.PUBLICCODE, stream)
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise Unlesbar(
                f"Die Datei ist größer als {MAX_BYTES >> 10} kB; eine publiccode.yml ist kleiner."
            )
        data = _load(content)
    document = _Document(data)
    try:
        record = document.read(quelle.kennung)
    except _Broken as broken:
        value = plain_line(broken.value[: 2 * _SHOWN]).text[:_SHOWN]
        yield Fault(None, broken.field, value, broken.cause, broken.remedy)
        return
    yield record
    yield from document.hints


def _load(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
        data = yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a SafeLoader, see above
    except UnicodeDecodeError as error:
        raise Unlesbar("Die Datei ist nicht in UTF-8, das publiccode.yml vorschreibt.") from error
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" ab Zeile {mark.line + 1}" if mark is not None else ""
        raise Unlesbar(f"Die Datei ist{place} kein gültiges YAML.") from error
    if not isinstance(data, dict):
        raise Unlesbar("Die Datei ist YAML, aber keine publiccode.yml: sie hat keine Felder.")
    return data


# Fields -----------------------------------------------------------------------------------------


class _Broken(Exception):
    def __init__(self, field: str, value: str, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.field = field
        self.value = value
        self.cause = cause
        self.remedy = remedy


class _Document:
    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self.hints: list[Hinweis] = []

    def read(self, quelle: str) -> PubliccodeRecord:
        version = self.line("publiccodeYmlVersion")
        if not _VERSION.fullmatch(version):
            self._hint("publiccodeYmlVersion", version, "Bekannt sind die Fassungen 0.2 bis 0.7.")
        texts, language = self._description()
        place = f"description.{language}"
        return PubliccodeRecord(
            quelle=quelle,
            url=self._needed_url(),
            name=self._needed_name(texts),
            fassung=version,
            kurzbeschreibung=self._clean(f"{place}.shortDescription", texts, _LINE_LENGTH),
            beschreibung=self._clean(f"{place}.longDescription", texts, _TEXT_LENGTH),
            entwicklungsstand=self.line("developmentStatus"),
            softwareart=self.line("softwareType"),
            version=self.line("softwareVersion"),
            veroeffentlicht_am=self._date("releaseDate"),
            webseite=self._url("landingURL"),
            dokumentation_url=self._check_url(f"{place}.documentation", texts.get("documentation")),
            lizenz=self.line("legal", "license"),
            rechteinhaber=self.line("legal", "mainCopyrightOwner"),
            organisation=self.line("organisation", "name") or self.line("legal", "repoOwner"),
            organisation_uri=self.line("organisation", "uri"),
            wartung=self.line("maintenance", "type"),
            dienstleister=self._named("maintenance", "contractors"),
            kategorien=self._lines("categories") or self._lines("tags"),
            bereiche=self._lines("intendedAudience", "scope"),
            plattformen=self._lines("platforms"),
            sprachen=self._lines("localisation", "availableLanguages"),
            abhaengigkeiten=self._dependencies(),
            unterstuetzt=self._named("supports", key="id"),
            basiert_auf=self._lines("isBasedOn"),
            benutzt_von=self._lines("usedBy"),
            leika=self._leika(),
        )

    def _hint(self, field: str, value: str, cause: str) -> None:
        self.hints.append(Hinweis(None, field, plain_line(value[:_SHOWN]).text, cause))

    def _find(self, *path: str) -> Any:
        value: Any = self._data
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def line(self, *path: str) -> str:
        return self._clean(".".join(path), {path[-1]: self._find(*path)}, _LINE_LENGTH)

    def _clean(self, place: str, fields: dict[str, Any], length: int) -> str:
        value = fields.get(place.rpartition(".")[2])
        if value is None:
            return ""
        if not isinstance(value, str):
            self._hint(place, "", "Hier wird ein Text erwartet; die Angabe wurde weggelassen.")
            return ""
        text, removed = (plain_line if length == _LINE_LENGTH else plain_text)(value)
        if len(text) > length:
            raise _Broken(
                place, text, f"Der Text hat mehr als {length} Zeichen.", "Den Text kürzen."
            )
        if removed:
            self._hint(place, text, f"Unzulässige Zeichen entfernt: {removed}.")
        return text

    def _items(self, *path: str) -> list[Any]:
        """A list, or one thing in place of it; nothing where there is nothing."""
        value = self._find(*path)
        if value in (None, ""):
            return []
        items = value if isinstance(value, list) else [value]
        if len(items) > _LIST_LENGTH:
            cause = f"Die Liste hat mehr als {_LIST_LENGTH} Einträge."
            raise _Broken(".".join(path), "", cause, "Die Liste kürzen.")
        return items

    def _lines(self, *path: str) -> tuple[str, ...]:
        place = ".".join(path)
        texts = [self._clean(place, {path[-1]: item}, _LINE_LENGTH) for item in self._items(*path)]
        return tuple(dict.fromkeys(filter(None, texts)))

    def _named(self, *path: str, key: str = "name") -> tuple[str, ...]:
        """One field of each object in a list."""
        place = ".".join((*path, key))
        texts = []
        for item in self._items(*path):
            if isinstance(item, dict):
                texts.append(self._clean(place, item, _LINE_LENGTH))
            else:
                self._hint(place, str(item), "Hier wird ein Objekt erwartet; weggelassen.")
        return tuple(dict.fromkeys(filter(None, texts)))

    def _dependencies(self) -> tuple[str, ...]:
        kinds = ("open", "proprietary", "hardware")
        return tuple(name for kind in kinds for name in self._named("dependsOn", kind))

    def _description(self) -> tuple[dict[str, Any], str]:
        """German, else English, else the first language; 0.1 had codes of three letters."""
        found = self._find("description")
        languages = {
            str(language): texts
            for language, texts in (found.items() if isinstance(found, dict) else ())
            if isinstance(texts, dict)
        }
        for wanted in ("de", "en", ""):
            for language, texts in languages.items():
                if language.lower().startswith(wanted):
                    return texts, language
        return {}, "de"

    def _needed_name(self, texts: dict[str, Any]) -> str:
        localised = texts.get("localisedName")
        name = self.line("name") or (localised if isinstance(localised, str) else "")
        if not name:
            raise _Broken("name", "", "Der Name fehlt.", "Das Feld name ergänzen.")
        return plain_line(name).text

    def _needed_url(self) -> str:
        text = self.line("url")
        if (address := web_address(text)) is None:
            raise _Broken(
                "url",
                text,
                "Die Adresse des Quellcodes fehlt oder beginnt nicht mit http:// oder https://.",
                "Im Feld url die öffentliche Adresse des Repositorys angeben.",
            )
        return address

    def _url(self, field: str) -> str:
        return self._check_url(field, self._find(field))

    def _check_url(self, place: str, value: object) -> str:
        if value in (None, ""):
            return ""
        address = web_address(value) if isinstance(value, str) else None
        if address is None:
            cause = "Das ist keine Adresse mit http:// oder https://; weggelassen."
            self._hint(place, str(value), cause)
        return address or ""

    def _date(self, field: str) -> date | None:
        text = self.line(field)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self._hint(field, text, "Das ist kein Datum (JJJJ-MM-TT); weggelassen.")
            return None

    def _leika(self) -> tuple[LeikaAngabeRecord, ...]:
        """The German section is called `de` in older files, `DE` since 0.5."""
        country = "DE" if self._find("DE") is not None else "de"
        entries: dict[LeikaAngabeRecord, None] = {}
        for number, item in enumerate(self._items(country, "leika"), 1):
            place = f"{country}.leika[{number}]"
            if not isinstance(item, dict):
                self._hint(place, str(item), "Hier wird ein Objekt erwartet; weggelassen.")
                continue
            said = self._clean(f"{place}.leika-id", item, _LINE_LENGTH)
            key = strip_separators(said)
            ozg_id = self._clean(f"{place}.ozg-id", item, _LINE_LENGTH).strip()
            if key and not is_key(key):
                if not says_no_key(said):
                    cause = "Ein Leistungsschlüssel hat 14 Ziffern; weggelassen."
                    self._hint(f"{place}.leika-id", said, cause)
                key = ""
            if ozg_id and not _OZG_ID.fullmatch(ozg_id):
                cause = "Eine OZG-ID hat fünf Ziffern; weggelassen."
                self._hint(f"{place}.ozg-id", ozg_id, cause)
                ozg_id = ""
            entry = LeikaAngabeRecord(
                themenfeld=self._clean(f"{place}.themenfeld", item, _LINE_LENGTH),
                lebenslage=self._clean(f"{place}.lebenslage", item, _LINE_LENGTH),
                ozg_id=ozg_id,
                leistungsschluessel=key,
            )
            if entry != LeikaAngabeRecord():
                entries[entry] = None
        return tuple(entries)
