"""Nachnutzung."""

import sqlalchemy as sa
from alembic import op

from katalog.migrations.triggers import allow, refuse

_FIXED = "Ereignisse eines Vorgangs werden nicht geaendert und nicht geloescht."

revision = "0006_fall"
down_revision = "0005_angebot"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nachnutzungsbedingungen",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koordinierung_id", sa.Integer(), nullable=False),
        sa.Column("fassung", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("gueltig_ab", sa.Date(), nullable=False),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.Column("annahmefrist", sa.Date(), nullable=True),
        sa.Column(
            "vertragsschluss",
            sa.Enum(
                "bestaetigung",
                "produktivsetzung",
                name="vertragsschluss",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("kuendigung_n", sa.Integer(), nullable=False),
        sa.Column(
            "kuendigung_einheit",
            sa.Enum(
                "tag",
                "woche",
                "monat",
                name="einheit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kuendigung_anker",
            sa.Enum(
                "keiner",
                "monatsende",
                "quartalsende",
                "halbjahresende",
                "jahresende",
                name="anker",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("kuendigung_form", sa.String(length=300), nullable=False),
        sa.Column("mindestlaufzeit_monate", sa.Integer(), nullable=True),
        sa.Column("empfaenger_rolle_id", sa.Integer(), nullable=True),
        sa.Column("klausel", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "gueltig_bis IS NULL OR gueltig_ab IS NULL OR gueltig_bis >= gueltig_ab",
            name=op.f("ck_nachnutzungsbedingungen_gueltig_bis_nach_gueltig_ab"),
        ),
        sa.CheckConstraint(
            "kuendigung_n > 0", name=op.f("ck_nachnutzungsbedingungen_kuendigung_n_positiv")
        ),
        sa.ForeignKeyConstraint(
            ["empfaenger_rolle_id"],
            ["kontaktrolle.id"],
            name=op.f("fk_nachnutzungsbedingungen_empfaenger_rolle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["koordinierung_id"],
            ["stelle.id"],
            name=op.f("fk_nachnutzungsbedingungen_koordinierung_id"),
        ),
        sa.ForeignKeyConstraint(
            ["quelle_id"], ["quelle.id"], name=op.f("fk_nachnutzungsbedingungen_quelle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nachnutzungsbedingungen")),
        sa.UniqueConstraint(
            "koordinierung_id",
            "fassung",
            name=op.f("uq_nachnutzungsbedingungen_koordinierung_id_fassung"),
        ),
    )
    op.create_table(
        "wunsch",
        sa.Column("quelle_id", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stelle_id", sa.Integer(), nullable=False),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=False),
        sa.Column("geaeussert_am", sa.Date(), nullable=False),
        sa.Column("notiz", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_wunsch_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(["quelle_id"], ["quelle.id"], name=op.f("fk_wunsch_quelle_id")),
        sa.ForeignKeyConstraint(["stelle_id"], ["stelle.id"], name=op.f("fk_wunsch_stelle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wunsch")),
        sa.UniqueConstraint(
            "stelle_id", "onlinedienst_id", name=op.f("uq_wunsch_stelle_id_onlinedienst_id")
        ),
    )
    op.create_table(
        "nachnutzung",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vorgangsnummer", sa.String(length=30), nullable=False),
        sa.Column("landesangebot_id", sa.Integer(), nullable=True),
        sa.Column("onlinedienst_id", sa.Integer(), nullable=True),
        sa.Column("zustaendige_stelle_id", sa.Integer(), nullable=False),
        sa.Column(
            "handelt",
            sa.Enum(
                "selbst",
                "im_namen",
                name="handlungsweise",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "entwurf",
                "interesse_bekundet",
                "bestaetigt",
                "in_anbindung",
                "im_test",
                "produktiv",
                "gekuendigt",
                "abgelehnt",
                "zurueckgezogen",
                "beendet",
                "angefragt",
                "in_uebergabe",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_seit", sa.Date(), nullable=False),
        sa.Column(
            "status_vor_kuendigung",
            sa.Enum(
                "entwurf",
                "interesse_bekundet",
                "bestaetigt",
                "in_anbindung",
                "im_test",
                "produktiv",
                "gekuendigt",
                "abgelehnt",
                "zurueckgezogen",
                "beendet",
                "angefragt",
                "in_uebergabe",
                name="status_vor_kuendigung",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("ansprechperson_id", sa.Integer(), nullable=True),
        sa.Column("wunschtermin", sa.Date(), nullable=True),
        sa.Column("interesse_am", sa.Date(), nullable=True),
        sa.Column("bestaetigt_am", sa.Date(), nullable=True),
        sa.Column("vertrag_am", sa.Date(), nullable=True),
        sa.Column("golive_gemeldet_zum", sa.Date(), nullable=True),
        sa.Column("produktiv_ab", sa.Date(), nullable=True),
        sa.Column("bedingungen_offen", sa.Boolean(), nullable=False),
        sa.Column("aktenzeichen", sa.String(length=100), nullable=False),
        sa.Column("wartet_auf", sa.String(length=300), nullable=False),
        sa.Column("bearbeiter_id", sa.Integer(), nullable=True),
        sa.Column("abgeschlossen_am", sa.Date(), nullable=True),
        sa.Column("grund", sa.String(), nullable=False),
        sa.CheckConstraint(
            "landesangebot_id IS NOT NULL OR onlinedienst_id IS NOT NULL",
            name=op.f("ck_nachnutzung_gegenstand"),
        ),
        sa.ForeignKeyConstraint(
            ["ansprechperson_id"], ["kontakt.id"], name=op.f("fk_nachnutzung_ansprechperson_id")
        ),
        sa.ForeignKeyConstraint(
            ["bearbeiter_id"], ["konto.id"], name=op.f("fk_nachnutzung_bearbeiter_id")
        ),
        sa.ForeignKeyConstraint(
            ["landesangebot_id"], ["landesangebot.id"], name=op.f("fk_nachnutzung_landesangebot_id")
        ),
        sa.ForeignKeyConstraint(
            ["onlinedienst_id"], ["onlinedienst.id"], name=op.f("fk_nachnutzung_onlinedienst_id")
        ),
        sa.ForeignKeyConstraint(
            ["zustaendige_stelle_id"],
            ["stelle.id"],
            name=op.f("fk_nachnutzung_zustaendige_stelle_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nachnutzung")),
        sa.UniqueConstraint("vorgangsnummer", name=op.f("uq_nachnutzung_vorgangsnummer")),
    )
    op.create_table(
        "aussetzung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("ab", sa.Date(), nullable=False),
        sa.Column("geplant_bis", sa.Date(), nullable=True),
        sa.Column("wiedervorlage", sa.Date(), nullable=True),
        sa.Column("grund", sa.String(), nullable=False),
        sa.Column("vorab_kontakt", sa.Boolean(), nullable=False),
        sa.Column("hinweis_veroeffentlicht", sa.Boolean(), nullable=False),
        sa.Column("wiederaufgenommen_am", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "geplant_bis IS NOT NULL OR wiedervorlage IS NOT NULL", name=op.f("ck_aussetzung_ende")
        ),
        sa.CheckConstraint(
            "geplant_bis IS NULL OR ab IS NULL OR geplant_bis >= ab",
            name=op.f("ck_aussetzung_geplant_bis_nach_ab"),
        ),
        sa.CheckConstraint(
            "wiederaufgenommen_am IS NULL OR ab IS NULL OR wiederaufgenommen_am >= ab",
            name=op.f("ck_aussetzung_wiederaufgenommen_am_nach_ab"),
        ),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_aussetzung_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aussetzung")),
    )
    op.create_table(
        "dokument",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=True),
        sa.Column("landesangebot_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("medientyp", sa.String(length=100), nullable=False),
        sa.Column("groesse", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=False),
        sa.Column("hochgeladen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hochgeladen_von_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hochgeladen_von_id"], ["konto.id"], name=op.f("fk_dokument_hochgeladen_von_id")
        ),
        sa.ForeignKeyConstraint(
            ["landesangebot_id"], ["landesangebot.id"], name=op.f("fk_dokument_landesangebot_id")
        ),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_dokument_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dokument")),
    )
    op.create_table(
        "entkopplung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("vereinbart_fuer", sa.Date(), nullable=True),
        sa.Column("vereinbart_am", sa.Date(), nullable=True),
        sa.Column("erfolgt_am", sa.Date(), nullable=True),
        sa.Column("notiz", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_entkopplung_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entkopplung")),
        sa.UniqueConstraint("nachnutzung_id", name=op.f("uq_entkopplung_nachnutzung_id")),
    )
    op.create_table(
        "ereignis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("am", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "aktion",
            sa.Enum(
                "interesse_bekunden",
                "interesse_erfassen",
                "bedingungen_annehmen",
                "bestaetigen",
                "ablehnen",
                "zurueckziehen",
                "anbindung_beginnen",
                "test_beginnen",
                "test_abbrechen",
                "golive_melden",
                "produktiv_setzen",
                "aussetzen",
                "wiederaufnehmen",
                "kuendigen",
                "zugang_berichtigen",
                "kuendigung_zuruecknehmen",
                "entkopplung_vereinbaren",
                "entkopplung_bestaetigen",
                "dienst_einstellen",
                "anfragen",
                "uebergeben",
                "produktiv_melden",
                name="aktion",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "von_status",
            sa.Enum(
                "entwurf",
                "interesse_bekundet",
                "bestaetigt",
                "in_anbindung",
                "im_test",
                "produktiv",
                "gekuendigt",
                "abgelehnt",
                "zurueckgezogen",
                "beendet",
                "angefragt",
                "in_uebergabe",
                name="von_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "nach_status",
            sa.Enum(
                "entwurf",
                "interesse_bekundet",
                "bestaetigt",
                "in_anbindung",
                "im_test",
                "produktiv",
                "gekuendigt",
                "abgelehnt",
                "zurueckgezogen",
                "beendet",
                "angefragt",
                "in_uebergabe",
                name="nach_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("konto_id", sa.Integer(), nullable=True),
        sa.Column("im_namen_von_id", sa.Integer(), nullable=True),
        sa.Column("datum", sa.Date(), nullable=True),
        sa.Column("notiz", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["im_namen_von_id"], ["stelle.id"], name=op.f("fk_ereignis_im_namen_von_id")
        ),
        sa.ForeignKeyConstraint(["konto_id"], ["konto.id"], name=op.f("fk_ereignis_konto_id")),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_ereignis_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ereignis")),
    )
    op.create_table(
        "geltungsgebiet",
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("gebiet_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gebiet_id"], ["gebiet.id"], name=op.f("fk_geltungsgebiet_gebiet_id")
        ),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_geltungsgebiet_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("nachnutzung_id", "gebiet_id", name=op.f("pk_geltungsgebiet")),
    )
    op.create_table(
        "pruefpunkt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("titel", sa.String(length=300), nullable=False),
        sa.Column(
            "gruppe",
            sa.Enum(
                "vorab",
                "technisch",
                "betrieb",
                name="pruefpunktgruppe",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stufe",
            sa.Enum(
                "vor_test",
                "im_test",
                name="pruefpunktstufe",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pflicht", sa.Boolean(), nullable=False),
        sa.Column("erledigt_am", sa.Date(), nullable=True),
        sa.Column("erledigt_von_id", sa.Integer(), nullable=True),
        sa.Column("notiz", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["erledigt_von_id"], ["konto.id"], name=op.f("fk_pruefpunkt_erledigt_von_id")
        ),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_pruefpunkt_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pruefpunkt")),
        sa.UniqueConstraint(
            "nachnutzung_id", "position", name=op.f("uq_pruefpunkt_nachnutzung_id_position")
        ),
    )
    op.create_table(
        "wiedervorlage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("faellig", sa.Date(), nullable=False),
        sa.Column("anlass", sa.String(length=300), nullable=False),
        sa.Column("konto_id", sa.Integer(), nullable=True),
        sa.Column("erledigt_am", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["konto_id"], ["konto.id"], name=op.f("fk_wiedervorlage_konto_id")),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_wiedervorlage_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wiedervorlage")),
    )
    op.create_table(
        "kuendigung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("vorab_kontakt_am", sa.Date(), nullable=True),
        sa.Column("angekuendigt_am", sa.Date(), nullable=True),
        sa.Column("zugang", sa.Date(), nullable=False),
        sa.Column(
            "form",
            sa.Enum(
                "portal",
                "email",
                "schriftlich",
                name="erklaerungsform",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("nachweis_id", sa.Integer(), nullable=True),
        sa.Column("bedingungen_id", sa.Integer(), nullable=False),
        sa.Column("wirksam_zum", sa.Date(), nullable=False),
        sa.Column("rechnung", sa.String(), nullable=False),
        sa.Column("grund", sa.String(), nullable=False),
        sa.Column("erfasst_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zurueckgenommen_am", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "wirksam_zum IS NULL OR zugang IS NULL OR wirksam_zum >= zugang",
            name=op.f("ck_kuendigung_wirksam_zum_nach_zugang"),
        ),
        sa.ForeignKeyConstraint(
            ["bedingungen_id"],
            ["nachnutzungsbedingungen.id"],
            name=op.f("fk_kuendigung_bedingungen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_kuendigung_nachnutzung_id")
        ),
        sa.ForeignKeyConstraint(
            ["nachweis_id"], ["dokument.id"], name=op.f("fk_kuendigung_nachweis_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kuendigung")),
    )
    op.create_table(
        "schreiben",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "art",
            sa.Enum(
                "information",
                "bestaetigung",
                "kuendigung",
                "bericht",
                name="schreibenart",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("landesangebot_id", sa.Integer(), nullable=True),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=True),
        sa.Column("fassung", sa.Integer(), nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("dokument_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dokument_id"], ["dokument.id"], name=op.f("fk_schreiben_dokument_id")
        ),
        sa.ForeignKeyConstraint(
            ["landesangebot_id"], ["landesangebot.id"], name=op.f("fk_schreiben_landesangebot_id")
        ),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_schreiben_nachnutzung_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schreiben")),
    )
    op.create_table(
        "zustimmung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nachnutzung_id", sa.Integer(), nullable=False),
        sa.Column("bedingungen_id", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("funktion", sa.String(length=200), nullable=False),
        sa.Column(
            "vertretung",
            sa.Enum(
                "behoerdenleitung",
                "vollmacht",
                "laufende_verwaltung",
                name="vertretung",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("nachweis_id", sa.Integer(), nullable=True),
        sa.Column("erklaert_am", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bedingungen_id"],
            ["nachnutzungsbedingungen.id"],
            name=op.f("fk_zustimmung_bedingungen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["nachnutzung_id"], ["nachnutzung.id"], name=op.f("fk_zustimmung_nachnutzung_id")
        ),
        sa.ForeignKeyConstraint(
            ["nachweis_id"], ["dokument.id"], name=op.f("fk_zustimmung_nachweis_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zustimmung")),
    )
    op.create_index(
        op.f("ix_nachnutzungsbedingungen_quelle_id"),
        "nachnutzungsbedingungen",
        ["quelle_id"],
        unique=False,
    )
    op.create_index(op.f("ix_wunsch_onlinedienst_id"), "wunsch", ["onlinedienst_id"], unique=False)
    op.create_index(op.f("ix_wunsch_quelle_id"), "wunsch", ["quelle_id"], unique=False)
    op.create_index(
        op.f("ix_nachnutzung_ansprechperson_id"), "nachnutzung", ["ansprechperson_id"], unique=False
    )
    op.create_index(
        op.f("ix_nachnutzung_bearbeiter_id"), "nachnutzung", ["bearbeiter_id"], unique=False
    )
    op.create_index(
        "ix_nachnutzung_cockpit", "nachnutzung", ["landesangebot_id", "status"], unique=False
    )
    op.create_index(
        op.f("ix_nachnutzung_geaendert_am"), "nachnutzung", ["geaendert_am"], unique=False
    )
    op.create_index(
        op.f("ix_nachnutzung_onlinedienst_id"), "nachnutzung", ["onlinedienst_id"], unique=False
    )
    op.create_index(
        op.f("ix_nachnutzung_zustaendige_stelle_id"),
        "nachnutzung",
        ["zustaendige_stelle_id"],
        unique=False,
    )
    op.create_index(
        "uq_nachnutzung_offen",
        "nachnutzung",
        ["zustaendige_stelle_id", "landesangebot_id"],
        unique=True,
        sqlite_where=sa.text(
            "status NOT IN ('abgelehnt', 'zurueckgezogen') AND abgeschlossen_am IS NULL"
        ),
        postgresql_where=sa.text(
            "status NOT IN ('abgelehnt', 'zurueckgezogen') AND abgeschlossen_am IS NULL"
        ),
    )
    op.create_index(
        op.f("ix_aussetzung_nachnutzung_id"), "aussetzung", ["nachnutzung_id"], unique=False
    )
    op.create_index(
        "uq_aussetzung_offen",
        "aussetzung",
        ["nachnutzung_id"],
        unique=True,
        sqlite_where=sa.text("wiederaufgenommen_am IS NULL"),
        postgresql_where=sa.text("wiederaufgenommen_am IS NULL"),
    )
    op.create_index(op.f("ix_dokument_hash"), "dokument", ["hash"], unique=False)
    op.create_index(
        op.f("ix_dokument_hochgeladen_von_id"), "dokument", ["hochgeladen_von_id"], unique=False
    )
    op.create_index(
        op.f("ix_dokument_landesangebot_id"), "dokument", ["landesangebot_id"], unique=False
    )
    op.create_index(
        op.f("ix_dokument_nachnutzung_id"), "dokument", ["nachnutzung_id"], unique=False
    )
    op.create_index(
        op.f("ix_ereignis_im_namen_von_id"), "ereignis", ["im_namen_von_id"], unique=False
    )
    op.create_index(op.f("ix_ereignis_konto_id"), "ereignis", ["konto_id"], unique=False)
    op.create_index(
        op.f("ix_ereignis_nachnutzung_id"), "ereignis", ["nachnutzung_id"], unique=False
    )
    op.create_index(
        op.f("ix_geltungsgebiet_gebiet_id"), "geltungsgebiet", ["gebiet_id"], unique=False
    )
    op.create_index(
        op.f("ix_pruefpunkt_erledigt_von_id"), "pruefpunkt", ["erledigt_von_id"], unique=False
    )
    op.create_index(op.f("ix_wiedervorlage_faellig"), "wiedervorlage", ["faellig"], unique=False)
    op.create_index(op.f("ix_wiedervorlage_konto_id"), "wiedervorlage", ["konto_id"], unique=False)
    op.create_index(
        op.f("ix_wiedervorlage_nachnutzung_id"), "wiedervorlage", ["nachnutzung_id"], unique=False
    )
    op.create_index(
        op.f("ix_kuendigung_bedingungen_id"), "kuendigung", ["bedingungen_id"], unique=False
    )
    op.create_index(
        op.f("ix_kuendigung_nachnutzung_id"), "kuendigung", ["nachnutzung_id"], unique=False
    )
    op.create_index(op.f("ix_kuendigung_nachweis_id"), "kuendigung", ["nachweis_id"], unique=False)
    op.create_index(op.f("ix_schreiben_dokument_id"), "schreiben", ["dokument_id"], unique=False)
    op.create_index(
        op.f("ix_schreiben_landesangebot_id"), "schreiben", ["landesangebot_id"], unique=False
    )
    op.create_index(
        op.f("ix_schreiben_nachnutzung_id"), "schreiben", ["nachnutzung_id"], unique=False
    )
    op.create_index(
        op.f("ix_zustimmung_bedingungen_id"), "zustimmung", ["bedingungen_id"], unique=False
    )
    op.create_index(
        op.f("ix_zustimmung_nachnutzung_id"), "zustimmung", ["nachnutzung_id"], unique=False
    )
    op.create_index(op.f("ix_zustimmung_nachweis_id"), "zustimmung", ["nachweis_id"], unique=False)

    refuse("ereignis", "UPDATE", _FIXED)
    refuse("ereignis", "DELETE", _FIXED)


def downgrade() -> None:
    allow("ereignis", "DELETE")
    allow("ereignis", "UPDATE")
    op.drop_table("zustimmung")
    op.drop_table("schreiben")
    op.drop_table("kuendigung")
    op.drop_table("wiedervorlage")
    op.drop_table("pruefpunkt")
    op.drop_table("geltungsgebiet")
    op.drop_table("ereignis")
    op.drop_table("entkopplung")
    op.drop_table("dokument")
    op.drop_table("aussetzung")
    op.drop_table("nachnutzung")
    op.drop_table("wunsch")
    op.drop_table("nachnutzungsbedingungen")
