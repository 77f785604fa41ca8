"""Days as a calendar file (RFC 5545), for the calendars that people keep anyway.

Calendar programs may ignore alarms of what they subscribe to, and none tells us whether anybody
looked: a file is a service beside the portal's own reminders, never instead of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

# Of the day itself an alarm at midnight would be the one that nobody hears.
_IN_THE_MORNING = timedelta(hours=9)


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


def write_calendar(name: str, termine: Sequence[Termin], moment: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//OZG-Katalog//Fristen//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for termin in termine:
        calendar.add_component(_event(termin, moment))
    body: bytes = calendar.to_ical()
    return body


def _event(termin: Termin, moment: datetime) -> Event:
    event = Event()
    event.add("uid", termin.uid)
    event.add("dtstamp", moment)
    event.add("sequence", termin.folge)
    event.add("dtstart", termin.tag)
    event.add("dtend", termin.tag + timedelta(days=1))
    event.add("summary", termin.titel)
    event.add("description", termin.text)
    event.add("url", termin.url)
    # A deadline does not make anybody busy all day.
    event.add("transp", "TRANSPARENT")
    if termin.abgesagt:
        event.add("status", "CANCELLED")
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
