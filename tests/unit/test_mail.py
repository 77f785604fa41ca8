"""Mails as files: read whole where they are sound, refused or defused where they mean harm."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.mail import LARGEST_MAIL, Maildatei, read_mail
from importers.records import Unlesbar
from tests.mails import PDF, RECEIVED, make_eml, make_msg

OUTLOOK = {
    0x001A: "IPM.Note",
    0x0037: "Bestätigung – Wohngeld",
    0x1000: "Guten Tag,\r\n\r\nanbei der Beschluss.\r\n",
    0x0C1A: "Beispielperson",
    0x5D01: "OZG@Hansestadt.example",
    0x1035: "<eins@hansestadt.example>",
}


def test_a_mail_is_read_with_its_text_its_dates_and_its_files() -> None:
    mail = read_mail(
        make_eml(
            "Guten Tag,\n\nanbei der Beschluss.",
            betreff="Bestätigung – Wohngeld",
            anlagen=[("Beschluss März.pdf", PDF)],
            Date="Sun, 28 Feb 2027 10:00:00 +0100",
            Received=RECEIVED,
            Message_ID="<eins@hansestadt.example>",
            In_Reply_To="<frage@ozg-katalog.invalid>",
            References="<alt@x.example> <frage@ozg-katalog.invalid>",
        )
    )
    assert (mail.von, mail.von_name) == ("ozg@hansestadt.example", "Beispielperson")
    assert mail.betreff == "Bestätigung – Wohngeld"
    assert mail.text == "Guten Tag,\n\nanbei der Beschluss."
    assert mail.gesendet_am == datetime(2027, 2, 28, 9, tzinfo=UTC)
    assert mail.empfangen_am == datetime(2027, 3, 1, 23, 30, tzinfo=UTC)
    assert mail.message_id == "<eins@hansestadt.example>"
    assert mail.bezug == ("<frage@ozg-katalog.invalid>", "<alt@x.example>")
    assert [(a.name, a.inhalt) for a in mail.anlagen] == [("Beschluss März.pdf", PDF)]
    assert not mail.automatisch
    assert mail.hinweise == ()


def test_a_file_of_outlook_says_the_same() -> None:
    mail = read_mail(make_msg(OUTLOOK, [("Beschluss März.pdf", PDF)]))
    assert (mail.von, mail.von_name) == ("ozg@hansestadt.example", "Beispielperson")
    assert mail.betreff == "Bestätigung – Wohngeld"
    assert mail.text == "Guten Tag,\n\nanbei der Beschluss."
    assert mail.message_id == "<eins@hansestadt.example>"
    assert [(a.name, a.inhalt) for a in mail.anlagen] == [("Beschluss März.pdf", PDF)]
    assert mail.endung == "msg"


def test_headers_a_mail_travelled_with_count_more_than_what_outlook_made_of_them() -> None:
    headers = (
        "Received: from a by b; Mon, 01 Mar 2027 23:30:00 +0000\r\n"
        "From: =?utf-8?q?Stadt_B=C3=A4renburg?= <rathaus@baerenburg.example>\r\n"
        "References: <frage@ozg-katalog.invalid>\r\n"
        "Auto-Submitted: auto-replied\r\n"
    )
    mail = read_mail(make_msg(OUTLOOK | {0x007D: headers}))
    assert (mail.von, mail.von_name) == ("rathaus@baerenburg.example", "Stadt Bärenburg")
    assert mail.empfangen_am == datetime(2027, 3, 1, 23, 30, tzinfo=UTC)
    assert mail.bezug == ("<frage@ozg-katalog.invalid>",)
    assert mail.automatisch


def test_a_name_that_looks_like_an_address_is_not_the_sender() -> None:
    name = "=?utf-8?b?PG96Z0BoYW5zZXN0YWR0LmV4YW1wbGU+IEL2c2U=?="
    mail = read_mail(f"From: {name} <fremd@x.example>\nSubject: x\n\nText".encode())
    assert mail.von == "fremd@x.example"
    assert "<ozg@hansestadt.example>" in mail.von_name


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (failure)",
        "Precedence: bulk",
        "Return-Path: <>",
        "X-Autoreply: yes",
        "From: Mail Delivery <MAILER-DAEMON@mx.example>",
    ],
)
def test_what_a_program_wrote_is_told_from_what_a_person_wrote(header: str) -> None:
    assert read_mail(f"{header}\n\nText".encode()).automatisch
    assert not read_mail(make_eml(Auto_Submitted="no")).automatisch


def test_a_report_says_which_mail_did_not_arrive() -> None:
    report = EmailMessage(policy=SMTP)
    report["From"], report["Subject"] = "postmaster@mx.example", "Undelivered"
    report.set_content("Die Mail kam nicht an.")
    report.make_mixed()
    original = EmailMessage(policy=SMTP)
    original["Message-ID"] = "<frage@ozg-katalog.invalid>"
    original.set_content("Text")
    report.add_attachment(original)
    mail = read_mail(report.as_bytes())
    assert mail.automatisch
    assert mail.bezug == ("<frage@ozg-katalog.invalid>",)


def test_html_becomes_text_and_nothing_in_it_is_run_or_fetched() -> None:
    mail = read_mail(
        make_eml(
            "",
            html="<style>p{}</style><h1>Antrag</h1><p>Guten&nbsp;Tag,<br>Zeile</p>"
            "<script>alert(1)</script><img src='https://x.example/z.png'><p>Ende",
        )
    )
    assert mail.text == "Antrag\n\nGuten Tag,\nZeile\n\nEnde"
    only_html = {n: v for n, v in OUTLOOK.items() if n != 0x1000} | {0x1013: b"<p>Hallo</p>"}
    assert read_mail(make_msg(only_html)).text == "Hallo"


@pytest.mark.parametrize("charset", ["unbekannt-9", "utf-8", "iso-8859-1", ""])
def test_a_charset_that_is_wrong_or_unknown_is_found_out(charset: str) -> None:
    kind = f"; charset={charset}" if charset else ""
    head = f"From: a@x.example\nSubject: =?{charset or 'us-ascii'}?Q?Gr=FC=DFe?=\n"
    body = f"Content-Type: text/plain{kind}\nContent-Transfer-Encoding: 8bit\n\n"
    mail = read_mail((head + body).encode() + "Grüße aus Köln\n".encode("latin-1"))
    assert mail.text == "Grüße aus Köln"
    assert mail.betreff == "Grüße"


def test_nothing_in_a_header_begins_another_one_or_hides_how_it_reads() -> None:
    raw = (
        b"From: =?utf-8?q?A=0D=0ABcc=3A_b=40x=2Eexample?= <a@x.example>\n"
        b"Subject: =?utf-8?q?Ja=0D=0ATo=3A_c=40x=2Eexample_=E2=80=AEfdp=2Eexe?=\n\nText\n"
    )
    mail = read_mail(raw)
    assert mail.betreff == "Ja To: c@x.example fdp.exe"
    assert "\n" not in mail.von_name


def test_a_name_of_a_file_has_no_path() -> None:
    mail = read_mail(make_eml(anlagen=[("..\\..\\etc/passwd", PDF), ("a\x01b.pdf", PDF)]))
    assert [a.name for a in mail.anlagen] == ["passwd", "a b.pdf"]


def test_the_logo_below_a_signature_is_no_document() -> None:
    raw = (
        b"From: a@x.example\nContent-Type: multipart/related; boundary=t\n\n"
        b"--t\nContent-Type: text/html\n\n<p>Hallo</p>\n"
        b"--t\nContent-Type: image/png; name=logo.png\nContent-ID: <l@x>\n\nx\n--t--\n"
    )
    assert read_mail(raw).anlagen == ()


def _nested(levels: int) -> bytes:
    parts = [b"From: a@x.example\n"]
    for level in range(levels):
        mark = f"t{level}".encode()
        parts.append(b"Content-Type: multipart/mixed; boundary=" + mark + b"\n\n--" + mark + b"\n")
    return b"".join(parts) + b"\nText\n"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "keine Mail"),
        (b"%PDF-1.7 kein Kopf", "keine Mail"),
        (b"From: a@x.example\n\n" + b"x" * LARGEST_MAIL, "größer als 10 MB"),
        (b"From: a@x.example\n\n" + b"\n" * 400_000, "mehr als 300000 Zeilen"),
        (b"From: a@x.example\n\n" + b"\n--t" * 5_000, "zu vielen Teilen"),
        (_nested(30), "zu tief"),
        (_nested(2_000), "zu tief"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 2_000, "beschädigt"),
        (make_msg(OUTLOOK)[:1_600], "beschädigt"),
        (make_msg(OUTLOOK | {0x001A: "IPM.Contact"}), "keine Mail"),
    ],
    ids=[
        "leer", "PDF", "groß", "Zeilen", "Teile", "30 tief", "2000 tief", "OLE", "halb", "Kontakt",
    ],
)  # fmt: skip
def test_what_is_no_mail_or_too_much_of_one_is_refused_in_words(data: bytes, says: str) -> None:
    with pytest.raises(Unlesbar, match=says):
        read_mail(data)


def test_entries_that_share_their_bytes_are_not_read_again_and_again() -> None:
    """Sixty streams that each claim to be a megabyte would be read as such."""
    data = bytearray(make_msg(OUTLOOK, [(f"{n}.pdf", b"x" * 5_000) for n in range(60)]))
    start = 0
    while (start := data.find("__substg1.0_3701".encode("utf-16-le"), start + 1)) > 0:
        data[start + 120 : start + 124] = (2**20).to_bytes(4, "little")
    with pytest.raises(Unlesbar, match="nicht, was sie angibt"):
        read_mail(bytes(data))


@given(st.binary(max_size=400), st.integers(0, 700))
def test_whatever_comes_is_a_mail_or_refused(noise: bytes, place: int) -> None:
    for sound in (make_eml("Text", Message_ID="<a@b.example>"), make_msg(OUTLOOK)):
        broken = sound[:place] + noise + sound[place + len(noise) :]
        with suppress(Unlesbar):
            assert isinstance(read_mail(broken), Maildatei)
