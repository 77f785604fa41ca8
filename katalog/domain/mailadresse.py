"""What counts as an address to write to: one, plain, without a name or anything around it.

Narrower than RFC 5322 on purpose. Quoted local parts and comments exist in tests only, and what is
refused here can neither become a second recipient nor a header of its own.
"""

from __future__ import annotations

import re

LONGEST_ADDRESS = 254
_LONGEST_LOCAL_PART = 64
_ADDRESS = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?P<domain>localhost|([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
)


def is_mailadresse(text: str) -> bool:
    found = _ADDRESS.fullmatch(text)
    return (
        found is not None
        and len(text) <= LONGEST_ADDRESS
        and len(found["local"]) <= _LONGEST_LOCAL_PART
    )


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


# Whoever likes has an address there: it says nothing about whom somebody writes for.
_ANYBODYS = frozenset(
    {
        "aol.com", "arcor.de", "freenet.de", "gmail.com", "gmx.de", "gmx.net", "googlemail.com",
        "hotmail.com", "hotmail.de", "icloud.com", "live.de", "mail.de", "mailbox.org",
        "outlook.com", "outlook.de", "posteo.de", "t-online.de", "web.de", "yahoo.com", "yahoo.de",
    }
)  # fmt: skip


def names_a_body(address: str) -> bool:
    """Whether the domain is that of an organisation and not of a provider of mailboxes."""
    return is_mailadresse(address) and domain_of(address) not in _ANYBODYS
