"""A mail that people send themselves: as a file that mail programs open, or as a link."""

from __future__ import annotations

from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from katalog.workflow import Brief

# Beyond it some mail programs cut the text off or open nothing at all.
_LONGEST_LINK = 1_900


def write_eml(brief: Brief) -> bytes:
    """Not yet sent: Outlook opens it for writing, others show it to be sent again."""
    message = EmailMessage(policy=SMTP)
    message["To"] = [Mailbox(addr_spec=address) for address in brief.an]
    if brief.kopie:
        message["Cc"] = [Mailbox(addr_spec=address) for address in brief.kopie]
    message["Subject"] = brief.betreff
    message["X-Unsent"] = "1"
    message.set_content(brief.text)
    return message.as_bytes()


def mailto(brief: Brief) -> str:
    """Empty if the text is too long for a link."""
    subject, body = quote(brief.betreff), quote(brief.text.replace("\n", "\r\n"))
    link = f"mailto:{quote(','.join(brief.an), safe='@,')}?subject={subject}&body={body}"
    return link if len(link) <= _LONGEST_LINK else ""
