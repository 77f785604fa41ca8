"""Searches somebody keeps: what is new in them or gone is told by mail, in one rhythm each.

`keeping` adds, changes and removes them, `telling` writes the mails, `unsubscribing` ends them by
the link in each. What a search finds is asked of whoever knows addresses: `Find` is handed in.
"""

from katalog.saved_searches.keeping import change, find_own, forget, remember
from katalog.saved_searches.telling import Find, tell_next
from katalog.saved_searches.unsubscribing import make_address, read_address, unsubscribe

__all__ = [
    "Find",
    "change",
    "find_own",
    "forget",
    "make_address",
    "read_address",
    "remember",
    "tell_next",
    "unsubscribe",
]
