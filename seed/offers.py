"""Offerings and demo statements: what lies in `angebote` and `demo`, both in one layout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importers import records
from seed.files import DATA, csv_rows, day, toml

FACTS = DATA / "angebote"
DEMO = DATA / "demo"


def read_offers(folder: Path) -> Iterator[records.Record]:
    """Every file is optional, so that one reader serves both folders."""
    yield from _bodies(folder)
    for path in sorted((folder / "onlinedienste").glob("*.toml")):
        yield _onlinedienst(toml(path))
    for path in sorted((folder / "landesangebote").rglob("*.toml")):
        yield _landesangebot(toml(path))
    for path in sorted((folder / "bedingungen").glob("*.toml")):
        yield _bedingungen(toml(path))
    if (folder / "pruefpunkte.toml").exists():
        yield records.PruefpunktlisteRecord(_pruefpunkte(toml(folder / "pruefpunkte.toml")))
    for name, build in (("einsaetze.csv", _einsatz), ("fallzahlen.csv", _fallzahl)):
        if (folder / name).exists():
            yield from (build(row) for row in csv_rows(folder / name))
    yield from _council(folder)


def _entries(path: Path, name: str) -> list[dict[str, Any]]:
    return list(toml(path)[name]) if path.exists() else []


def _take(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    """The named fields that the file has; the record's defaults stand for the others."""
    values = {name: entry[name] for name in names if name in entry}
    return {n: tuple(v) if isinstance(v, list) else v for n, v in values.items()}


def _bodies(folder: Path) -> Iterator[records.Record]:
    for entry in _entries(folder / "stellen.toml", "stelle"):
        names = ("quelle", "kennung", "name", "art", "kurzname", "land", "website")
        yield records.StelleRecord(**_take(entry, *names, "wirkungsgebiet"))
    for entry in _entries(folder / "kontaktrollen.toml", "kontaktrolle"):
        yield records.KontaktrolleRecord(**_take(entry, "kennung", "name", "beschreibung"))
    for entry in _entries(folder / "behoerdenarten.toml", "behoerdenart"):
        yield records.BehoerdenartRecord(**_take(entry, "kennung", "name"))
    for entry in _entries(folder / "plattformen.toml", "plattform"):
        yield records.PlattformRecord(
            **_take(entry, "quelle", "kennung", "name", "betreiber", "url")
        )
    for entry in _entries(folder / "netzwerke.toml", "netzwerk"):
        yield records.NetzwerkRecord(
            **_take(entry, "quelle", "kennung", "name", "zweck", "url"),
            partner=tuple(entry.get("mitglieder", ())),
        )


def _onlinedienst(entry: dict[str, Any]) -> records.OnlinedienstRecord:
    plain = (
        "quelle", "kennung", "name", "art", "kurzname", "kurzbeschreibung", "status",
        "verfuegbar_ab", "nachfolger", "traeger", "betreibendes_land", "dienstleister",
        "bundesministerium", "plattform", "themenfeld", "ozg_ids", "authentifizierung",
        "vertrauensniveau", "nutzerkonto", "epayment", "xstandard", "xstandard_version",
        "transportwege", "zustellort", "fachverfahren", "kosten_modell", "kosten_text", "lizenz",
        "quellcode_url", "demo_url", "marktplatz_id", "foerderung",
    )  # fmt: skip
    paths = ("name", "leistungsschluessel", "reifegrad_modell", "reifegrad")
    return records.OnlinedienstRecord(
        **_take(entry, *plain),
        stand=day(entry.get("stand")),
        eingestellt_zum=day(entry.get("eingestellt_zum")),
        antragsstrecken=tuple(
            records.AntragsstreckeRecord(**_take(e, *paths))
            for e in entry.get("antragsstrecke", ())
        ),
        verweise=_verweise(entry),
        releases=tuple(
            records.ReleaseRecord(e["version"], day(e.get("datum")), e.get("text", ""))
            for e in entry.get("release", ())
        ),
    )


def _verweise(entry: dict[str, Any]) -> tuple[records.VerweisRecord, ...]:
    return tuple(
        records.VerweisRecord(e["art"], e["titel"], e["url"]) for e in entry.get("verweis", ())
    )


def _pruefpunkte(entry: dict[str, Any]) -> tuple[records.PruefpunktRecord, ...]:
    names = ("titel", "gruppe", "stufe", "pflicht", "hinweis")
    return tuple(records.PruefpunktRecord(**_take(e, *names)) for e in entry.get("pruefpunkt", ()))


def _landesangebot(entry: dict[str, Any]) -> records.LandesangebotRecord:
    plain = (
        "quelle", "onlinedienst", "koordinierung", "status", "land", "verfuegbar_ab",
        "kosten_modell", "kosten_text", "fachressort", "behoerdenart", "zustaendige_stelle",
        "pilotkommunen",
    )  # fmt: skip
    return records.LandesangebotRecord(
        **_take(entry, *plain),
        stand=day(entry.get("stand")),
        kontakte=tuple(
            records.KontaktRecord(
                **_take(e, "rolle", "ebene", "funktionspostfach", "telefon"),
                bezeichnung=e.get("name", ""),
            )
            for e in entry.get("kontakt", ())
        ),
        verweise=_verweise(entry),
        pruefpunkte=_pruefpunkte(entry),
    )


def _bedingungen(entry: dict[str, Any]) -> records.BedingungenRecord:
    valid_from = day(entry["gueltig_ab"])
    assert valid_from is not None
    names = (
        "quelle", "koordinierung", "vertragsschluss", "kuendigung_n", "kuendigung_einheit",
        "kuendigung_anker", "kuendigung_form", "klausel",
    )  # fmt: skip
    return records.BedingungenRecord(
        **_take(entry, *names),
        fassung=entry["version"],
        gueltig_ab=valid_from,
        text=entry["text"].strip(),
        empfaenger_rolle=entry.get("empfaenger", ""),
    )


def _einsatz(row: dict[str, str]) -> records.EinsatzRecord:
    # A pause has a planned end, but the use itself goes on: `bis` means the pause there.
    paused = row["status"] == "voruebergehend_nicht_verfuegbar"
    until = day(row["bis"])
    return records.EinsatzRecord(
        quelle=row["quelle"],
        ars=row["ars"],
        kennung=row["kennung"],
        rolle=row["rolle"],
        status=row["status"],
        beleg=row["beleg"],
        ab=day(row["ab"]),
        bis=None if paused else until,
        ausgesetzt_bis=until if paused else None,
        url=row["url"],
        fachverfahren=row["fachverfahren"],
        reifegrad_modell=row["reifegrad_modell"],
        reifegrad=int(row["reifegrad"]) if row["reifegrad"] else None,
        sichtbarkeit=row["sichtbarkeit"],
        bestaetigt_am=day(row["bestaetigt_am"]),
        widersprochen_am=day(row["widersprochen_am"]),
        stand=day(row["stand"]),
        bemerkung=row["bemerkung"],
    )


def _fallzahl(row: dict[str, str]) -> records.FallzahlRecord:
    return records.FallzahlRecord(
        quelle=row["quelle"],
        ars=row["ars"],
        leistungsschluessel=row["leistungsschluessel"],
        jahr=int(row["jahr"]),
        anzahl=int(row["anzahl"]),
    )


def _council(folder: Path) -> Iterator[records.Record]:
    for entry in _entries(folder / "oertliche_festlegungen.toml", "oertliche_festlegung"):
        valid_from = day(entry["gueltig_ab"])
        assert valid_from is not None
        yield records.FestlegungRecord(
            **_take(entry, "quelle", "ars", "rechtsgrundlage", "beschluss", "rueckwirkend"),
            name=f"{entry['name']} ({entry['wertart']})" if "wertart" in entry else entry["name"],
            einheit=entry.get("einheit", ""),
            ozg_ids=tuple(entry.get("ozg_ids", ())),
            gueltig_ab=valid_from,
            gueltig_bis=day(entry.get("gueltig_bis")),
            ersetzt=", ".join(entry.get("ersetzt", ())),
            werte=tuple(_wert(value) for value in entry["wert"]),
            bemerkung=" ".join(entry[n] for n in ("abweichung", "anmerkung") if n in entry),
        )
    for entry in _entries(folder / "beschluesse.toml", "beschluss"):
        control = day(entry.get("naechste_kontrolle"))
        yield records.BeschlussRecord(
            **_take(entry, "ars", "vorlage", "titel", "sitzung", "gremium"),
            ersetzt=", ".join(entry.get("ersetzt", ())),
            bemerkung=entry.get("anmerkung", ""),
            berichtstermine=(control,) if control else (),
        )


def _wert(value: dict[str, Any]) -> tuple[str, str]:
    if value.get("je_weitere_person"):
        return "je weitere Person", str(value["betrag"])
    people = value["personen"]
    return f"{people} {'Person' if people == 1 else 'Personen'}", str(value["betrag"])
