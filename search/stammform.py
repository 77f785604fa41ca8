"""Folds German words and cuts them to what their forms have in common.

The usual German stemmers keep short verbs and nouns apart (melden/Meldung, gründen/Gründung) and
participles (angemeldet). Citizens type verbs, the official lists are full of nouns, so both meet
here in one form. The form is for comparing only and need not be a word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DIGRAPH = re.compile(r"(?<![aeiouq])([aou])e")
_GENDERED = re.compile(r"(?<=\w)(?:(?:[*:_]|/-?)in(?:nen)?\b|\(in(?:nen)?\))")

SEPARABLE = (
    "herunter",
    "wieder",
    "zusammen",
    "zurück",
    "heraus",
    "herein",
    "hinzu",
    "weiter",
    "fort",
    "nach",
    "über",
    "unter",
    "durch",
    "auf",
    "aus",
    "bei",
    "ein",
    "her",
    "hin",
    "los",
    "mit",
    "vor",
    "weg",
    "ab",
    "an",
    "um",
    "zu",
)

# Where a rule below would melt two words into one that have nothing to do with each other, or
# miss that two belong together. Written folded.
_EXCEPTIONS = {
    "grunden": "grundung",
    "grundet": "grundung",
    "gegrundet": "grundung",
    "grundung": "grundung",
    "grundungen": "grundung",
    "grunder": "grundung",
    "grunderin": "grundung",
    "zeitung": "zeitung",
    "zeitungen": "zeitung",
    "wirtschaft": "wirtschaft",
    "wirtschaftlich": "wirtschaft",
    "wirtschaftliche": "wirtschaft",
    "internet": "internet",
    "verein": "verein",
    "vereine": "verein",
    "vereins": "verein",
    "vereinen": "verein",
    "vereinbarung": "vereinbarung",
    "stelle": "stelle",
    "stellen": "stelle",
    "partner": "partner",
    "manner": "mann",
    "mannern": "mann",
    "volker": "volk",
    "stadte": "stadt",
    "arzte": "arzt",
    "arztin": "arzt",
    "arztinnen": "arzt",
    "arztlich": "arzt",
    "arztliche": "arzt",
    "geld": "geld",
    "gelder": "geld",
    "register": "register",
    "registers": "register",
    "muster": "muster",
    "fenster": "fenster",
    "meister": "meister",
    "kinder": "kind",
    "mullabfuhr": "mullabfuhr",
    "zuge": "zug",
    "umzuge": "umzug",
    "umziehen": "umzug",
    "umgezogen": "umzug",
    "ziehe": "zieh",
    "tode": "tod",
    "tot": "tod",
    "tote": "tod",
    "gestorben": "sterb",
    "stirbt": "sterb",
    "verstorben": "sterb",
    "verstorbene": "sterb",
    "verstorbener": "sterb",
    "verstorbenen": "sterb",
    "sterbe": "sterb",
    "geboren": "geburt",
    "geborene": "geburt",
    "geborenes": "geburt",
    "verloren": "verlust",
    "verlorene": "verlust",
    "verlorener": "verlust",
    "verlorenes": "verlust",
    "verlieren": "verlust",
    "gestohlen": "diebstahl",
    "gestohlene": "diebstahl",
    "gestohlenes": "diebstahl",
    "geklaut": "diebstahl",
    "geklaute": "diebstahl",
    "geklautes": "diebstahl",
    "gefunden": "fund",
    "gefundene": "fund",
    "gefundenes": "fund",
    "studium": "studi",
    "studieren": "studi",
    "studierende": "studi",
    "studierenden": "studi",
    "studierender": "studi",
    "student": "studi",
    "studenten": "studi",
    "studentin": "studi",
    "scheiden": "scheid",
    "scheidung": "scheid",
    "vaterschaft": "vaterschaft",
    "mutterschaft": "mutterschaft",
    "pflegen": "pfleg",
    "gepflegt": "pfleg",
    "bau": "bau",
    "bauen": "bau",
    "baut": "bau",
    "gebaut": "bau",
    "umbau": "umbau",
    "umbauen": "umbau",
    "anbau": "anbau",
    "anbauen": "anbau",
    "abriss": "abbruch",
    "abreissen": "abbruch",
    "abbrechen": "abbruch",
    "tochter": "tochter",
    "tochtern": "tochter",
    "brucke": "bruck",
    "unterhalt": "unterhalt",
    "unterhalts": "unterhalt",
    "unterhaltung": "unterhaltung",
    "gepruft": "pruf",
    "gekundigt": "kundig",
    "geplant": "plan",
    "genutzt": "nutz",
    "genehmigt": "genehmig",
    "genehmigte": "genehmig",
    "zugelassen": "zulas",
    "ausgezogen": "auszug",
    "ausziehen": "auszug",
    "einziehen": "einzug",
    "eingezogen": "einzug",
    "zugezogen": "zuzug",
    "zuziehen": "zuzug",
    "rehabilitierung": "rehabilitierung",
    "rehabilitieren": "rehabilitierung",
    "rehabilitiert": "rehabilitierung",
    "versteuern": "steuer",
    "versteuert": "steuer",
    "halten": "halt",
    "haltung": "halt",
}  # fmt: skip

# Each with the number of letters that have to be left.
_DERIVED = {
    "ierung": 4,
    "ation": 5,
    "ion": 5,
    "schaft": 5,
    "heit": 4,
    "keit": 4,
    "lich": 4,
    "isch": 4,
    "ung": 3,
}
_FOREIGN_VERB = re.compile(r"(.{4,})ier(?:en|t|e|te|ten|ter|tes)")
# Verbs with a prefix whose noun has another vowel: entnehmen and Entnahme, austreten and Austritt.
_ABLAUT = {
    "nehm": "nahm",
    "tret": "tritt",
    "brech": "bruch",
    "schliess": "schluss",
    "schneid": "schnitt",
    "zieh": "zug",
    "geb": "gab",
}
# Ermittel(n) and Ermittl(ung).
_LOST_E = re.compile(r"(?<=.{3}[^aeiou])el$")
_PARTICIPLE = re.compile(r"(?:[dt]|[^aeiou][nm])et$")


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Lower case without umlauts: Führer, Fuehrer and Fuhrer are one, and so are ß and ss.

    After a vowel or q, "ue" is no umlaut (Steuer, Mauer, Quelle).
    """
    lowered = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in lowered if not unicodedata.combining(c))
    # The spelling reform allows selbständig and selbstständig.
    return _DIGRAPH.sub(r"\1", plain).replace("selbstst", "selbst")


_SEPARABLE_FOLDED = tuple(fold(prefix) for prefix in SEPARABLE)


def drop_gender_marks(text: str) -> str:
    """Schüler*innen, Schüler:innen and Schüler/-innen are looked for as Schüler."""
    return _GENDERED.sub("", text)


def pieces(written: str) -> list[str]:
    """The words of one with hyphens: Kfz-Steuer is two, E-Auto and U-Untersuchung are one."""
    if "-" not in written:
        return [written]
    split = written.strip("-").split("-")
    return ["".join(split)] if any(len(piece) == 1 for piece in split) else split


@lru_cache(maxsize=100_000)
def stem(folded: str) -> str:
    """Expects a folded word and gives the form under which all its relatives are kept."""
    known = _EXCEPTIONS.get(folded)
    if known is not None:
        return known
    if len(folded) < 4 or not folded.isalpha():
        return folded
    word = _without_participle(folded)
    for _ in range(3):
        shorter = _cut(word)
        if shorter == word:
            break
        word = _EXCEPTIONS.get(shorter, shorter)
    for verb, noun in _ABLAUT.items():
        if word.endswith(verb) and len(word) >= len(verb) + 2:
            return word.removesuffix(verb) + noun
    # Zeugnis, Zeugnisse and Bus, Busse; only now, or the next round would take "es" from Pass.
    return word[:-1] if word.endswith("ss") else word


def _without_participle(word: str) -> str:
    """angemeldet → anmeldet, gefördert → fordert; Gebiet, Gericht and Gehalt stay."""
    if (
        not (_PARTICIPLE.search(word) or word.endswith(("ert", "elt", "igt")))
        or "ge" not in word[:10]
    ):
        return word
    if word.startswith("ge") and len(word) >= 7:
        return word[2:]
    for prefix in _SEPARABLE_FOLDED:
        if word.startswith(prefix + "ge") and len(word) - len(prefix) >= 7:
            return prefix + word[len(prefix) + 2 :]
    return word


def _cut(word: str) -> str:
    """One round: an ending, what makes a noun or adjective of a verb, a last -er."""
    # Adoptieren and Adoption, demonstrieren and Demonstration.
    if (verb := _FOREIGN_VERB.fullmatch(word)) is not None:
        return verb[1]
    word = _without_ending(word)
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    for suffix, rest in _DERIVED.items():
        if word.endswith(suffix) and len(word) - len(suffix) >= rest:
            word = word.removesuffix(suffix)
            break
    if word.endswith("er") and _er_is_an_ending(word[:-2]):
        word = word[:-2]
    elif _LOST_E.search(word):
        word = word[:-2] + "l"
    return word


def _without_ending(word: str) -> str:
    if word.endswith("innen") and len(word) >= 8:
        return word[:-5]
    if word.endswith("erin") and len(word) >= 6:
        return word[:-2]
    if word.endswith(("ungen", "ern")) and len(word) >= 5:
        return word[: -2 if word.endswith("ungen") else -1]
    if word.endswith("eln") and len(word) >= 6:
        return word[:-1]
    if word.endswith(("en", "em", "es")) and len(word) >= 5:
        return word[:-2]
    if word.endswith("s") and word[-2] in "bdfghklmnrt" and len(word) >= 5:
        return word[:-1]
    if word.endswith(("os", "as", "ys")) and len(word) >= 5:
        return word[:-1]
    if word.endswith("e") and len(word) >= 4:
        return word[:-1]
    if _PARTICIPLE.search(word) and len(word) >= 6:
        return word[:-2]
    if word.endswith(("ert", "elt", "igt")) and len(word) >= 7:
        return word[:-1]
    return word


def _er_is_an_ending(rest: str) -> bool:
    """Not in Steuer, Feuer, Wasser, Mutter, Alter; but in Kinder, Häuser, Jäger, Mieter."""
    if len(rest) < 4 or (len(rest) == 4 and rest[-1] in "aeiou"):
        return rest == "jag"
    return rest[-1] != rest[-2]
