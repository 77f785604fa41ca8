"""The mail server and the mailbox as one setting each names them:
`smtp://name:kennwort@host:587?starttls=1`, `imaps://name:kennwort@host/INBOX?erledigt=Ordner`."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS = {"smtp": 25, "smtps": 465}
_FORM = "ein Mailserver wird so angegeben: smtp://name:kennwort@host:587?starttls=1"
_MAILBOX_PORTS = {"imap": 143, "imaps": 993}
_MAILBOX_FORM = "ein Postfach wird so angegeben: imaps://name:kennwort@host/INBOX?erledigt=Ordner"
_TRUTH = {"1": True, "ja": True, "true": True, "0": False, "nein": False, "false": False}


@dataclass(frozen=True, slots=True)
class Mailserver:
    """`tls`: encrypted from the first byte (smtps); `starttls`: after the greeting."""

    host: str
    port: int
    tls: bool = False
    starttls: bool = False
    name: str = ""
    # Never in a log or an error's text.
    kennwort: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        return _is_local(self.host)


@dataclass(frozen=True, slots=True)
class Postfachadresse:
    """`erledigt`: the folder for what was fetched; `stelle`: the key of the body it belongs to."""

    host: str
    port: int
    tls: bool
    starttls: bool
    name: str
    ordner: str = "INBOX"
    erledigt: str = ""
    stelle: str = ""
    # Never in a log or an error's text.
    kennwort: str = field(default="", repr=False)


def parse_mailserver(text: str) -> Mailserver:
    """`ValueError` says in German what is wrong, without repeating the password."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ValueError(_FORM) from None
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    starttls = options.pop("starttls", "0").lower()
    if url.scheme not in _PORTS or not url.hostname or url.path.strip("/") or url.fragment:
        raise ValueError(_FORM)
    if options or starttls not in _TRUTH:
        raise ValueError("hinter dem Fragezeichen steht nur starttls=1 oder starttls=0")
    tls = url.scheme == "smtps"
    if tls and _TRUTH[starttls]:
        raise ValueError("smtps:// verschlüsselt von Anfang an; starttls=1 gehört zu smtp://")
    return Mailserver(
        host=url.hostname,
        port=port or _PORTS[url.scheme],
        tls=tls,
        starttls=_TRUTH[starttls],
        name=unquote(url.username or ""),
        kennwort=unquote(url.password or ""),
    )


def parse_postfach(text: str) -> Postfachadresse:
    """`ValueError` as above. Without encryption nothing leaves this machine."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ValueError(_MAILBOX_FORM) from None
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    starttls = options.pop("starttls", "0").lower()
    done, body = options.pop("erledigt", ""), options.pop("stelle", "")
    folder, name = unquote(url.path.strip("/")) or "INBOX", unquote(url.username or "")
    kennwort = unquote(url.password or "")
    if url.scheme not in _MAILBOX_PORTS or not url.hostname or not name or url.fragment:
        raise ValueError(_MAILBOX_FORM)
    if options or starttls not in _TRUTH:
        raise ValueError("hinter dem Fragezeichen stehen nur starttls, erledigt und stelle")
    if not all(part.isprintable() for part in (folder, done, name, kennwort)):
        raise ValueError("Name, Kennwort und Ordner enthalten ein Zeichen, das dort nicht geht")
    tls = url.scheme == "imaps"
    if tls and _TRUTH[starttls]:
        raise ValueError("imaps:// verschlüsselt von Anfang an; starttls=1 gehört zu imap://")
    if not (tls or _TRUTH[starttls] or _is_local(url.hostname)):
        raise ValueError(
            "ohne Verschlüsselung nur auf dieser Maschine: imaps://… oder imap://…?starttls=1"
        )
    return Postfachadresse(
        host=url.hostname,
        port=port or _MAILBOX_PORTS[url.scheme],
        tls=tls,
        starttls=_TRUTH[starttls],
        name=name,
        ordner=folder,
        erledigt=done,
        stelle=body,
        kennwort=kennwort,
    )


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
