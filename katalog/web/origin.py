"""From where somebody asks, in a form that tells two places apart and names neither."""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address, ip_network

# A provider gives a household a whole network, in which each machine takes as many as it likes.
_IPV6_NETWORK = 64


def place_of(client: str, key: str) -> str:
    """There are few enough addresses to hash them all, so that this takes a key."""
    return hmac.new(key.encode(), _network(client).encode(), hashlib.sha256).hexdigest()


def _network(client: str) -> str:
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, _IPV6_NETWORK), strict=False))
    return str(address)
