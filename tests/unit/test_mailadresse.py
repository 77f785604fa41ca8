"""What is an address, and what a setting says of a mail server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katalog.domain.mailadresse import domain_of, is_mailadresse
from katalog.domain.mailserver import (
    Mailserver,
    Postfachadresse,
    parse_mailserver,
    parse_postfach,
)


@pytest.mark.parametrize(
    "address",
    ["ozg@kommune.example", "Vor.Nach+ozg@amt.kreis.example", "a@b-c.de", "katalog@localhost",
     "o'hara@x.example", "x@xn--mnster-3ya.example", "a" * 64 + "@x.example"],
)  # fmt: skip
def test_plain_addresses_are_taken(address: str) -> None:
    assert is_mailadresse(address)


@pytest.mark.parametrize(
    "address",
    ["", "@x.example", "a@", "a@x", "a@@x.example", "a@x.example, b@x.example", "a b@x.example",
     "a@x.example\nBcc: b@x.example", "a@x.example\r", " a@x.example", "Name <a@x.example>",
     "jürgen@x.example", "a@münster.example", '"a b"@x.example', "a@[127.0.0.1]", "a@[",
     ".a@x.example",
     "a..b@x.example", "a@-x.example", "a@x-.example", "a@x..example", "a(b)@x.example", "a@x.1",
     "a" * 65 + "@x.example", "a@" + "b" * 64 + ".example", "a@" + "b." * 130 + "example"],
)  # fmt: skip
def test_whatever_else_is_refused(address: str) -> None:
    assert not is_mailadresse(address)


@given(st.text())
def test_no_address_holds_what_a_header_could_break_at(text: str) -> None:
    if is_mailadresse(text):
        assert not set(text) & set('\r\n\0,;<>"() ')
        assert text.count("@") == 1


def test_the_domain_is_what_stands_behind_the_sign() -> None:
    assert domain_of("Wer@Stadt.EXAMPLE") == "stadt.example"


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.example", Mailserver("mail.example", 25)),
        ("smtp://mail.example:587?starttls=1", Mailserver("mail.example", 587, starttls=True)),
        ("smtps://mail.example", Mailserver("mail.example", 465, tls=True)),
        (
            "smtp://na%40me:ken%2Fn:wort@mail.example:25?starttls=ja",
            Mailserver("mail.example", 25, starttls=True, name="na@me", kennwort="ken/n:wort"),
        ),
        ("smtp://[::1]:1025", Mailserver("::1", 1025)),
    ],
)
def test_a_mail_server_is_read(text: str, server: Mailserver) -> None:
    assert parse_mailserver(text) == server


@pytest.mark.parametrize(
    "text",
    ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:x", "smtp://[::1",
     "smtp://mail.example/pfad", "smtp://mail.example?tls=1", "smtp://mail.example?starttls=oft",
     "smtps://mail.example?starttls=1", "smtp://mail.example:99999", "smtp://mail.example#x"],
)  # fmt: skip
def test_a_wrong_setting_says_how_it_is_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"smtp|starttls"):
        parse_mailserver(text)


def test_only_this_machine_is_local() -> None:
    local = ["localhost", "127.0.0.1", "127.8.8.8", "::1"]
    assert all(Mailserver(host, 25).is_local for host in local)
    away = ["mail.example", "10.0.0.1", "localhost.example", "0.0.0.0", "127.0.0.1.example"]  # noqa: S104
    assert not any(Mailserver(host, 25).is_local for host in away)


def test_a_password_stays_out_of_what_is_printed() -> None:
    assert "geheim" not in repr(parse_mailserver("smtp://wer:geheim@mail.example"))


# A mailbox --------------------------------------------------------------------------------------


def test_a_mailbox_says_its_folders_and_whose_it_is() -> None:
    text = "imaps://wer%40x:ge%2Fheim@mail.example/EfA/Neu?erledigt=Abgeholt&stelle=ego-mv"
    assert parse_postfach(text) == Postfachadresse(
        "mail.example", 993, tls=True, starttls=False, name="wer@x", ordner="EfA/Neu",
        erledigt="Abgeholt", stelle="ego-mv", kennwort="ge/heim",
    )  # fmt: skip
    assert parse_postfach("imap://wer@127.0.0.1").ordner == "INBOX"
    assert "heim" not in repr(parse_postfach(text))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("imap://wer:geheim@mail.example/INBOX", "ohne Verschlüsselung"),
        ("imaps://wer:geheim@mail.example/INBOX?starttls=1", "von Anfang an"),
        ("imaps://mail.example/INBOX", "so angegeben"),
        ("pop3://wer:geheim@mail.example", "so angegeben"),
        ("imaps://wer:geheim@mail.example/INBOX?ordner=x", "nur starttls"),
        ("imaps://wer:geheim%0D%0Ax@mail.example", "ein Zeichen"),
    ],
)
def test_a_mailbox_that_is_none_or_not_encrypted_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        parse_postfach(text)
    assert "geheim" not in str(refused.value)
