"""The language of the chrome: German is written in the templates, English is looked up.

Only what surrounds the content is translated. What laws, sources and municipalities say stays
German, and pages mark it as such (`lang="de"` on the content when the chrome is English).
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

_ENGLISH = Path(__file__).parent / "english.toml"


class Language(StrEnum):
    DE = "de"
    EN = "en"


@cache
def english_texts() -> dict[str, str]:
    return {str(de): str(en) for de, en in tomllib.loads(_ENGLISH.read_text("utf-8")).items()}


def translate(text: str, language: Language) -> str:
    return english_texts()[text] if language is Language.EN else text
