"""The provider of a sign-in: what it says of itself, where it sends people, what it vouches for."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from katalog.domain.errors import NichtErlaubt, NichtVerfuegbar
from katalog.oidc import Ausweis, Vorhaben

# Only what a provider signs with a key it keeps to itself.
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_TIMEOUT = 10.0
_MOST_BYTES = 1 << 20
_GOOD_FOR = 3600.0
_JUST_ASKED = 60.0
_CLOCKS_DIFFER = 60
_AWAY = (
    "Der Anmeldedienst Ihrer Verwaltung antwortet gerade nicht. Melden Sie sich mit einer Mail an, "
    "oder versuchen Sie es später noch einmal."
)
_REFUSED = (
    "Die Anmeldung mit dem Anmeldedienst hat nicht geklappt. Beginnen Sie noch einmal unter "
    "/anmelden, im selben Browser und ohne lange zu warten."
)


@dataclass(slots=True)
class Provider:
    """One provider; what it says of itself is asked for once an hour."""

    aussteller: str
    klient: str
    geheimnis: str = field(repr=False)
    _known: tuple[float, dict[str, Any], KeySet] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def address(self, vorhaben: Vorhaben, back: str) -> str:
        """Where the browser goes to sign in."""
        asked = {
            "response_type": "code",
            "client_id": self.klient,
            "redirect_uri": back,
            "scope": "openid email profile",
            "state": vorhaben.state,
            "nonce": vorhaben.nonce,
            "code_challenge": vorhaben.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._endpoint(self._metadata()[0], "authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def redeem(self, vorhaben: Vorhaben, code: str, back: str) -> Ausweis:
        metadata, keys = self._metadata()
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": vorhaben.verifier,
        }
        endpoint = self._endpoint(metadata, "token_endpoint")
        if self.geheimnis:
            # RFC 6749, section 2.3.1: both are encoded before they are joined by a colon.
            both = (quote(self.klient, safe=""), quote(self.geheimnis, safe=""))
            answer = _fetch("POST", endpoint, data=asked, auth=both)
        else:
            answer = _fetch("POST", endpoint, data=asked | {"client_id": self.klient})
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NichtErlaubt(_REFUSED)
        check = partial(
            read_token, issuer=self.aussteller, client=self.klient, nonce=vorhaben.nonce
        )
        try:
            return check(token, keys)
        except NichtErlaubt:
            # Providers change their keys; what is known may be older than the one it signed with.
            if not self._forget_old():
                raise
            return check(token, self._metadata()[1])

    def _forget_old(self) -> bool:
        with self._lock:
            old = self._known is not None and time.monotonic() - self._known[0] > _JUST_ASKED
            if old:
                self._known = None
            return old

    def _metadata(self) -> tuple[dict[str, Any], KeySet]:
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > _GOOD_FOR:
                root = self.aussteller.rstrip("/")
                metadata = _fetch("GET", f"{root}/.well-known/openid-configuration")
                if metadata.get("issuer") != self.aussteller:
                    raise NichtVerfuegbar(_AWAY)
                found = _fetch("GET", self._endpoint(metadata, "jwks_uri"))
                try:
                    keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError) as error:
                    raise NichtVerfuegbar(_AWAY) from error
                self._known = (time.monotonic(), metadata, keys)
            return self._known[1:]

    def _endpoint(self, metadata: dict[str, Any], name: str) -> str:
        """A provider under https may not send secrets elsewhere in the clear."""
        url = str(metadata.get(name, ""))
        if urlsplit(url).scheme not in {"https", urlsplit(self.aussteller).scheme}:
            raise NichtVerfuegbar(_AWAY)
        return url


def read_token(token: str, keys: KeySet, issuer: str, client: str, nonce: str) -> Ausweis:
    """Signed by the provider, for us, just now, for this very question (OpenID Connect 3.1.3.7)."""
    try:
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=_CLOCKS_DIFFER,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NichtErlaubt(_REFUSED) from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client:
        raise NichtErlaubt(_REFUSED)
    return Ausweis(
        # Subjects are unique with one provider only.
        subjekt=hashlib.sha256(f"{issuer}\n{claims['sub']}".encode()).hexdigest(),
        email=str(claims.get("email", "")),
        email_bestaetigt=claims.get("email_verified") is True,
        name=str(claims.get("name", ""))[:200],
    )


def _fetch(method: str, url: str, **options: Any) -> dict[str, Any]:
    """An object from a host the operator named; within limits, and never by way of another."""
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False) as client,
            client.stream(method, url, **options) as response,
        ):
            body = b""
            for part in response.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise NichtVerfuegbar(_AWAY)
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise NichtErlaubt(_REFUSED)
        response.raise_for_status()
        found = httpx.Response(200, content=body).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NichtVerfuegbar(_AWAY) from error
    if not isinstance(found, dict):
        raise NichtVerfuegbar(_AWAY)
    return found
