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
