"""The two ways out: a mail server, or files in a folder where there is none.

What a server says decides what happens next: `Refused` is final for this mail, `Deferred` means
later, and `Unreachable` that nothing can be sent just now, whatever it is.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from pathlib import Path
from typing import Protocol

from katalog.domain.mailserver import Mailserver

_TIMEOUT = 30.0
_PERMANENT = 500


class Refused(Exception):
    """The server will never take this mail."""


class Deferred(Exception):
    """The server does not take this mail now."""


class Unreachable(Exception):
    """There is no talking to the server: the mail is not to blame."""


class Transport(Protocol):
    def send(self, message_id: str, sender: str, recipient: str, message: bytes) -> None: ...

    def close(self) -> None:
        """When there is nothing to send for now."""


class FolderTransport:
    """One `.eml` file per mail, for machines without a mail server; any mail program opens it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message_id: str, sender: str, recipient: str, message: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / file_name(message_id)
            unfinished = path.with_suffix(".neu")
            # Links to sign in lie there; they are for whoever runs this machine only.
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(message)
            unfinished.replace(path)
        except OSError as error:
            raise Unreachable(f"{self._folder}: {error.strerror}") from error

    def close(self) -> None:
        pass


def file_name(message_id: str) -> str:
    """Of the Message-ID, so that a second sending replaces the first."""
    return re.sub(r"[^0-9A-Za-z-]", "", message_id.partition("@")[0]) + ".eml"


class SmtpTransport:
    """Keeps one connection as long as there is something to send."""

    def __init__(self, server: Mailserver, timeout: float = _TIMEOUT) -> None:
        self._server = server
        self._timeout = timeout
        self._open: smtplib.SMTP | None = None

    def send(self, message_id: str, sender: str, recipient: str, message: bytes) -> None:
        connection = self._connection()
        try:
            connection.sendmail(sender, [recipient], message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _answer(code, text) from error
        except smtplib.SMTPDataError as error:
            raise _answer(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPSenderRefused as error:
            # A setting of the portal is wrong, and so it would be for every mail.
            self.close()
            raise Unreachable(_say(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(_describe(error)) from error

    def close(self) -> None:
        connection, self._open = self._open, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()

    def check(self) -> None:
        """Greets the server and signs in, without sending anything."""
        self._connection()
        self.close()

    def _connection(self) -> smtplib.SMTP:
        if self._open is not None and _still_there(self._open):
            return self._open
        self._open = None
        try:
            self._open = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_describe(error)) from error
        return self._open

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if server.tls:
            connection = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            if server.starttls:
                connection.starttls(context=context)
            if server.name:
                connection.login(server.name, server.kennwort)
        except BaseException:
            connection.close()
            raise
        return connection


def _still_there(connection: smtplib.SMTP) -> bool:
    """Servers hang up after some mails or some time; that is no failure of the next mail."""
    try:
        return connection.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _answer(code: int, text: bytes | str) -> Exception:
    return (Refused if code >= _PERMANENT else Deferred)(_say(code, text))


def _say(code: int, text: bytes | str) -> str:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(plain.split())}"


def _describe(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _say(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__
