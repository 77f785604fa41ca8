"""Language and theme: two choices of the reader, kept in cookies that hold nothing else.

A cookie is set only when somebody presses the button for it (§ 25 Abs. 2 Nr. 2 TDDDG), so the
portal needs no consent banner. Without a cookie the browser's own settings rule the theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from katalog.web.language import Language

# Without the __Host- prefix: nothing depends on who set them, and a portal under plain http on
# another machine (development only) could not keep them otherwise.
LANGUAGE_COOKIE = "sprache"
THEME_COOKIE = "darstellung"


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Preferences:
    language: Language = Language.DE
    theme: Theme = Theme.AUTO


def read_preferences(cookies: Mapping[str, str]) -> Preferences:
    language = cookies.get(LANGUAGE_COOKIE, "")
    theme = cookies.get(THEME_COOKIE, "")
    return Preferences(
        language=Language(language) if language in set(Language) else Language.DE,
        theme=Theme(theme) if theme in set(Theme) else Theme.AUTO,
    )
