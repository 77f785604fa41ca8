"""Fetches official files and answers over HTTPS: once, whole, or not at all.

`fetch_file` brings a file into a folder and asks next time whether it has changed; `open_api`
makes the `Fetch` that `fim.read_api` walks through pages with. Who may be asked, and how, is a
`Policy` (`download_transport`); what lies in the folder is `download_cache`'s affair. All errors
are `NichtAbrufbar` (`download_errors`), with a German message.
"""

from __future__ import annotations

import random
import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import urlencode

import httpx

from importers.download_cache import Begun, Note, Shelf, name_of
from importers.download_errors import (
    NOTHING_CHANGED,
    Abgebrochen,
    KeineDatei,
    NichtAbrufbar,
    NichtGefunden,
    ServerFehler,
    ZuGross,
    broken_off,
    show,
    too_large,
)
from importers.download_transport import Deadline, Policy, check_url, open_answer
from importers.fim import Answer, Fetch
from importers.recognition import Format, recognise, recognise_head

__all__ = [
    "Fetched",
    "NichtAbrufbar",
    "Policy",
    "Progress",
    "Wait",
    "fetch_file",
    "open_api",
    "tell_nobody",
]

Progress = Callable[[int, int | None], None]
"""Hears the bytes so far, and how many it will be where the server says it."""
Wait = Callable[[float], None]
T = TypeVar("T")

_PIECE = 1 << 16
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Fetched:
    """`unveraendert`: the very bytes of last time, so that an import may be spared."""

    path: Path
    url: str
    bytes: int
    sha256: str
    unveraendert: bool
    last_modified: str = ""


def tell_nobody(_: int, __: int | None) -> None:
    pass


# Files ------------------------------------------------------------------------------------------


def fetch_file(
    url: str,
    folder: Path,
    policy: Policy,
    *,
    name: str = "",
    progress: Progress = tell_nobody,
    wait: Wait = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> Fetched:
    """The file at `folder / name`, new or as it was. What broke off is continued, now or later."""
    address = str(check_url(url, policy))
    shelf = Shelf(folder, name or name_of(address))
    deadline = Deadline(policy.total_seconds)

    def attempt() -> Fetched:
        return _fetch_once(address, shelf, policy, deadline, progress)

    with shelf.locked():
        return _patiently(attempt, policy, deadline, wait, jitter)


def _fetch_once(
    url: str, shelf: Shelf, policy: Policy, deadline: Deadline, progress: Progress
) -> Fetched:
    kept, begun = shelf.kept(url), shelf.begun(url)
    with open_answer(url, _conditions(kept, begun), policy, deadline) as answer:
        match answer.status_code:
            case 304 if kept is not None:
                shelf.drop_part()
                return _describe(shelf, kept, unveraendert=True)
            case 200:
                note, start = Note.of(url, answer.headers, _length(answer)), 0
                _refuse_larger(url, note.total, policy)
                # Unpacked bytes cannot be continued with a range of packed ones.
                stream = shelf.begin(Note(url) if _encoding(answer) else note)
            case 206 if begun is not None and _continues(answer, begun):
                note, start = begun.note, begun.count
                stream = shelf.go_on()
            case 206 | 416:
                # Not the rest of what we have: the next try begins anew.
                shelf.drop_part()
                raise Abgebrochen(str(broken_off(answer.url.host)), again=True, pause=0)
            case _:
                raise _say_status(answer)
        with stream:
            try:
                _receive(answer, stream, start, note.total, policy, progress)
            except (ZuGross, ServerFehler):
                shelf.drop_part()
                raise
        _refuse_page(shelf, answer)
    whole = shelf.finish(note)
    return _describe(shelf, whole, kept is not None and kept.sha256 == whole.sha256)


def _describe(shelf: Shelf, note: Note, unveraendert: bool) -> Fetched:
    return Fetched(shelf.path, note.url, note.total, note.sha256, unveraendert, note.last_modified)


def _conditions(kept: Note | None, begun: Begun | None) -> dict[str, str]:
    """A server judges If-None-Match before the range, so both may be asked at once."""
    headers = {}
    if kept is not None and kept.etag:
        headers["If-None-Match"] = kept.etag
    elif kept is not None and kept.last_modified:
        headers["If-Modified-Since"] = kept.last_modified
    if begun is not None:
        headers["Range"] = f"bytes={begun.count}-"
        headers["If-Range"] = begun.note.same_bytes
    return headers


def _length(answer: httpx.Response) -> int:
    """Of the file itself; what comes packed is longer than it says."""
    if _encoding(answer):
        return 0
    declared = answer.headers.get("content-length", "")
    return int(declared) if declared.isdecimal() else 0


def _encoding(answer: httpx.Response) -> str:
    encoding = answer.headers.get("content-encoding", "").strip().lower()
    return "" if encoding == "identity" else encoding


def _continues(answer: httpx.Response, begun: Begun) -> bool:
    """Some servers answer with a range of whatever the file is by now."""
    found = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    if found is None or _encoding(answer) or int(found[1]) != begun.count:
        return False
    now = Note.of(begun.note.url, answer.headers, 0)
    return (
        (not begun.note.total or found[3] == str(begun.note.total))
        and now.etag in {"", begun.note.etag}
        and now.last_modified in {"", begun.note.last_modified}
    )


def _receive(
    answer: httpx.Response,
    stream: BinaryIO,
    start: int,
    total: int,
    policy: Policy,
    progress: Progress,
) -> None:
    count = start
    progress(count, total or None)
    for piece in _unpack(answer, policy):
        count += len(piece)
        if count > policy.max_bytes:
            raise too_large(str(answer.url), policy.max_bytes)
        stream.write(piece)
        progress(count, total or None)
    stream.flush()
    if total and count != total:
        raise broken_off(answer.url.host)


def _unpack(answer: httpx.Response, policy: Policy) -> Iterator[bytes]:
    """We ask for plain bytes; who packs them all the same is unpacked piece by piece.

    A kilobyte may become a megabyte, so that no more is unpacked at once than one piece.
    """
    encoding = _encoding(answer)
    if not encoding:
        yield from answer.iter_raw()
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise ServerFehler(
            f"{show(answer.url.host)} schickt die Datei in einer Verpackung, die nicht verlangt"
            f" wurde ({show(encoding)}). {NOTHING_CHANGED} Bitte später erneut versuchen."
        )
    packed = 0
    unpacker = zlib.decompressobj(wbits=_GZIP_OR_ZLIB)
    try:
        for received in answer.iter_raw():
            raw = received
            packed += len(raw)
            if packed > policy.max_bytes:
                raise too_large(str(answer.url), policy.max_bytes)
            while raw:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(wbits=_GZIP_OR_ZLIB)
                yield unpacker.decompress(raw, _PIECE)
                raw = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    except zlib.error as error:
        raise broken_off(answer.url.host) from error
    if not unpacker.eof:
        raise broken_off(answer.url.host)


def _refuse_larger(url: str, total: int, policy: Policy) -> None:
    if total > policy.max_bytes:
        raise too_large(url, policy.max_bytes)


def _refuse_page(shelf: Shelf, answer: httpx.Response) -> None:
    with shelf.part.open("rb") as stream:
        found = recognise(stream).format
    fault = _judge(found, answer)
    if fault is not None:
        shelf.drop_part()
        raise fault


def _judge(found: Format, answer: httpx.Response) -> KeineDatei | None:
    said = answer.headers.get("content-type", "").strip().lower()
    if found is Format.EMPTY:
        return KeineDatei(
            f"„{show(str(answer.url))}“ liefert eine leere Datei. {NOTHING_CHANGED} Bitte später"
            " erneut versuchen."
        )
    # XHTML without a doctype looks like any XML; the server calls it by its name.
    page = said.startswith(("text/html", "application/xhtml"))
    if found is Format.HTML or (page and found in {Format.XML, Format.UNKNOWN}):
        return KeineDatei(
            f"Statt der Datei kam von „{show(str(answer.url))}“ eine Internetseite, vielleicht"
            f" eine Anmeldung ins Netz oder eine Fehlermeldung. {NOTHING_CHANGED} Bitte die"
            " Adresse in einem Browser öffnen und nachsehen."
        )
    return None


# Tries ------------------------------------------------------------------------------------------


def _patiently(
    attempt: Callable[[], T],
    policy: Policy,
    deadline: Deadline,
    wait: Wait,
    jitter: Callable[[], float],
) -> T:
    """Twice as long each time, and never all portals at the same moment.

    Who asks for more time than we may take is left alone: to come back early would be rude, and
    to wait for an hour would look as if we hung.
    """
    pause = policy.first_wait
    for number in range(1, policy.tries + 1):
        try:
            return attempt()
        except NichtAbrufbar as error:
            told = error.pause
            seconds = pause * (1 + jitter()) / 2 if told is None else told
            patience = min(policy.longest_wait, deadline.remaining())
            if not error.again or number == policy.tries or seconds > patience:
                if number == 1:
                    raise
                raise error.after(number) from error
        if seconds:
            wait(seconds)
        pause = min(2 * pause, policy.longest_wait)
    raise AssertionError("A policy has at least one try.")


def _say_status(answer: httpx.Response) -> ServerFehler:
    address, status = show(str(answer.url)), answer.status_code
    if status in {404, 410}:
        return NichtGefunden(
            f"„{address}“ gibt es nicht (Status {status}). {NOTHING_CHANGED} Vielleicht hat der"
            " Herausgeber die Datei verschoben; bitte die Adresse der Quelle prüfen.",
            status=status,
        )
    if status not in _BUSY:
        return ServerFehler(
            f"„{address}“ antwortet mit dem Status {status}. {NOTHING_CHANGED} Bitte die Adresse"
            " der Quelle prüfen.",
            status=status,
        )
    pause = _seconds_to_wait(answer)
    asked = "" if pause is None else f" und bittet um {ceil(pause)} Sekunden Geduld"
    return ServerFehler(
        f"„{address}“ antwortet mit dem Status {status}{asked}. {NOTHING_CHANGED} Bitte später"
        " erneut versuchen.",
        again=True,
        pause=pause,
        status=status,
    )


def _seconds_to_wait(answer: httpx.Response) -> float | None:
    """Retry-After is a number of seconds or a moment."""
    text = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


# Answers of an API ------------------------------------------------------------------------------


def open_api(
    base: str,
    policy: Policy,
    *,
    wait: Wait = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> Fetch:
    """Asks `base` plus a path. A busy server is the walker's affair, a broken line is ours."""
    check_url(base, policy)

    def fetch(path: str, query: Mapping[str, str]) -> Answer:
        url = f"{base.rstrip('/')}/{path.lstrip('/')}"
        address = f"{url}?{urlencode(query)}" if query else url
        deadline = Deadline(policy.total_seconds)
        return _patiently(
            lambda: _ask_once(address, policy, deadline), policy, deadline, wait, jitter
        )

    return fetch


def _ask_once(url: str, policy: Policy, deadline: Deadline) -> Answer:
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
    with open_answer(url, headers, policy, deadline) as answer:
        if answer.status_code != 200:
            pause = _seconds_to_wait(answer)
            return Answer(answer.status_code, b"", "" if pause is None else str(ceil(pause)))
        _refuse_larger(url, _length(answer), policy)
        content = bytearray()
        for piece in _unpack(answer, policy):
            content += piece
            if len(content) > policy.max_bytes:
                raise too_large(url, policy.max_bytes)
        fault = _judge(recognise_head(bytes(content[:_PIECE])).format, answer)
        if fault is not None:
            raise fault
        return Answer(200, bytes(content))
