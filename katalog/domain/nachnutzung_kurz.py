"""The short path: taking over an assistant that a municipality built (no Landesangebot).

Anfrage, Übergabe, produktiv. It is addressed to the Traeger, who acts as Anbieter. There are no
terms, so there is no contract to give notice of; use ends by a statement in the register.
"""

from __future__ import annotations

from katalog.domain import aenderungen
from katalog.domain.angaben import Angabe
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Empfaenger, Mail, Step, Vorlage, Wirkung
from katalog.domain.vorgang import Aktion, Status

STEPS_KURZ: tuple[Step, ...] = (
    Step(
        Aktion.ANFRAGEN,
        frozenset({Status.ENTWURF}),
        (Rolle.KOMMUNE,),
        Status.ANGEFRAGT,
        angaben=(Angabe.WUNSCHTERMIN, Angabe.ANSPRECHSTELLE),
        mails=(Mail(Vorlage.ANFRAGE, Empfaenger.TRAEGER, Empfaenger.KOMMUNE),),
        umkehr=Aktion.ZURUECKZIEHEN,
        aendert=aenderungen.bekunde_interesse,
    ),
    Step(
        Aktion.UEBERGEBEN,
        frozenset({Status.ANGEFRAGT}),
        (Rolle.ANBIETER,),
        Status.IN_UEBERGABE,
        mails=(Mail(Vorlage.UEBERGABE, Empfaenger.KOMMUNE),),
        wirkungen=(Wirkung.EINSATZ_ANGLEICHEN,),
    ),
    Step(
        Aktion.ABLEHNEN,
        frozenset({Status.ANGEFRAGT}),
        (Rolle.ANBIETER,),
        Status.ABGELEHNT,
        angaben=(Angabe.GRUND,),
        mails=(Mail(Vorlage.ABLEHNUNG, Empfaenger.KOMMUNE),),
    ),
    Step(
        Aktion.PRODUKTIV_MELDEN,
        frozenset({Status.IN_UEBERGABE}),
        (Rolle.KOMMUNE,),
        Status.PRODUKTIV,
        angaben=(Angabe.DATUM,),
        mails=(Mail(Vorlage.PRODUKTIVSETZUNG, Empfaenger.TRAEGER),),
        wirkungen=(Wirkung.EINSATZ_ANGLEICHEN,),
        aendert=aenderungen.melde_produktiv,
    ),
    Step(
        Aktion.ZURUECKZIEHEN,
        frozenset({Status.ENTWURF}),
        (Rolle.KOMMUNE,),
        Status.ZURUECKGEZOGEN,
    ),
    Step(
        Aktion.ZURUECKZIEHEN,
        frozenset({Status.ANGEFRAGT, Status.IN_UEBERGABE}),
        (Rolle.KOMMUNE,),
        Status.ZURUECKGEZOGEN,
        mails=(Mail(Vorlage.RUECKZUG, Empfaenger.TRAEGER),),
        wirkungen=(Wirkung.EINSATZ_ANGLEICHEN,),
    ),
)
