"""Files of a case: let in by what they are, kept with their hash, and never twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from importers.dateiart import recognise
from importers.mail import file_name
from importers.records import Unlesbar
from katalog.db import Session
from katalog.domain.errors import (
    FalscherZustand,
    NichtErlaubt,
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
)
from katalog.queries import faelle_schreiben
from katalog.workflow.handeln import find_case, rollen_in
from katalog.workflow.vollzug import LARGEST_ATTACHMENT, note, store
from katalog.workflow.werte import Akteur, Anhang

MOST_DOCUMENTS = 200


def add_document(
    session: Session, akteur: Akteur, case_id: int, anhang: Anhang, pruefpunkt_id: int | None = None
) -> int:
    """For both sides of the case; with a number it proves that item of the checklist."""
    vorgang = find_case(session, akteur, case_id, lock=True)
    if not rollen_in(akteur, vorgang):
        raise NichtErlaubt("Sie können diesen Vorgang lesen, aber nichts an ihm ändern.")
    document = check(anhang)
    if faelle_schreiben.count_documents(session, vorgang.id) >= MOST_DOCUMENTS:
        raise FalscherZustand(
            f"Der Vorgang hat schon {MOST_DOCUMENTS} Dokumente. Fassen Sie mehrere zusammen."
        )
    same = faelle_schreiben.find_in_case(session, vorgang.id, document.hash)
    if same is not None and pruefpunkt_id is None:
        raise SchonVorhanden(
            f"Diese Datei liegt schon am Vorgang, als „{same.name}“. Sie müssen nichts weiter tun."
        )
    number = same.id if same is not None else store(session, akteur, vorgang.id, document)
    assert number is not None
    if pruefpunkt_id is not None and not faelle_schreiben.prove_item(
        session, vorgang.id, pruefpunkt_id, number
    ):
        raise NichtGefunden("Der Prüfpunkt", str(pruefpunkt_id), "Laden Sie den Vorgang neu.")
    note(session, akteur, "dokument_abgelegt", vorgang, dokument=number, pruefpunkt=pruefpunkt_id)
    return number


def check(anhang: Anhang) -> Anhang:
    """Its name gets the ending that its content has: nobody opens it as something else."""
    if not anhang.inhalt or len(anhang.inhalt) > LARGEST_ATTACHMENT:
        raise UngueltigeEingabe(
            "datei",
            anhang.name,
            "Die Datei ist leer oder größer als "
            f"{LARGEST_ATTACHMENT // 1024 // 1024} MB. Verkleinern oder teilen Sie sie.",
        )
    try:
        art = recognise(anhang.inhalt)
    except Unlesbar as error:
        raise UngueltigeEingabe("datei", anhang.name, str(error)) from error
    stem, _, ending = file_name(anhang.name).rpartition(".")
    name = f"{stem or ending or 'Dokument'}.{art.endung}"
    return replace(anhang, name=name, medientyp=art.medientyp)


def sift(parts: Iterable[Anhang]) -> tuple[list[Anhang], list[str]]:
    """What a mail brought along, as far as it may be kept; and the names of the rest."""
    kept: dict[str, Anhang] = {}
    left: list[str] = []
    for part in parts:
        try:
            document = check(part)
        except UngueltigeEingabe:
            left.append(part.name)
        else:
            kept.setdefault(document.hash, document)
    return list(kept.values()), left
