"""Signing in with the account of one's own office: OpenID Connect, authorisation code with PKCE.

Between the two halves of a sign-in the browser keeps one secret in a cookie, and nothing is stored
here: state, nonce and code verifier are made of that secret. So an answer counts only in the
browser that asked, for the question that it asked, once.

What talks to the provider is in `provider`, which only portals load that have one.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ausweis:
    """What the provider vouches for."""

    subjekt: str
    email: str
    email_bestaetigt: bool
    name: str


@dataclass(frozen=True, slots=True)
class Vorhaben:
    """One sign-in under way, all of it derived from the secret in the cookie."""

    secret: str

    def _derive(self, purpose: str) -> str:
        digest = hashlib.sha256(f"{purpose}:{self.secret}".encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    @property
    def state(self) -> str:
        return self._derive("state")

    @property
    def nonce(self) -> str:
        return self._derive("nonce")

    @property
    def verifier(self) -> str:
        return self._derive("verifier")

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def answers(self, state: str) -> bool:
        return bool(self.secret) and secrets.compare_digest(self.state.encode(), state.encode())


def begin() -> Vorhaben:
    return Vorhaben(secrets.token_urlsafe(32))
