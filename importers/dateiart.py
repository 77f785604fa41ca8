"""What a file really is that somebody files to a case: by its content, never by its name.

Only what an office keeps as a proof is let in: nothing that runs, and nothing whose kind could be
taken for another. Packed documents are looked into by their directory; nothing is unpacked.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from importers.mail import read_mail
from importers.records import Unlesbar

ERLAUBT = "PDF, PNG, JPEG, ODT, DOCX, XLSX und Mails (EML, MSG)"
ENDUNGEN = ".pdf,.png,.jpg,.jpeg,.odt,.docx,.xlsx,.eml,.msg"
_BEGINNINGS = (
    (b"%PDF-", "pdf", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.text"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PACKED = (
    ("word/document.xml", "docx", f"{_OFFICE}wordprocessingml.document"),
    ("xl/workbook.xml", "xlsx", f"{_OFFICE}spreadsheetml.sheet"),
)
_MACROS = ("vbaproject.bin", "/basic/", "/scripts/")
_MOST_MEMBERS = 5_000
_MOST_UNPACKED = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Dateiart:
    endung: str
    medientyp: str


def recognise(data: bytes) -> Dateiart:
    """`Unlesbar` says what may be filed instead."""
    for beginning, ending, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return Dateiart(ending, kind)
    if data.startswith(b"PK\x03\x04"):
        return _look_into(data)
    try:
        mail = read_mail(data)
    except Unlesbar as error:
        raise _refused() from error
    # A few words with a colon are no mail yet, whatever they were meant as.
    if not (mail.von or mail.message_id):
        raise _refused()
    kinds = {"eml": "message/rfc822", "msg": "application/vnd.ms-outlook"}
    return Dateiart(mail.endung, kinds[mail.endung])


def _look_into(data: bytes) -> Dateiart:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            names = {f"/{member.filename.lower()}" for member in members}
            size = sum(member.file_size for member in members)
            first = members[0] if members else None
            if first is not None and first.filename == "mimetype" and first.file_size < 200:
                open_document = packed.read(first).strip() == _OPEN_DOCUMENT
            else:
                open_document = False
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise Unlesbar("Die Datei ist beschädigt. Speichern Sie sie noch einmal.") from error
    if len(members) > _MOST_MEMBERS or size > _MOST_UNPACKED:
        raise Unlesbar("Die Datei enthält ausgepackt zu viel. Speichern Sie sie als PDF.")
    if any(sign in name for name in names for sign in _MACROS):
        raise Unlesbar("Die Datei enthält Makros. Speichern Sie sie ohne Makros oder als PDF.")
    if open_document:
        return Dateiart("odt", _OPEN_DOCUMENT.decode())
    for member, ending, kind in _PACKED:
        if f"/{member}" in names:
            return Dateiart(ending, kind)
    raise _refused()


def _refused() -> Unlesbar:
    return Unlesbar(f"Diese Art von Datei wird hier nicht abgelegt. Möglich sind {ERLAUBT}.")
