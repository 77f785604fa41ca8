"""What each format is and what becomes of its fields, beside what the readers themselves say."""

from __future__ import annotations

from importers.recognition import Format

# What somebody has to know before importing such a file.
BESCHREIBUNG: dict[Format, str] = {
    Format.XZUFI: (
        "Leistungen, Organisationseinheiten, Onlinedienste und Zuständigkeiten einer Redaktion, Fassungen 2.1, 2.2 und"
        " 2.3. Nennt ein Ordner seine Dateien in einer index.txt, gilt deren Reihenfolge. Lieferungen mehrerer Redaktionen"
        " brauchen je ein `--quelle`. Onlinedienste werden Fundstellen, keine Zeilen des Katalogs"
        " ([Entscheidung 0017](entscheidungen/0017-onlinedienste-aus-xzufi.md))."
    ),
    Format.FIM: (
        "Steckbriefe der Leistungen: eine gespeicherte Antwort oder die Adresse des Portals. Mehrere Seiten zusammen"
        " angeben, sonst fehlen die übrigen. Mit `--seit` entfällt nichts."
    ),
    Format.OZG: (
        "OZG-Umsetzungskatalog. Steht eine OZG-ID in mehreren Zeilen, gelten die Angaben der ersten; aus allen kommen die"
        " Zuordnungen."
    ),
    Format.LEIKA: (
        "Leistungen mit Schlüssel, Typisierung und OZG-ID. Steht ein Schlüssel in mehreren Zeilen, werden die OZG-IDs"
        " zusammengeführt."
    ),
    Format.EFA: (
        "Angebote zur Nachnutzung, eine Zeile je Onlinedienst. Stellen und Plattformen nennt man mit ihrer Kennung, einem"
        " ARS oder ihrem Namen. Mehrere Werte trennt „|“."
    ),
    Format.GV100: (
        "Gemeindeverzeichnis mit festen Spalten, 220 Zeichen je Satz. Entscheidet wie `gv`, welche Gebiete es gibt; die"
        " jüngere der beiden Listen gilt."
    ),
    Format.GV: (
        "Gemeindeverzeichnis als Tabelle. Entscheidet, welche Gebiete es gibt: Was an seinem Tag bestand und nicht"
        " darin steht, ist entfallen, gleich woher es kam. Eine ältere Ausgabe dreht nichts zurück."
    ),
    Format.GV_AENDERUNGEN: (
        "Änderungen eines Jahres: was aus Gebieten wurde, die im Verzeichnis fehlen. Alle Jahre seit dem Gebietsstand des"
        " Portals einlesen; der Bericht nennt Gebiete ohne bekannte Nachfolge."
    ),
    Format.GENERICODE: (
        "Codeliste des XRepository (Genericode 1.0). Welche Spalte der Code ist, sagt die Datei; geraten wird nicht."
    ),
    Format.VG250: (
        "VG250, VG1000 oder VG5000 als Shapefile mit vier Ebenen, ein Archiv je Import. Die Umrisse werden mit der"
        " Gebietsliste verglichen und vereinfacht; passt über 1 % der Gemeinden nicht, ändert sich nichts. Im Probelauf"
        " unterbleibt das Herstellen der Dateien. `--quelle`, `--titel`, `--teilweise` und `--vollstaendig` wirken hier nicht."
    ),
    Format.TEILNAHME: (
        "Wer was nutzt, plant oder gebaut hat, eine Zeile je Angabe. Erst mit `--dry-run` prüfen: Eine fehlerhafte Zeile"
        " hält alle auf."
    ),
    Format.VORGAENGE: (
        "Laufende Nachnutzungen aus der Tabelle einer Koordinierenden Stelle, eine Zeile je Vorgang. Angebot und Fassung"
        " der Bedingungen müssen bekannt sein. Erst mit `--dry-run` prüfen: Eine fehlerhafte Zeile hält alle auf."
    ),
    Format.KDN: "Lösungen oder Kommunen der OZG-Datenbank NRW; welche der beiden es ist, zeigt die Kopfzeile.",
    Format.DATAHUB: (
        "Was laut Portalverbund wo online ist. Zeilen ohne Adresse melden nichts als online und werden nur gezählt."
    ),
    Format.PUBLICCODE: (
        "Beschreibung einer Software in ihrem Repositorium, Fassungen 0.2 bis 0.7, höchstens 128 kB, ohne Verweise (`*`)."
    ),
}

# Per format: the field as the source calls it, and where it goes. Where the reader has columns the
# names are those of its columns; one without a line here makes the check fail.
FELDER: dict[Format, dict[str, str]] = {
    Format.XZUFI: {
        "leistung/id": "`quellsatz.fremdschluessel`: schemeAgencyID und Text",
        "leistung/referenzLeiKa, referenzLeistungsschluessel": "`leistung.leistungsschluessel`; ohne ihn ein Ersatzschlüssel",
        "leistung/modulText 02": "`leistung.bezeichnung`",
        "leistung/modulText 03": "`leistung.bezeichnung_buerger`",
        "leistung/modulText 05, sonst 24": "`leistung.kurztext`",
        "leistung/modulText 07": "`leistung.rechtsgrundlage`",
        "leistung/typisierung, leistungsadressat": "`leistungsmerkmal`",
        "leistung/gueltigkeitGebietID": "`quellsatz.nachrang`: Unter Texten einer Quelle gilt der für das weitere Gebiet zuerst",
        "leistung/modulText 08, 09, 11, 14, 22, 23, 25, modulBearbeitungsdauer, modulFrist, modulKosten": "`leistungstext`, ohne Auszeichnung",
        "leistung/modulBegriffImKontext": "`leistungsbegriff`",
        "leistung/informationsbereichSDG": "`leistungsmerkmal`",
        "leistung/gueltigkeit": "`leistung.gueltig_ab` und `gueltig_bis`; von mehreren Zeiträumen der erste",
        "leistung, übrige Elemente": "nicht gelesen: Volltext und Hinweise für Antragstellende, Kategorien, Sprachen, Vertrauensniveau, Verweise",
        "organisationseinheit": "`stelle` mit eigener Kennung",
        "organisationseinheit/anschrift": "`stelle.land_id`, aus Regional- oder Gemeindeschlüssel; Straße und Ort nicht übernommen",
        "organisationseinheit/zustaendigkeit": "`zustaendigkeit` (Leistung × Stelle × Gebiet)",
        "onlinedienst/link": "`fundstelle.url`, sobald eine Zuständigkeit ihn einer Leistung und einem Gebiet gibt",
        "zustaendigkeitTransferObjekt": "`zustaendigkeit` oder `fundstelle`, je nachdem, was zuständig ist",
        "spezialisierung": "aufbewahrt, noch nirgends gezeigt",
        "loesche": "der genannte Datensatz gilt als entfallen",
    },
    Format.FIM: {
        "leistungsschluessel": "`leistung.leistungsschluessel`; eine Liste ergibt mehrere Leistungen",
        "leistungsbezeichnung, title": "`leistung.bezeichnung`",
        "leistungsbezeichnung_2": "`leistung.bezeichnung_buerger`",
        "typisierung, leistungsadressat": "`leistungsmerkmal`",
        "rechtsgrundlagen, kurztext": "`leistung.rechtsgrundlage`, `leistung.kurztext`",
        "ozg.id": "`ozg_zuordnung`",
        "ozg.leistung, ozg.themenfeld": "`ozg_leistung.titel`, `ozg_leistung.themenfeld_id`",
    },
    Format.OZG: {
        "ozg_id": "`ozg_leistung.ozg_id`",
        "ozg_leistung": "`ozg_leistung.titel`",
        "themenfeld": "`ozg_leistung.themenfeld_id`",
        "lage": "`ozg_leistung.lage_id`; eine unbekannte Lage wird gemeldet und ausgelassen",
        "prioritaet": "`ozg_leistung.prioritaet`",
        "prioritaet_foederal": "`ozg_leistung.prioritaet`, wenn die Spalte prioritaet fehlt",
        "prioritaet_bund": "`ozg_leistung.prioritaet`, wenn die Spalte prioritaet fehlt",
        "federfuehrung": "`ozg_leistung.federfuehrung`",
        "top100": "`ozg_leistung.top100`",
        "beschreibung": "`ozg_leistung.beschreibung`",
        "leika_leistungen": "`ozg_zuordnung`, für jeden Schlüssel in dem Text",
    },
    Format.LEIKA: {
        "leika_schluessel": "`leistung.leistungsschluessel`; „nicht im LeiKa“ bleibt ohne, mit Ersatzschlüssel",
        "bezeichnung": "`leistung.bezeichnung`",
        "bezeichnung_buerger": "`leistung.bezeichnung_buerger`",
        "typisierung": "`leistungsmerkmal`, auch mehrere",
        "ozg_id": "`ozg_zuordnung`, auch mehrere",
        "zielgruppe": "`leistungsmerkmal`",
        "rechtsgrundlage": "`leistung.rechtsgrundlage`",
        "gesetz": "`leistung.rechtsgrundlage`, wenn die Spalte rechtsgrundlage fehlt",
        "gesetz_kuerzel": "in Klammern hinter dem Gesetz",
        "kurztext": "`leistung.kurztext`",
    },
    Format.EFA: {
        "kennung": "`onlinedienst.kennung`",
        "name": "`onlinedienst.name`",
        "art": "`onlinedienst.art`",
        "status": "`onlinedienst.status`",
        "ozg_id": "`onlinedienst_ozg`",
        "leistungsschluessel": "`antragsstrecke.leistung_id`",
        "antragsstrecken": "`antragsstrecke.name`",
        "land": "`onlinedienst.betreibendes_land_id`",
        "betreiber": "`onlinedienst.traeger_id`; ein Name ergibt eine neue Stelle",
        "dienstleister": "`onlinedienst.dienstleister_id`; ein Name ergibt eine neue Stelle",
        "plattform": "`onlinedienst.plattform_id`; ein Name ergibt eine neue Plattform",
        "xstandard": "`onlinedienst.xstandard` und `xstandard_version`",
        "transportweg": "`dienstmerkmal`",
        "zustellort": "`onlinedienst.zustellort`",
        "fachverfahren": "`dienstmerkmal`",
        "authentifizierung": "`dienstmerkmal`",
        "nutzerkonto": "`onlinedienst.nutzerkonto`",
        "epayment": "`onlinedienst.epayment`",
        "kosten": "`onlinedienst.kosten_modell`, sonst `kosten_text`",
        "verfuegbar_ab": "`onlinedienst.verfuegbar_ab` mit Genauigkeit",
        "pilotkommunen": "`pilotkommune` am Landesangebot",
        "themenfeld": "`onlinedienst.themenfeld_id`",
        "fachressort_bund": "`onlinedienst.bundesministerium`",
        "fachressort_land": "`landesangebot.fachressort`",
        "koordinierung": "`landesangebot.koordinierung_id`: legt ein Landesangebot an",
        "marktplatz_id": "`onlinedienst.marktplatz_id`",
        "url": "`verweis` (Infoseite)",
        "demo_url": "`onlinedienst.demo_url`",
        "anbindungsleitfaden_url": "`verweis` (Anbindungsleitfaden)",
        "faq_url": "`verweis` (Häufige Fragen)",
        "release_notes_url": "`verweis` (Versionshinweise)",
        "lizenz": "`onlinedienst.lizenz`",
        "quellcode_url": "`onlinedienst.quellcode_url`",
        "quelle": "`quelle.titel`: wird an der Zeile genannt; ein neuer Name ergibt eine neue Quelle",
        "stand": "`onlinedienst.stand`, wenn es ein Tag ist; `quelle.stand_text` der genannten Quelle",
    },
    Format.GV100: {
        "1–2 Satzart, 123–124 Textkennzeichen": "`gebiet.ebene`, `bezeichnung`, `kreisfrei`",
        "3–10 Gebietsstand": "`gebiet.stand`; die Liste gilt für diesen Tag",
        "11–22 Schlüssel": "`gebiet.ars` und `gebiet.ags`; der Verband steht hinter der Gemeinde",
        "23–72 Bezeichnung": "`gebiet.name` ohne Zusatz, `stelle.name`",
        "129–139 Fläche, 140–150 Bevölkerung": "`gebiet.flaeche_km2`, `gebiet.einwohner`",
        "166–170 Postleitzahl": "`gebiet.plz`",
    },
    # Columns of the sheet Onlineprodukt_Gemeinden<TTMMJJJJ>; its name says the day it is valid for.
    Format.GV: {
        "satzart": "`gebiet.ebene`",
        "textkennzeichen": "`gebiet.bezeichnung`, `kreisfrei`",
        "land": "`gebiet.ars` und `ags`",
        "rb": "`gebiet.ars` und `ags`",
        "kreis": "`gebiet.ars` und `ags`",
        "vb": "`gebiet.ars`; ein Verband hat keinen AGS",
        "gem": "`gebiet.ars` und `ags`",
        "gemeindename": "`gebiet.name` ohne Zusatz, `stelle.name`",
        "flaeche": "`gebiet.flaeche_km2`",
        "insgesamt": "`gebiet.einwohner`",
        "postleitzahl": "`gebiet.plz`",
        "laengengrad": "`gebiet.lon`",
        "breitengrad": "`gebiet.lat`",
    },
    Format.GV_AENDERUNGEN: {
        "kennziffer": "`nachfolge.vorgang`",
        "regionaleinheit": "die Ebene, auf der das Gebiet gesucht wird",
        "ars_alt": "das abgebende Gebiet; bei neuem Schlüssel `gebietsschluessel.wert`",
        "ags_alt": "wie ars_alt",
        "name_alt": "`nachfolge.vorgang`; bei neuem Namen `gebietsname.name`",
        "aenderungsart": "1 Auflösung: `gebiet.gueltig_bis` und `nachfolge`, Angaben zur Nutzung gehen auf das eine Nachfolgegebiet über. 2 Teilausgliederung: ändert kein Gebiet. 3 Schlüsseländerung: `gebiet.ars`, `ags`. 4 Namensänderung: `gebiet.name`, wenn keine spätere Liste etwas anderes sagt",
        "flaeche": "aufbewahrt",
        "einwohner": "aufbewahrt",
        "ars_neu": "das aufnehmende Gebiet (`nachfolge.nach_id`); fehlt es noch, entsteht es",
        "ags_neu": "wie ars_neu",
        "name_neu": "`gebiet.name`, `stelle.name`",
        "juristisch": "`nachfolge.datum`, der Tag der Änderung; liegt er in der Zukunft, wartet sie",
        "statistisch": "aufbewahrt",
    },
    Format.GENERICODE: {
        "Identification, Annotation, ColumnSet": "die Codeliste, aufbewahrt",
        "Row": "der Eintrag, aufbewahrt; Listen von Gebietsschlüsseln werden mit dem Register verglichen, Abweichendes wird gemeldet, ein abweichender ARS zusätzlich `gebietsschluessel.wert`",
    },
    Format.VG250: {
        "…_LAN, …_KRS, …_VWG, …_GEM": "je Ebene eine Datei der Umrisse im Ordner `KATALOG_UMRISSE`",
        "AGS, ARS": "Kennung des Umrisses; wird mit der Gebietsliste verglichen",
        "GF": "Landflächen bleiben, Gewässer entfallen",
        "aktualitaet.txt": "Gebietsstand, steht an jeder Karte",
    },
    Format.TEILNAHME: {
        "nummer": "hier nicht gelesen; beim Hochladen auf der Seite der Kommune nennt sie die Angabe, die sich ändert",
        "ars": "`einsatz.stelle_id`; ein früherer Schlüssel führt zum Nachfolgegebiet",
        "ags": "wie ars, wenn dieser fehlt",
        "kommune": "nicht übernommen; hilft beim Ausfüllen",
        "kennung": "`einsatz.onlinedienst_id`",
        "rolle": "`einsatz.rolle`",
        "status": "`einsatz.status`",
        "ab": "`einsatz.ab`",
        "bis": "`einsatz.bis`",
        "url": "`einsatz.url`",
        "fachverfahren": "`einsatz.fachverfahren`",
        "reifegrad_modell": "`einsatz.reifegrad_modell`",
        "reifegrad": "`einsatz.reifegrad_stufe`",
        "sichtbarkeit": "`einsatz.sichtbarkeit`; ohne Angabe: Genutztes öffentlich, Geplantes für Verwaltungen",
        "bemerkung": "`einsatz.bemerkung`",
    },
    Format.VORGAENGE: {
        "zustaendige_stelle": "`nachnutzung.zustaendige_stelle_id`, als Kennung; gilt, wenn ars fehlt",
        "ars": "`nachnutzung.zustaendige_stelle_id`, als Gebiet",
        "gebiete": "`geltungsgebiet`",
        "kennung": "`nachnutzung.onlinedienst_id` und `landesangebot_id`: das Angebot des eigenen Landes",
        "status": "`nachnutzung.status`; „beendet“ folgt aus der Kündigung",
        "eingang": "`nachnutzung.interesse_am`",
        "bestaetigt_am": "`nachnutzung.bestaetigt_am`",
        "produktiv_ab": "`nachnutzung.produktiv_ab` und `einsatz.ab`",
        "gekuendigt_am": "`kuendigung.zugang`; fehlen die Nachnutzungsbedingungen des Angebots, bleibt der Vorgang produktiv und der Bericht sagt es",
        "wirksam_zum": "`kuendigung.wirksam_zum` und `einsatz.bis`",
        "fassung": "`kuendigung.bedingungen_id`; ohne Angabe ist `nachnutzung.bedingungen_offen` gesetzt und für die Kündigung gilt die neueste",
        "ansprechperson_rolle": "aufbewahrt",
        "funktionspostfach": "aufbewahrt",
        "aktenzeichen": "`nachnutzung.aktenzeichen`",
        "notiz": "`ereignis.notiz`",
    },
    Format.KDN: {
        "id": "`onlinedienst.kennung` als kdn-…",
        "name": "`onlinedienst.name`",
        "fachverfahren": "`dienstmerkmal`",
        "leika_id": "`antragsstrecke.leistung_id`; „keine …“ bleibt ohne Schlüssel",
        "kommune": "aufbewahrt",
        "kategorie": "aufbewahrt",
        "kreis": "aufbewahrt",
        "plz": "aufbewahrt",
        "ort": "aufbewahrt",
        "strasse": "aufbewahrt",
        "internet": "`stelle.website`",
        "e_mail": "`kontakt.funktionspostfach`, Rolle Poststelle",
        "ags": "die Stelle der Kommune; eine unbekannte wartet",
        "reg_bez": "aufbewahrt",
    },
    Format.DATAHUB: {
        "leika_key": "`fundstelle.leistung_id`",
        "leika_name": "aufbewahrt",
        "ars": "`fundstelle.gebiet_id`; der Bund steht für alle Länder",
        "leika_bezeichnung": "aufbewahrt, wenn leika_name fehlt",
        "ozgid": "aufbewahrt",
        "url": "`fundstelle.url`; gehört ihr Rechner zu genau einem Onlinedienst, auch `onlinedienst_id`",
        "online_status": "`fundstelle.status`",
        "aktiv": "aufbewahrt",
        "art_flaechendeckung": "aufbewahrt",
        "begruendung_nicht_beruecksichtigt": "aufbewahrt",
        "datenstand_pvog_import": "`fundstelle.stand`",
        "export_datum": "`fundstelle.stand`, wenn der Datenstand fehlt",
    },
    Format.PUBLICCODE: {
        "name": "`onlinedienst.name`; mit der Adresse zusammen ergibt er die Kennung",
        "url": "`onlinedienst.quellcode_url` und `quellsatz.fremdschluessel`",
        "description": "`onlinedienst.kurzbeschreibung`: shortDescription, sonst der Anfang von longDescription; deutsch vor englisch",
        "developmentStatus": "`onlinedienst.status`",
        "legal.license": "`onlinedienst.lizenz`",
        "softwareVersion, releaseDate": "`release`",
        "landingURL, documentation": "`verweis.url`",
        "de.leika": "`onlinedienst_ozg`, `antragsstrecke`; seit Fassung 0.5 heißt der Abschnitt DE",
        "usedBy": "nicht übernommen: Das beweist keine Nutzung",
        "maintenance.contacts": "nicht gelesen: Personen wurden nicht gefragt",
        "organisation, sonst legal.repoOwner oder mainCopyrightOwner": "`onlinedienst.traeger_id`; ein Name ergibt eine neue Stelle",
        "categories, dependsOn, platforms, maintenance": "nicht übernommen; der Bericht nennt sie",
        "softwareType, intendedAudience, localisation, supports, isBasedOn": "nicht übernommen",
    },
}
