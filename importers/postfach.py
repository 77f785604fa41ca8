"""A mailbox on an IMAP server (RFC 3501): what nobody has fetched yet, one mail after the other.

A mail is marked only after whoever took it has said so. Whatever breaks before leaves it to be
fetched again; that the same mail is not kept twice is the taker's business.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from importers.mail import LARGEST_MAIL

_TIMEOUT = 30.0
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
# Somebody else has taken it away in the meantime.
_GONE = b"\0"


class Unerreichbar(Exception):
    """There is no talking to the mailbox just now, or not like this."""


@dataclass(frozen=True, slots=True)
class Zugang:
    """`erledigt` is the folder that fetched mails are moved to; empty: they are marked as seen."""

    host: str
    port: int
    name: str
    kennwort: str
    ordner: str = "INBOX"
    erledigt: str = ""
    tls: bool = True
    starttls: bool = False


@dataclass(frozen=True, slots=True)
class Fund:
    """`inhalt` is None if the mail is too large to be fetched. `kennung` tells it from every other
    of this mailbox, also the next time."""

    uid: str
    kennung: str
    inhalt: bytes | None


class Postfach:
    def __init__(self, connection: imaplib.IMAP4, zugang: Zugang) -> None:
        self._connection = connection
        self._zugang = zugang

    def fetch_new(self) -> Iterator[Fund]:
        with _broken():
            self._ask(self._connection.select(_quoted(self._zugang.ordner)))
            said = self._connection.response("UIDVALIDITY")[1]
            era = (said[0] or b"0").decode("ascii", "replace") if said else "0"
            answer = self._ask(self._connection.uid("SEARCH", "UNSEEN", "UNDELETED"))
        uids = answer[0].decode("ascii", "replace").split() if answer and answer[0] else []
        for uid in uids:
            with _broken():
                content = self._fetch(uid)
            if content != _GONE:
                yield Fund(uid, f"{self._zugang.ordner}-{era}-{uid}", content or None)

    def count_new(self) -> int:
        """Without fetching or marking anything; the folder for what is done has to be there too."""
        with _broken():
            self._ask(self._connection.select(_quoted(self._zugang.ordner), readonly=True))
            answer = self._ask(self._connection.uid("SEARCH", "UNSEEN", "UNDELETED"))
            if self._zugang.erledigt:
                self._ask(self._connection.status(_quoted(self._zugang.erledigt), "(MESSAGES)"))
        return len(answer[0].split()) if answer and answer[0] else 0

    def mark_done(self, fund: Fund) -> None:
        """Seen first: if moving fails, it is not fetched again all the same."""
        with _broken():
            self._ask(self._connection.uid("STORE", fund.uid, "+FLAGS.SILENT", r"(\Seen)"))
            if not self._zugang.erledigt:
                return
            folder = _quoted(self._zugang.erledigt)
            if b"MOVE" in _flat(self._ask(self._connection.capability())).upper().split():
                self._ask(self._connection.uid("MOVE", fund.uid, folder))
                return
            self._ask(self._connection.uid("COPY", fund.uid, folder))
            self._ask(self._connection.uid("STORE", fund.uid, "+FLAGS.SILENT", r"(\Deleted)"))

    def _fetch(self, uid: str) -> bytes:
        """Empty if it is too large. Looking at it does not mark it."""
        size = _SIZE.search(_flat(self._ask(self._connection.uid("FETCH", uid, "(RFC822.SIZE)"))))
        if size is None:
            return _GONE
        if int(size[1]) > LARGEST_MAIL:
            return b""
        answer = self._ask(self._connection.uid("FETCH", uid, "(BODY.PEEK[])"))
        return next((part[1] for part in answer if isinstance(part, tuple)), _GONE)

    def _ask(self, answer: tuple[str, list[Any]]) -> list[Any]:
        kind, data = answer
        if kind != "OK":
            raise Unerreichbar(_say(data))
        return data


@contextmanager
def open_mailbox(zugang: Zugang, timeout: float = _TIMEOUT) -> Iterator[Postfach]:
    with _broken():
        connection = _connect(zugang, timeout)
    try:
        yield Postfach(connection, zugang)
    finally:
        try:
            connection.logout()
        except (imaplib.IMAP4.error, OSError):
            # A line that is cut has to be let go of all the same.
            with suppress(OSError):
                connection.shutdown()


def _connect(zugang: Zugang, timeout: float) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    connection: imaplib.IMAP4
    if zugang.tls:
        connection = imaplib.IMAP4_SSL(
            zugang.host, zugang.port, ssl_context=context, timeout=timeout
        )
    else:
        connection = imaplib.IMAP4(zugang.host, zugang.port, timeout=timeout)
    try:
        if zugang.starttls:
            connection.starttls(ssl_context=context)
        # The library quotes the password, and not the name.
        connection.login(_quoted(zugang.name), zugang.kennwort)
    except BaseException:
        connection.shutdown()
        raise
    return connection


@contextmanager
def _broken() -> Iterator[None]:
    """What the library says of a server that is away, refuses, or talks nonsense."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise Unerreichbar(_say([str(error)])) from error


def _quoted(text: str) -> str:
    """A quoted string of the protocol; names of folders with umlauts as they are there (UTF-7)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _flat(answer: list[Any]) -> bytes:
    parts = (part if isinstance(part, bytes) else b"" for part in answer)
    return b" ".join(parts)


def _say(data: list[Any]) -> str:
    texts = (
        part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in data
    )
    return " ".join(" ".join(texts).split())[:300] or "keine Antwort"
