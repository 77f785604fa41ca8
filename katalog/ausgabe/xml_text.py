"""Text as XML 1.0 can hold it: some characters it cannot, not even escaped."""

from __future__ import annotations

import re

_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def possible_text(text: str) -> str:
    return _IMPOSSIBLE.sub("", text)
