"""Files that a form sends: taken out of the request, and carried from one page to the next.

A file is stored nowhere. Between being shown and being taken over it travels in the form itself,
packed; whoever sends it anew may as well have uploaded another one, so it needs no signature.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from katalog.domain.errors import UngueltigeEingabe
from katalog.web.address import Address, printable

_KIND = "multipart/form-data"
_LONGEST_NAME = 100
_UNREADABLE = "Das Formular ließ sich nicht lesen. Öffnen Sie die Seite noch einmal."


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """What came; nothing of it if it could not be taken asunder."""

    texts: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, Upload], ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Files:
    """What came in a form, in the shape in which its texts are asked for."""

    pairs: tuple[tuple[str, Upload], ...] = ()

    def all(self, name: str) -> tuple[Upload, ...]:
        """Without the empty one that a browser sends where nothing was chosen."""
        return tuple(upload for key, upload in self.pairs if key == name and upload.name)

    def get(self, name: str) -> Upload | None:
        return next(iter(self.all(name)), None)


def is_multipart(kind: str) -> bool:
    return kind.partition(";")[0].strip().lower() == _KIND


async def receive_parts(request: Request[Any, Any, Any]) -> Parts:
    try:
        form = await request.form()
    except HTTPException as error:
        # What is too large says so itself.
        if error.status_code != 400:
            raise
        return Parts(complete=False)
    # A text that is no UTF-8, in a form that the portal did not make.
    except ValueError:
        return Parts(complete=False)
    texts, files = [], []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append((name, Upload(_plain_name(value.filename), await value.read())))
        else:
            texts.append((name, str(value)))
    return Parts(tuple(texts), tuple(files))


def read_parts(parts: Parts) -> tuple[Address, Files]:
    if not parts.complete:
        raise UngueltigeEingabe("Formular", "", _UNREADABLE)
    fields = tuple((printable(name), printable(text)) for name, text in parts.texts)
    return Address("", fields), Files(parts.files)


def pack(upload: Upload) -> str:
    return base64.urlsafe_b64encode(zlib.compress(upload.data)).decode()


def unpack(name: str, packed: str, most: int) -> Upload:
    """No more than `most` bytes, whatever it claims to hold."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(base64.urlsafe_b64decode(packed), most + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise UngueltigeEingabe("Formular", "", _UNREADABLE) from error
    if not unpacking.eof or len(data) > most:
        raise UngueltigeEingabe("Formular", "", _UNREADABLE)
    return Upload(_plain_name(name), data)


def _plain_name(name: str) -> str:
    """Some programs send the whole path."""
    return printable(name.replace("\\", "/").rsplit("/", 1)[-1])[-_LONGEST_NAME:]
