"""Days and meetings as a calendar file (RFC 5545), for the calendars that people keep anyway.

Calendar programs may ignore alarms of what they subscribe to, and none tells us whether anybody
looked: a file is a service beside the portal's own reminders, never instead of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
)

# Of the day itself an alarm at midnight would be the one that nobody hears.
_IN_THE_MORNING = timedelta(hours=9)
_BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Veranstalter:
    name: str
    adresse: str


@dataclass(frozen=True, slots=True)
class Treffen:
    """People meet at a time of day; `uid`, `folge` and `abgesagt` as of a `Termin`."""

    uid: str
    beginn: datetime
    ende: datetime
    titel: str
    text: str
    url: str
    ort: str = ""
    veranstalter: Veranstalter | None = None
    folge: int = 0
    abgesagt: bool = False

    @property
    def tag(self) -> date:
        return self.beginn.date()


@dataclass(frozen=True, slots=True)
class Termin:
    """A whole day. `uid` stays the same for the same thing: a second import then changes the entry
    instead of adding one, if `folge` is higher than before. `abgesagt` takes it back there.
    """

    uid: str
    tag: date
    titel: str
    text: str
    url: str
    erinnerungen: tuple[int, ...] = ()
    folge: int = 0
    abgesagt: bool = False


def write_calendar(
    name: str, termine: Sequence[Termin | Treffen], moment: datetime, method: str = "PUBLISH"
) -> bytes:
    """`method` is CANCEL for a file about one thing that was called off (RFC 5546, 3.2.5)."""
    calendar = Calendar()
    calendar.add("prodid", "-//OZG-Katalog//Fristen//DE")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-calname", name)
    if any(isinstance(termin, Treffen) for termin in termine):
        calendar.add_component(_zone())
    for termin in termine:
        event = _meeting(termin) if isinstance(termin, Treffen) else _whole_day(termin)
        event.add("dtstamp", moment)
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body


def _zone() -> Timezone:
    """Times of day mean something by it only. The rules are those of directive 2000/84/EC: from
    the last Sunday of March to the last of October, changed at 1:00 UTC."""
    zone = Timezone()
    zone.add("tzid", _BERLIN.key)
    summer, winter = timedelta(hours=2), timedelta(hours=1)
    for part, name, begin, month, before, after in (
        (TimezoneDaylight(), "CEST", datetime(2002, 3, 31, 2), 3, winter, summer),  # noqa: DTZ001
        (TimezoneStandard(), "CET", datetime(2001, 10, 28, 3), 10, summer, winter),  # noqa: DTZ001
    ):
        part.add("tzname", name)
        part.add("dtstart", begin)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone


def _event(termin: Termin | Treffen) -> Event:
    event = Event()
    event.add("uid", termin.uid)
    event.add("sequence", termin.folge)
    event.add("summary", termin.titel)
    event.add("description", termin.text)
    event.add("url", termin.url)
    if termin.abgesagt:
        event.add("status", "CANCELLED")
    return event


def _meeting(treffen: Treffen) -> Event:
    event = _event(treffen)
    event.add("dtstart", treffen.beginn.astimezone(_BERLIN))
    event.add("dtend", treffen.ende.astimezone(_BERLIN))
    if treffen.ort:
        event.add("location", treffen.ort)
    if treffen.veranstalter:
        organizer = vCalAddress(f"mailto:{treffen.veranstalter.adresse}")
        organizer.params["CN"] = treffen.veranstalter.name
        event.add("organizer", organizer)
    return event


def _whole_day(termin: Termin) -> Event:
    event = _event(termin)
    event.add("dtstart", termin.tag)
    event.add("dtend", termin.tag + timedelta(days=1))
    # A deadline does not make anybody busy all day.
    event.add("transp", "TRANSPARENT")
    for days in () if termin.abgesagt else termin.erinnerungen:
        event.add_component(_alarm(termin, days))
    return event


def _alarm(termin: Termin, days: int) -> Alarm:
    """Before the beginning, since Outlook ignores alarms after it."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", termin.titel)
    alarm.add("trigger", _IN_THE_MORNING - timedelta(days=days))
    return alarm
