"""Static files, read once at start and served from memory under a name that holds their hash.

The own stylesheet is written in parts (static/css) and put together here, so that nobody needs
a build step to change it; what npm packages provide lies in static/vendor (see hatch_build.py).
One version for all of them keeps relative addresses inside the stylesheets working.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli

STATIC = Path(__file__).parent / "static"
# What letters are set in.
PRINT_FONTS = STATIC / "vendor" / "druck"

_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain",
    ".json": "application/json",
}
_COMPRESSED = {".css", ".js", ".svg", ".txt", ".json"}


@dataclass(frozen=True, slots=True)
class Asset:
    media_type: str
    plain: bytes
    gzip: bytes | None
    brotli: bytes | None


@dataclass(frozen=True, slots=True)
class Assets:
    version: str
    files: dict[str, Asset]

    def url(self, name: str) -> str:
        if name not in self.files:
            raise KeyError(f"Die Datei {name} fehlt unter {STATIC}.")
        return f"/static/{self.version}/{name}"


@cache
def read_assets(root: Path = STATIC) -> Assets:
    """Read and packed once in the life of a process."""
    contents = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.suffix in _MEDIA_TYPES and "css" not in path.relative_to(root).parts[:1]
    }
    contents["app.css"] = b"".join(
        part.read_bytes() for part in sorted((root / "css").glob("*.css"))
    )
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(name.encode() + b"\0" + content)
    files = {name: _asset(Path(name).suffix, content) for name, content in contents.items()}
    return Assets(version=digest.hexdigest()[:16], files=files)


def _asset(suffix: str, content: bytes) -> Asset:
    small = suffix in _COMPRESSED and len(content) > 512
    return Asset(
        media_type=_MEDIA_TYPES[suffix],
        plain=content,
        gzip=gzip.compress(content, 6, mtime=0) if small else None,
        brotli=brotli.compress(content, quality=6) if small else None,
    )
