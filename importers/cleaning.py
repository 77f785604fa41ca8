"""Texts from outside become plain text: no control characters, one kind of blank, no markup.

HTML becomes plain text and not a smaller HTML: then nothing in the database is markup, no
template needs `|safe`, and search, mail, CSV and JSON take the texts as they are. Paragraphs,
list items and the targets of links survive as line breaks, dashes and addresses in brackets. nh3
parses the markup as a browser would; what it returns has so few forms that patterns read it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple
from urllib.parse import urlsplit

import nh3

URL_LENGTH = 1_000


class Cleaned(NamedTuple):
    """`removed` names the characters that were taken out ("U+0000, U+202E"), mostly nothing."""

    text: str
    removed: str = ""


# Characters -------------------------------------------------------------------------------------

# C0 without tab and line ends, DEL and C1; what turns the direction of writing (a name could show
# other letters than it has) or takes no room; halves of surrogate pairs, which no UTF-8 can hold;
# the private and the nonsensical end of the first plane. Joiners stay: emoji are built with them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff0-\uffff\U000e0000-\U000e007f]"
)
# Only a place where a word may be divided: it goes without a word, since search would trip on it.
_SOFT_HYPHEN = "\u00ad"
# A file that says Latin-1 and means Windows-1252 has its dashes and quotes among the C1 controls.
_WINDOWS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n{3,}")
_NAMED_AT_MOST = 5
_GUARDED = re.compile(r"[\s'\"]*[=+\-@＝＋－＠\0]|'*[\t\r\n]")


def clean_line(text: str) -> Cleaned:
    """For names, titles and codes: one line, single blanks."""
    text, removed = _strip_unwanted(text)
    return Cleaned(" ".join(text.split()), removed)


def clean_block(text: str) -> Cleaned:
    """For longer texts without markup: lines stay, blank lines come one at a time."""
    text, removed = _strip_unwanted(text)
    return Cleaned(_tidy(text), removed)


def without_guard(text: str) -> str:
    """An export puts an apostrophe in front of what a spreadsheet would run as a formula, and in
    front of what looks as if it had got one. Taking it away gives every text back as it was."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text, 1) else text


def _tidy(text: str) -> str:
    if "  " in text or "\t" in text or " \n" in text or "\n " in text:
        text = "\n".join([" ".join(line.split()) for line in text.split("\n")])
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip()


def _strip_unwanted(text: str) -> tuple[str, str]:
    if "\u00a0" in text:
        text = text.replace("\u00a0", " ")
    if not unicodedata.is_normalized("NFC", text):
        # File systems and forms write ä as a + ¨; keys and names must not differ by that.
        text = unicodedata.normalize("NFC", text)
    # Whatever is unwanted is not printable, and asking that is ten times faster than searching.
    if text.isprintable() or text.replace("\n", "").isprintable():
        return text, ""
    text = _LINE_END.sub("\n", text)
    found = dict.fromkeys(_UNWANTED.findall(text))
    if found:
        text = _UNWANTED.sub("", text.translate(_WINDOWS))
    return text.replace(_SOFT_HYPHEN, ""), _name_characters(list(found)) if found else ""


def _name_characters(characters: list[str]) -> str:
    names = ", ".join(f"U+{ord(character):04X}" for character in characters[:_NAMED_AT_MOST])
    return names + ", …" if len(characters) > _NAMED_AT_MOST else names


# Markup -----------------------------------------------------------------------------------------

_LINES = frozenset({"br", "tr", "dt", "dd", "hr", "pre", "caption"})
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table"})
_OTHER = frozenset({"li", "td", "th", "a"})
_NH3 = nh3.Cleaner(
    tags=set(_LINES | _BLOCKS | _OTHER),
    # "*" is for title and lang, which nh3 else lets through on every element.
    attributes={"a": {"href"}, "*": set()},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    clean_content_tags={"script", "style", "template", "iframe", "object", "svg", "math"},
    link_rel=None,
)
_MARKUP = re.compile(r"<[A-Za-z/!?][^<>]*>")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
# What nh3 lets through has no attributes but the one above, so that no ">" hides in a tag.
_TAG = re.compile(r"<(/?)([a-z0-9]+)>")
_HALF_TAG = re.compile(r"<(?=[A-Za-z/!?])")
# Texts were escaped twice on some ways; more often than that nobody means it.
_LAYERS = 3
# nh3 needs quadratic time for deeply nested markup: 20,000 open elements took half a second.
_TAGS_FOR_NH3 = 2_000


def plain_text(text: str) -> Cleaned:
    """Several lines out of HTML or plain text; the result holds nothing that looks like a tag."""
    text, removed = _strip_unwanted(text)
    if "<" in text or "&" in text:
        # An entity may have stood for one of the characters that were just looked for.
        text, again = _strip_unwanted(_without_markup(text))
        removed = removed or again
    return Cleaned(_tidy(text), removed)


def plain_line(text: str) -> Cleaned:
    """The same for names and titles, which are one line."""
    if "<" not in text and "&" not in text:
        return clean_line(text)
    cleaned = plain_text(text)
    return Cleaned(" ".join(cleaned.text.split()), cleaned.removed)


def _without_markup(text: str) -> str:
    for _ in range(_LAYERS):
        if "<" in text and _MARKUP.search(text):
            text = _read_html(text)
        elif "&" in text and _ENTITY.search(text):
            text = html.unescape(text)
        else:
            break
    return _HALF_TAG.sub("< ", _MARKUP.sub(" ", text)) if "<" in text else text


def _read_html(text: str) -> str:
    # A line end in HTML is a blank; only elements make lines.
    text = text.replace("\n", " ")
    plain = _read_simple(text)
    if plain is None and text.count("<") > _TAGS_FOR_NH3:
        plain = _MARKUP.sub(" ", text)
    if plain is None:
        plain = _TAG.sub(_break_for, _LINK.sub(_write_link, _NH3.clean(text)))
    return html.unescape(plain)


def _write_link(found: re.Match[str]) -> str:
    address, label = found.group(1).removeprefix("mailto:"), found.group(2)
    words = _TAG.sub(" ", label).strip()
    return label if not address or words in {address, ""} else f"{label} ({address})"


def _break_for(found: re.Match[str]) -> str:
    closing, name = found.groups()
    if name == "li":
        return "" if closing else "\n– "
    if name in _BLOCKS:
        return "\n\n"
    if name in _LINES:
        return "\n"
    return " " if name in {"td", "th"} else ""


# Markup that is all but a few plain tags, as nearly every text has it, needs no HTML parser: that
# is twenty times faster, and importing texts is most of the work. Anything else goes to nh3.
_SIMPLE_LINK = re.compile(
    r'<a href="(https?://[^"<>\s]*)"(?: (?:target|title|class|rel)="[^"<>]*")*>([^<>]*)</a>'
)
_ATTRIBUTES = re.compile(
    r'<(p|ul|ol|li|strong|em|b|i|u|span|h[1-6])(?: (?:class|style|id|title|lang)="[^"<>]*")+>'
)
_TAG_INSIDE = re.compile(r"<([^<>]*)>")
_SIMPLE_TAGS = {
    "li": "\n– ",
    "/li": "",
    **{f"{slash}{name}": "\n\n" for name in ("p", "ul", "ol") for slash in ("", "/")},
    **{f"{slash}h{level}": "\n\n" for level in range(1, 7) for slash in ("", "/")},
    **{
        f"{slash}{name}": ""
        for name in ("strong", "em", "b", "i", "u", "span")
        for slash in ("", "/")
    },
    **dict.fromkeys(("br", "br/", "br /"), "\n"),
}


def _read_simple(text: str) -> str | None:
    if "<a " in text:
        text = _SIMPLE_LINK.sub(_write_link, text)
    if '">' in text:
        text = _ATTRIBUTES.sub(r"<\1>", text)
    parts = _TAG_INSIDE.split(text)
    try:
        parts[1::2] = [_SIMPLE_TAGS[tag] for tag in parts[1::2]]
    except KeyError:
        return None
    plain = "".join(parts)
    return None if "<" in plain else plain


# Addresses --------------------------------------------------------------------------------------


def web_address(text: str) -> str | None:
    """An address that may become a link, or None: http or https with a host, nothing hidden in it.

    `javascript:` and `data:` would run in the page, `user@` before the host shows another host
    than it leads to.
    """
    address = text.strip()
    if not 0 < len(address) <= URL_LENGTH or not address.isprintable() or " " in address:
        return None
    if _UNWANTED.search(address) or any(character in address for character in "<>\"'`\\"):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or port == 0:
        return None
    if not parts.hostname or "@" in parts.netloc:
        return None
    return address
