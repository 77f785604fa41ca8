"""One mail from the queue to the transport; safe with any number of workers and any crash.

A claim lasts for a while. Whoever dies with a mail in hand leaves it to be claimed again when that
while is over; nobody else touches it before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from katalog.db import Engine, reading, writing
from katalog.outbox.mail import Absender, build_message
from katalog.outbox.transport import Deferred, Refused, Transport, Unreachable
from katalog.queries import nachrichten

# Longer than a mail can take: each word to the server waits half a minute at most.
_CLAIM = timedelta(minutes=10)
# How long to wait after the first, second … failure; after the last one the mail is given up.
_PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440))


def deliver_next(engine: Engine, transport: Transport, absender: Absender, now: datetime) -> bool:
    """Whether there was a mail to send. `Unreachable` says that the others need not try either."""
    with reading(engine) as session:
        if not nachrichten.is_due(session, now):
            return False
    with writing(engine) as session:
        mail = nachrichten.claim(session, now, now + _CLAIM)
    if mail is None:
        return False
    try:
        transport.send(
            mail.message_id, absender.adresse, mail.empfaenger, build_message(mail, absender)
        )
    except Refused as error:
        with writing(engine) as session:
            nachrichten.give_up(session, mail, str(error))
    except Deferred as error:
        with writing(engine) as session:
            if mail.versuche < len(_PAUSES):
                later = now + _PAUSES[mail.versuche]
                nachrichten.put_back(session, mail, later, str(error), counts=True)
            else:
                nachrichten.give_up(session, mail, str(error))
    except Unreachable as error:
        with writing(engine) as session:
            # A server that is away for a weekend is no reason to give up what waits for it.
            nachrichten.put_back(session, mail, now + _PAUSES[0], str(error), counts=False)
        raise
    else:
        with writing(engine) as session:
            nachrichten.mark_sent(session, mail, now)
    return True
