"""Steckbriefe of the FIM-Portal: which LeiKa services there are and to which OZG-ID they belong.

Reads a saved answer (a list or a page with `items`) and walks through the pages of the API by
means of a given `fetch`; HTTP itself is `download`'s affair. The answer has no schema, so every
field is looked at before it is believed, and unknown ones are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NoReturn

from importers.cleaning import plain_line, plain_text
from importers.leika_codes import TYPISIERUNGEN, ZIELGRUPPEN, is_key, strip_separators
from importers.opening import about
from importers.recognition import Format, refuse_other_than
from importers.records import (
    Fault,
    Hinweis,
    LeistungRecord,
    OzgLeistungRecord,
    QuelleRecord,
    Unlesbar,
)

QUELLE = QuelleRecord(
    kennung="fim-portal",
    titel="FIM-Portal",
    art="amtlich",
    url="https://fimportal.de",
)

FimRecord = LeistungRecord | OzgLeistungRecord
Outcome = QuelleRecord | FimRecord | Fault | Hinweis

# A page of 200 Steckbriefe has some 500 kB; all 10,000 of them in one file have 25 MB.
MAX_BYTES = 128 << 20
_LINE_LENGTH = 1_000
_TEXT_LENGTH = 100_000
_SHOWN = 200

_OZG_ID = re.compile(r"[0-9]{5}")
_SLUG = re.compile(r"[a-z0-9_]{1,60}")


def read(name: str, stream: BinaryIO, quelle: QuelleRecord = QUELLE) -> Iterator[Outcome]:
    """The Steckbriefe of one saved answer; several files are read one after the other."""
    yield quelle
    with about(name):
        refuse_other_than(Format.FIM, stream)
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise Unlesbar(
                f"Die JSON-Datei ist größer als {MAX_BYTES >> 20} MB. Bitte seitenweise speichern"
                " (limit=200) und die Seiten gemeinsam angeben."
            )
        page = parse_page(content)
    yield from Steckbriefe(quelle.kennung).read_page(page)


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Any]
    total: int | None = None


def parse_page(content: bytes) -> Page:
    try:
        data = json.loads(content, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise Unlesbar("Die JSON-Datei ist zu tief geschachtelt und wird nicht gelesen.") from error
    except json.JSONDecodeError as error:
        raise Unlesbar(
            f"Die JSON-Datei ist ab Zeile {error.lineno}, Zeichen {error.colno} nicht lesbar;"
            " vermutlich ist sie unvollständig. Übernommen wird nichts; bitte neu beschaffen."
        ) from error
    except ValueError as error:
        # Not UTF-8, or a number of thousands of digits.
        raise Unlesbar(
            "Die Datei ist kein gültiges JSON in UTF-8. Bitte neu beschaffen."
        ) from error
    match data:
        case list():
            return Page(data)
        case {"items": list(items)}:
            total = data.get("total_count")
            return Page(items, total if isinstance(total, int) and total >= 0 else None)
        case {"leistungsschluessel": _}:
            return Page([data])
    raise Unlesbar(
        "Die JSON-Datei ist keine Antwort des FIM-Portals: erwartet wird eine Liste von"
        " Steckbriefen oder eine Seite mit „items“."
    )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


# Steckbriefe ------------------------------------------------------------------------------------


class _Broken(Exception):
    def __init__(self, field: str, value: object, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.field = field
        self.value = value
        self.cause = cause
        self.remedy = remedy


class Steckbriefe:
    """Counts the Steckbriefe over all pages and names each OZG service once."""

    def __init__(self, quelle: str) -> None:
        self._quelle = quelle
        self._number = 0
        self._named: set[str] = set()
        self._hints: list[tuple[str, object, str]] = []

    def read_page(self, page: Page) -> Iterator[FimRecord | Fault | Hinweis]:
        for item in page.items:
            self._number += 1
            place = f"items[{self._number}]"
            self._hints.clear()
            try:
                records = self._read_steckbrief(item)
            except _Broken as broken:
                where = f"{place}.{broken.field}" if broken.field else place
                yield Fault(None, where, _show(broken.value), broken.cause, broken.remedy)
                continue
            yield from records
            for field, value, cause in self._hints:
                yield Hinweis(None, f"{place}.{field}", _show(value), cause)

    def _read_steckbrief(self, item: object) -> list[FimRecord]:
        if not isinstance(item, dict):
            raise _Broken("", item, "Das ist kein Steckbrief.", "Die Antwort neu abrufen.")
        keys = _read_keys(item.get("leistungsschluessel"))
        name = self._text(item, "leistungsbezeichnung") or self._text(item, "title")
        for_citizens = self._text(item, "leistungsbezeichnung_2")
        if not name and not for_citizens:
            raise _Broken(
                "leistungsbezeichnung", "", "Die Bezeichnung fehlt.", "Im FIM-Portal melden."
            )
        ozg: dict[str, OzgLeistungRecord | None] = {}
        for entry in _as_list(item.get("ozg")):
            ozg |= self._read_ozg(entry)
        new = [service for service in ozg.values() if service and service.ozg_id not in self._named]
        self._named.update(service.ozg_id for service in new)
        leistung = LeistungRecord(
            quelle=self._quelle,
            leistungsschluessel=keys[0],
            bezeichnung=name or for_citizens,
            bezeichnung_buerger=for_citizens,
            typisierung=self._codes(item, "typisierung", dict.fromkeys(TYPISIERUNGEN)),
            zielgruppe=self._codes(item, "leistungsadressat", ZIELGRUPPEN),
            ozg_ids=tuple(ozg),
            rechtsgrundlage=self._block(item, "rechtsgrundlagen"),
            kurztext=self._block(item, "kurztext"),
        )
        return [*new, *(replace(leistung, leistungsschluessel=key) for key in keys)]

    def _read_ozg(self, entry: object) -> dict[str, OzgLeistungRecord | None]:
        """The OZG-ID counts even where its title is missing: then it only links."""
        if not isinstance(entry, dict):
            self._hints.append(("ozg", entry, "Die OZG-Angabe ist nicht lesbar; weggelassen."))
            return {}
        ozg_id = _as_text(entry.get("id")).strip()
        if not _OZG_ID.fullmatch(ozg_id):
            self._hints.append(
                ("ozg.id", entry.get("id"), "Eine OZG-ID hat fünf Ziffern; weggelassen.")
            )
            return {}
        title = self._text(entry, "leistung", "ozg.leistung")
        field = _as_text(entry.get("themenfeld"))
        themenfeld = field if _SLUG.fullmatch(field) else ""
        record = OzgLeistungRecord(self._quelle, ozg_id, title, themenfeld)
        return {ozg_id: record if title else None}

    def _text(self, item: Mapping[str, Any], field: str, place: str = "") -> str:
        text, removed = plain_line(_as_text(item.get(field))[: 10 * _LINE_LENGTH + 1])
        self._check(place or field, text, removed, _LINE_LENGTH)
        return text

    def _block(self, item: Mapping[str, Any], field: str) -> str:
        """A text, a list of texts, or of objects that have one."""
        parts = [
            _as_text(entry.get("text", entry.get("inhalt", "")))
            if isinstance(entry, dict)
            else _as_text(entry)
            for entry in _as_list(item.get(field))
        ]
        whole = "\n".join(part for part in parts if part)
        text, removed = plain_text(whole[: 10 * _TEXT_LENGTH + 1])
        self._check(field, text, removed, _TEXT_LENGTH)
        return text

    def _check(self, field: str, text: str, removed: str, length: int) -> None:
        if len(text) > length:
            raise _Broken(
                field,
                text,
                f"Der Text hat mehr als {length} Zeichen.",
                "Den Text in der Quelle kürzen.",
            )
        if removed:
            self._hints.append((field, text, f"Unzulässige Zeichen entfernt: {removed}."))

    def _codes(
        self, item: Mapping[str, Any], field: str, known: Mapping[str, str | None]
    ) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for entry in _as_list(item.get(field)):
            for part in _as_text(entry).split(","):
                code = "".join(part.split()).lower()
                if code in known:
                    codes[known[code] or code] = None
                elif code:
                    self._hints.append((field, code, "Der Code ist nicht bekannt; weggelassen."))
        return tuple(codes)


def _read_keys(value: object) -> tuple[str, ...]:
    keys = [strip_separators(text) for text in map(_as_text, _as_list(value)) if text]
    for key in keys:
        if not is_key(key):
            raise _Broken(
                "leistungsschluessel",
                key,
                "Ein Leistungsschlüssel hat 14 Ziffern.",
                "Im FIM-Portal melden.",
            )
    if not keys:
        raise _Broken(
            "leistungsschluessel", "", "Der Leistungsschlüssel fehlt.", "Im FIM-Portal melden."
        )
    return tuple(dict.fromkeys(keys))


def _as_list(value: object) -> list[Any]:
    """One thing or a list of them: the portal does not decide."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _as_text(value: object) -> str:
    """Numbers too: a key that lost its quotes is still a key."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _show(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)[:_SHOWN]
    text = plain_line(text[: 2 * _SHOWN]).text
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


# The API, page by page --------------------------------------------------------------------------

PAGE_SIZE = 200
_PAGES_AT_MOST = 5_000
_TRIES = 6
_FIRST_WAIT = 2.0
_LONGEST_WAIT = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes = b""
    retry_after: str = ""


Fetch = Callable[[str, Mapping[str, str]], Answer]


def read_api(
    fetch: Fetch,
    wait: Callable[[float], None],
    *,
    quelle: QuelleRecord = QUELLE,
    prefix: str = "/api/v0",
    updated_since: str = "",
) -> Iterator[Outcome]:
    """All Steckbriefe, or those changed since a moment (ISO 8601), as the portal pages them.

    As with a file, `Unlesbar` may come after many records, which then must be discarded: half a
    walk would make the other half look as if it had been dropped.
    """
    yield quelle
    steckbriefe = Steckbriefe(quelle.kennung)
    for page in fetch_pages(fetch, wait, f"{prefix}/leistung-steckbriefe", updated_since):
        yield from steckbriefe.read_page(page)


def fetch_pages(
    fetch: Fetch, wait: Callable[[float], None], path: str, updated_since: str = ""
) -> Iterator[Page]:
    received = 0
    for _ in range(_PAGES_AT_MOST):
        # A fixed order, or services would slip from one page to another between two requests.
        query = {
            "offset": str(received),
            "limit": str(PAGE_SIZE),
            "order_by": "leistungsschluessel_asc",
        }
        if updated_since:
            query["updated_since"] = updated_since
        page = parse_page(_fetch_patiently(fetch, wait, path, query))
        received += len(page.items)
        yield page
        if page.total is None and len(page.items) < PAGE_SIZE:
            return
        if page.total is not None and received >= page.total:
            return
        if not page.items:
            raise Unlesbar(
                f"Das FIM-Portal nennt {page.total} Steckbriefe, liefert aber nur {received}."
                " Übernommen wird nichts; bitte später erneut versuchen."
            )
    raise Unlesbar(
        f"Das FIM-Portal liefert mehr als {_PAGES_AT_MOST} Seiten; der Abruf wurde abgebrochen."
    )


def _fetch_patiently(
    fetch: Fetch, wait: Callable[[float], None], path: str, query: Mapping[str, str]
) -> bytes:
    """429 means too fast, 5xx try later; without a time to wait, twice as long each time."""
    pause = _FIRST_WAIT
    status = 0
    for attempt in range(_TRIES):
        answer = fetch(path, query)
        status = answer.status
        if status == 200:
            return answer.content
        if status != 429 and status < 500:
            break
        if attempt < _TRIES - 1:
            told = float(answer.retry_after) if answer.retry_after.isdecimal() else pause
            wait(min(told, _LONGEST_WAIT))
            pause = min(2 * pause, _LONGEST_WAIT)
    raise Unlesbar(
        f"Das FIM-Portal antwortet auf {path} mit dem Status {status}. Übernommen wird nichts;"
        " bitte später erneut versuchen oder eine gespeicherte Antwort einlesen."
    )
