"""Of what opens a door, such as the secret in a link, only this is stored."""

from __future__ import annotations

import hashlib


def hash_of(secret: str) -> str:
    """Secrets are long and random, so that a plain hash cannot be turned round."""
    return hashlib.sha256(secret.encode()).hexdigest()
