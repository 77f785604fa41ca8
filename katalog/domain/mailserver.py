"""The mail server as one setting names it: `smtp://name:kennwort@host:587?starttls=1`."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS = {"smtp": 25, "smtps": 465}
_FORM = "ein Mailserver wird so angegeben: smtp://name:kennwort@host:587?starttls=1"
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
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


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
