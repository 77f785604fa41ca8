"""What a call may be asked: each parameter says what it means, what it looks like, how it is read.

Everything that is wrong is said at once. An unknown parameter is refused instead of ignored: a
mistyped filter would otherwise answer with everything, and nobody would notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben

Schema = dict[str, Any]

_LONGEST_QUERY = 8192
_MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class Parameter:
    """`many` may be given several times; `in_path` is a part of the address and always there.

    `fallback` is what holds if it is not given; required parameters have none.
    """

    name: str
    meaning: str
    schema: Schema
    read: Callable[[str], Any]
    example: str = ""
    many: bool = False
    required: bool = False
    in_path: bool = False
    fallback: Any = None


@dataclass(slots=True)
class Reading:
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[UngueltigeEingabe] = field(default_factory=list)

    def take(self, parameter: Parameter, texts: Sequence[str]) -> None:
        if not texts:
            self.values[parameter.name] = () if parameter.many else parameter.fallback
            if parameter.required:
                self.refuse(parameter.name, "", f"Diese Angabe fehlt. {parameter.meaning}")
            return
        if len(texts) > 1 and not parameter.many:
            self.refuse(parameter.name, texts[-1], "Diese Angabe ist nur einmal möglich.")
            return
        found = [self._read(parameter, text) for text in texts]
        self.values[parameter.name] = tuple(found) if parameter.many else found[0]

    def _read(self, parameter: Parameter, text: str) -> Any:
        try:
            return parameter.read(text)
        except UngueltigeEingabe as error:
            # A reader of the domain names the field by its own word.
            self.refuse(parameter.name, error.wert, error.meldung)
            return None

    def refuse(self, name: str, value: str, message: str) -> None:
        self.faults.append(UngueltigeEingabe(name, value, message))

    def done(self) -> dict[str, Any]:
        if len(self.faults) == 1:
            raise self.faults[0]
        if self.faults:
            raise UngueltigeEingaben(self.faults)
        return self.values


def read_parameters(
    known: Sequence[Parameter], path: Mapping[str, str], given: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    reading = Reading()
    for parameter in known:
        if parameter.in_path:
            texts = [path[parameter.name]]
            check_printable(parameter.name, texts[0])
        else:
            texts = [value for name, value in given if name == parameter.name]
        reading.take(parameter, texts)
    names = [parameter.name for parameter in known if not parameter.in_path]
    for name, value in given:
        if name not in names:
            reading.refuse(name[:80], value, _say_unknown(names))
    return reading.done()


def _say_unknown(names: Sequence[str]) -> str:
    if not names:
        return "Diesen Parameter kennt der Aufruf nicht. Er hat keine."
    return f"Diesen Parameter kennt der Aufruf nicht. Möglich sind: {', '.join(sorted(names))}."


def read_query(query: bytes) -> list[tuple[str, str]]:
    if len(query) > _LONGEST_QUERY:
        raise UngueltigeEingabe(
            "Adresse",
            "",
            f"Die Adresse ist zu lang. Hinter dem Fragezeichen sind {_LONGEST_QUERY} Zeichen "
            "möglich. Nehmen Sie einzelne Filter heraus.",
        )
    try:
        # Bytes that no address may hold are read as if they had been written with %.
        text = query.decode("utf-8")
        pairs = parse_qsl(text, True, max_num_fields=_MOST_FIELDS, errors="strict")
    except UnicodeDecodeError as error:
        raise UngueltigeEingabe(
            "Adresse", "", "Die Adresse enthält Zeichen, die kein UTF-8 sind. Prüfen Sie sie."
        ) from error
    except ValueError as error:
        raise UngueltigeEingabe(
            "Adresse", "", f"Die Adresse hat mehr als {_MOST_FIELDS} Angaben."
        ) from error
    for name, value in pairs:
        check_printable(name, name)
        check_printable(name, value)
    return pairs


def check_printable(name: str, value: str) -> None:
    """NUL no database takes, line ends no header."""
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise UngueltigeEingabe(
            "".join(c if c.isprintable() else "?" for c in name)[:80],
            "",
            "Die Angabe enthält Steuerzeichen. Nehmen Sie sie heraus.",
        )
