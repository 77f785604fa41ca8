"""The URL is the state: every filter, page and order is a link to a changed address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from katalog.domain.errors import UngueltigeEingabe

_MAX_QUERY = 8192
_MAX_FIELDS = 100
_MAX_TEXT = 200
_MAX_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Address:
    """`place` is the id on the page where a list begins that is not at its top."""

    path: str
    fields: tuple[tuple[str, str], ...] = ()
    place: str = ""

    def __str__(self) -> str:
        path = quote(self.path, safe="/:@!$&'()*+,;=~-._")
        query = f"?{urlencode(self.fields)}" if self.fields else ""
        return f"{path}{query}#{self.place}" if self.place else f"{path}{query}"

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value.replace("\n", " ") for key, value in self.fields if key == name)

    def lines(self, name: str) -> str:
        """A text of several lines, as only a form sends it."""
        values = [value for key, value in self.fields if key == name]
        return values[-1].strip() if values else ""

    def last(self, name: str) -> str:
        """As it was sent: for what is no text to be read, like an address."""
        return (self.all(name) or ("",))[-1]

    def text(self, name: str) -> str:
        """The last value, without surrounding blanks."""
        value = self.last(name)
        if len(value) > _MAX_TEXT:
            raise UngueltigeEingabe(
                name, value[:50], f"Der Text ist zu lang. Möglich sind {_MAX_TEXT} Zeichen."
            )
        return " ".join(value.split())

    def page(self) -> int:
        value = self.text("seite") or "1"
        if not (value.isascii() and value.isdigit()) or not 1 <= int(value) <= _MAX_PAGE:
            raise UngueltigeEingabe(
                "seite",
                value[:50],
                "Seiten werden ab 1 gezählt. Beginnen Sie auf der ersten Seite.",
            )
        return int(value)

    def without(self, *names: str) -> Address:
        return replace(self, fields=tuple(f for f in self.fields if f[0] not in names))

    def with_(self, **values: str | int) -> Address:
        """Set fields, replacing what they held; an empty text removes the field."""
        kept = self.without(*values)
        added = tuple((name, str(value)) for name, value in values.items() if value != "")
        return replace(self, fields=kept.fields + added)

    def toggled(self, name: str, value: str) -> Address:
        """Add or remove one value of a filter; the list then starts on its first page."""
        base = self.without("seite")
        if (name, value) in base.fields:
            return replace(base, fields=tuple(f for f in base.fields if f != (name, value)))
        return replace(base, fields=(*base.fields, (name, value)))

    def under(self, path: str) -> Address:
        """The same choice on another page."""
        return replace(self, path=path, place="")

    def at(self, place: str) -> Address:
        return replace(self, place=place)

    def at_page(self, number: int) -> Address:
        return self.without("seite") if number == 1 else self.with_(seite=number)


def read_address(path: str, query: bytes) -> Address:
    if len(query) > _MAX_QUERY:
        raise UngueltigeEingabe(
            "Adresse", "", "Die Adresse ist zu lang. Nehmen Sie einzelne Filter heraus."
        )
    try:
        pairs = parse_qsl(
            query.decode("utf-8", "replace"), keep_blank_values=False, max_num_fields=_MAX_FIELDS
        )
    except ValueError as error:
        raise UngueltigeEingabe(
            "Adresse", "", f"Die Adresse hat mehr als {_MAX_FIELDS} Angaben."
        ) from error
    return Address(path, tuple((printable(name), printable(value)) for name, value in pairs))


def printable(text: str) -> str:
    """Text pasted from a document brings hard blanks and line ends; NUL no database takes."""
    return "".join(c if c.isprintable() else " " for c in text)


def printable_lines(text: str) -> str:
    """The same for a field of several lines, which keeps them."""
    return "\n".join(map(printable, text.replace("\r\n", "\n").split("\n")))
