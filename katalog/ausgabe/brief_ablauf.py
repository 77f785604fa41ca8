"""Chapters of the information letter that lead: into the reuse, with a mail, and out again."""

from __future__ import annotations

from collections.abc import Iterator

from katalog.ausgabe import brief
from katalog.ausgabe.brief import Absatz, Abschnitt, Block, Kapitel, Text, zeile
from katalog.ausgabe.briefstoff import Stoff
from katalog.domain.begriffe import Angebotsstatus, Pruefpunktgruppe
from katalog.domain.kalender import format_datum
from katalog.queries.bedingungen import rule_of

_MIK = "Mitnutzungsverantwortlichen (MiK)"


# ── 7: the way in ───────────────────────────────────────────────────────────────────────────


def say_nachnutzung(stoff: Stoff) -> Kapitel:
    terms = stoff.angebot.bedingungen
    interest: list[Block] = [
        brief.absatz(
            "Sie bekunden Ihr Interesse mit einer E-Mail an die koordinierende Stelle und nehmen "
            "darin zugleich die Nachnutzungsbedingungen an."
        ),
        brief.zeilen(
            zeile("E-Mail an", *_mailboxes(stoff, "erster-kontakt")),
            zeile(
                "Nachnutzungsbedingungen",
                f"Fassung {terms.fassung}, gültig ab {format_datum(terms.gueltig_ab)}"
                if terms
                else None,
            ),
            zeile("Der Vertrag kommt zustande", terms.vertragsschluss.label if terms else None),
        ),
        brief.Muster("Muster für die E-Mail", write_mail(stoff)),
    ]
    steps = brief.liste(
        [
            "Die koordinierende Stelle bestätigt Ihr Interesse und sendet Ihnen die Unterlagen für "
            "die Anbindung.",
            "Sie klären und richten ein, was für die Anbindung nötig ist (siehe unten).",
            "Sie testen den Onlinedienst mit einem Beispielfall.",
            "Sie melden den Termin für den Start. Ab dann ist der Onlinedienst produktiv.",
        ],
        nummeriert=True,
    )
    sections = [
        Abschnitt("Interesse bekunden", tuple(interest)),
        Abschnitt("So geht es weiter", (steps,)),
    ]
    if needs := tuple(_needs(stoff)):
        sections.append(Abschnitt("Was für die Anbindung zu klären ist", (brief.zeilen(*needs),)))
    return Kapitel("Prozess der Nachnutzung", _not_offered(stoff), tuple(sections))


def _not_offered(stoff: Stoff) -> tuple[Absatz, ...]:
    if stoff.angebot.angebot.status is Angebotsstatus.ANGEBOTEN:
        return ()
    return (
        brief.absatz(
            "Zurzeit lässt sich der Onlinedienst nicht nachnutzen. So läuft die Nachnutzung ab, "
            "sobald er angeboten wird."
        ),
    )


def _mailboxes(stoff: Stoff, rolle: str) -> list[Text]:
    return [
        brief.mailbox(contact.funktionspostfach)
        for contact in stoff.angebot.kontakte
        if contact.funktionspostfach and contact.rolle_kennung == rolle
    ]


def write_mail(stoff: Stoff) -> str:
    """What a mail of interest has to say, in the order in which it is read; [ ] is to be filled."""
    terms = stoff.angebot.bedingungen
    version = f" in der Fassung {terms.fassung}" if terms else ""
    return "\n".join(
        (
            f"Betreff: Interesse an der Nachnutzung: {stoff.zeile.dienst.name}",
            "",
            "Sehr geehrte Damen und Herren,",
            "",
            "zuständige Stelle ist: [Name der Kommune oder des Amtes]",
            "",
            f"Wir möchten den {stoff.gattung} „{stoff.zeile.dienst.name}“ ab dem [Datum] "
            "nachnutzen.",
            "",
            "Wir nehmen die Nachnutzungsbedingungen der koordinierenden Stelle "
            f"({stoff.angebot.koordinierung}){version} an.",
            "",
            "Bitte senden Sie uns die Unterlagen für die Anbindung.",
            "",
            "Ansprechstelle für die Anbindung ist: [Name, Funktion, E-Mail, Telefon]",
            "",
            "Mit freundlichen Grüßen",
            "[Name, Funktion, Anschrift der Stelle]",
        )
    )


def _needs(stoff: Stoff) -> Iterator[brief.Zeile]:
    for gruppe in Pruefpunktgruppe:
        items = [p for p in stoff.angebot.pruefpunkte if p.gruppe == gruppe]
        if items:
            titles = (p.titel if p.pflicht else f"{p.titel} (wenn nötig)" for p in items)
            yield zeile(gruppe.label, *titles)


# ── 8: the way out ──────────────────────────────────────────────────────────────────────────


def say_abmeldung(stoff: Stoff) -> Kapitel:
    return Kapitel(
        "Abmeldung",
        (),
        (
            Abschnitt("Szenario A: dauerhaft abmelden (Kündigung)", tuple(_kuendigung(stoff))),
            Abschnitt("Szenario B: vorübergehend abmelden", tuple(_aussetzung(stoff))),
        ),
    )


def _kuendigung(stoff: Stoff) -> Iterator[Block]:
    terms = stoff.angebot.bedingungen
    yield brief.liste(
        [
            f"Sie zeigen dem {_MIK} die vertragliche Kündigung an.",
            "Mit dem MiK und dem TFF stimmen Sie ab, wann der Onlinedienst technisch entkoppelt "
            "wird.",
            "Bis zum Ende der Frist bleibt der Onlinedienst nutzbar.",
        ],
        nummeriert=True,
    )
    if terms is None:
        yield brief.zeilen(zeile("Kündigungsfrist"))
        return
    calculator = f"{stoff.basis_url}/fristen?bedingungen={terms.id}"
    lines = [zeile("Kündigungsfrist", rule_of(terms).satz)]
    if terms.mindestlaufzeit_monate:
        lines.append(zeile("Mindestlaufzeit", f"{terms.mindestlaufzeit_monate} Monate"))
    lines += [
        zeile("Form", terms.kuendigung_form),
        zeile("Klausel", terms.klausel),
        zeile("Termin berechnen", Text("Fristenrechner im OZG-Katalog", calculator)),
    ]
    yield brief.zeilen(*lines)


def _aussetzung(stoff: Stoff) -> Iterator[Block]:
    yield brief.absatz(
        "Für kurze Zeit oder auf unbestimmte Dauer geht das ohne Frist, so schnell wie möglich. "
        "Der Vertrag besteht fort."
    )
    yield brief.liste(
        [
            f"Sie teilen dem {_MIK} Grund, Dauer und Wiederaufnahme mit.",
            "Auf Ihrer Internetseite weisen Sie darauf hin, dass der Onlinedienst nicht verfügbar "
            "ist.",
            "Ist er wieder verfügbar, teilen Sie auch das dem MiK mit.",
        ],
        nummeriert=True,
    )
    yield brief.zeilen(zeile("E-Mail an den MiK", *_mailboxes(stoff, "mik")))
