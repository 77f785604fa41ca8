"""What the mails about accounts say: plain text, short, and what to do if it was not you."""

from __future__ import annotations

from katalog.domain.kalender import format_datum
from katalog.outbox import Mail
from katalog.queries.zugriffstoken import Ablaufend

_END = "\n\nDiese Mail hat der OZG-Katalog verschickt. Antworten darauf liest niemand.\n"


def sign_in(address: str, occasion: str, token: str, code: str, basis_url: str) -> Mail:
    text = (
        "Guten Tag,\n\n"
        "mit diesem Link melden Sie sich im OZG-Katalog an:\n\n"
        f"{basis_url}/anmelden/link?token={token}\n\n"
        "Oder geben Sie auf der Seite, auf der Sie die Mail angefordert haben, diesen Code ein:\n\n"
        f"{code[:4]} {code[4:]}\n\n"
        "Link und Code gelten 30 Minuten und nur einmal. Geben Sie beides niemandem weiter: Der "
        "OZG-Katalog fragt Sie nie danach.\n\n"
        "Wollten Sie sich nicht anmelden? Dann löschen Sie diese Mail; es geschieht nichts."
    )
    return Mail(
        anlass=f"anmeldung:{occasion}",
        vorlage="anmeldung",
        empfaenger=address,
        betreff="Anmeldung im OZG-Katalog",
        text=text + _END,
        vertraulich=True,
    )


def blocked(address: str, occasion: str) -> Mail:
    text = (
        "Guten Tag,\n\n"
        "Sie wollten sich im OZG-Katalog anmelden. Das Konto zu dieser Adresse ist gesperrt.\n\n"
        "Wenden Sie sich an die Stelle, die das Portal betreibt; sie steht im Impressum."
    )
    return Mail(
        anlass=f"gesperrt:{occasion}",
        vorlage="konto_gesperrt",
        empfaenger=address,
        betreff="Ihr Konto im OZG-Katalog ist gesperrt",
        text=text + _END,
    )


def request_to_decide(
    address: str, occasion: str, who: str, stelle: str, rolle: str, aufgabe: str, basis_url: str
) -> Mail:
    text = (
        "Guten Tag,\n\n"
        f"{who} möchte im OZG-Katalog für „{stelle}“ handeln (Rolle: {rolle})."
        + (f"\nAufgabe dort, nach eigener Angabe: {aufgabe}" if aufgabe else "")
        + "\n\nBitte prüfen Sie, ob das stimmt, und entscheiden Sie hier:\n\n"
        f"{basis_url}/konto/anfragen\n\n"
        "Wer freigegeben ist, macht Angaben im Namen der Stelle. Im Zweifel fragen Sie dort nach."
    )
    return Mail(
        anlass=occasion,
        vorlage="anfrage_entscheiden",
        empfaenger=address,
        betreff=f"Anfrage: für {stelle} handeln",
        text=text + _END,
    )


def decided(address: str, occasion: str, stelle: str, granted: bool, basis_url: str) -> Mail:
    outcome = (
        f"Sie handeln im OZG-Katalog jetzt für „{stelle}“. Was Sie tun können, steht unter\n\n"
        f"{basis_url}/konto"
        if granted
        else f"Ihre Anfrage, im OZG-Katalog für „{stelle}“ zu handeln, wurde abgelehnt.\n\n"
        "Fragen Sie bei der Stelle oder ihrer Koordinierenden Stelle nach dem Grund. Sie können "
        f"jederzeit neu anfragen:\n\n{basis_url}/konto/zugang"
    )
    return Mail(
        anlass=occasion,
        vorlage="anfrage_entschieden",
        empfaenger=address,
        betreff=f"{'Freigegeben' if granted else 'Abgelehnt'}: für {stelle} handeln",
        text=f"Guten Tag,\n\n{outcome}" + _END,
    )


def token_expires(token: Ablaufend, basis_url: str) -> Mail:
    text = (
        "Guten Tag,\n\n"
        f"am {format_datum(token.laeuft_ab_am.date())} läuft Ihr Zugriffstoken „{token.name}“ für "
        f"„{token.stelle}“ ab. Das Programm, das es benutzt, wird danach abgewiesen.\n\n"
        "Brauchen Sie es weiter, erzeugen Sie rechtzeitig ein neues und tragen Sie es dort ein:\n\n"
        f"{basis_url}/konto/zugriffstoken\n\n"
        "Brauchen Sie es nicht mehr, ist nichts zu tun."
    )
    return Mail(
        anlass=f"zugriffstoken:{token.id}:{token.laeuft_ab_am.date().isoformat()}",
        vorlage="zugriffstoken_laeuft_ab",
        empfaenger=token.email,
        betreff=f"Zugriffstoken „{token.name}“ läuft ab",
        text=text + _END,
    )
