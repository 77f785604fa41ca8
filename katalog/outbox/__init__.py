"""Mails: what is to be sent is written beside the change it is about, and sent by the worker.

`enqueue` belongs to the transaction of the change, so there is never a mail about something that
did not happen, nor a change nobody is told of. `delivery` claims one mail after the other, hands
it to a `transport` and notes what became of it. SMTP cannot send exactly once: a worker that dies
between the server's answer and its own note sends again. The Message-ID is fixed when queueing, so
that the second one is recognised as the same.
"""

from katalog.outbox.delivery import deliver_next
from katalog.outbox.mail import Absender, Mail, enqueue, read_absender
from katalog.outbox.transport import FolderTransport, SmtpTransport, Transport, Unreachable

__all__ = [
    "Absender",
    "FolderTransport",
    "Mail",
    "SmtpTransport",
    "Transport",
    "Unreachable",
    "deliver_next",
    "enqueue",
    "read_absender",
]
