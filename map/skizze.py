"""Draws areas as values for an SVG in a page: path data and label points, never markup.

`geometrie` supplies arcs on a grid. Every arc is projected, thinned and written once and used by
both areas beside it, so that no gap opens between neighbours, however small the drawing.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from map.geometrie import DATEN, Gitterflaeche, Topologie, load_topologie

# A point is left out if its corner covers less than this, in square units of the drawing.
KLEINSTE_ECKE = 2.5
# Room for the stroke at the edge of the drawing, in units.
RAND = 3
STELLEN = 20
# How many digits of its key name the area above: a border between two of them is drawn stronger.
OBERHALB = {"land": 0, "kreis": 2, "verband": 5, "gemeinde": 5}


@dataclass(frozen=True, slots=True)
class Flaeche:
    """One area: `pfad` for <path d="…">, and the point with most room for a label."""

    ags: str
    pfad: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Skizze:
    """A drawing: areas in ascending order of their keys.

    `grenzen` is one path with the borders between different Kreise (of Gemeinden and Verbände) or
    Länder (of Kreise) inside the drawing; `ohne_umriss` names the keys that could not be drawn,
    for instance municipalities younger than the outlines.
    """

    breite: int
    hoehe: int
    flaechen: tuple[Flaeche, ...]
    grenzen: str
    ohne_umriss: tuple[str, ...]

    @property
    def viewbox(self) -> str:
        return f"0 0 {self.breite} {self.hoehe}"


@dataclass(frozen=True, slots=True)
class Projektion:
    """Grid → tenths of a drawing unit: x·fx + dx, y·fy + dy with y downwards.

    `faktoren` are fx, dx, fy, dy as whole numbers with STELLEN binary places, half a tenth added
    so that cutting them off rounds. Points that weigh less than `grenze` are left out.
    """

    faktoren: tuple[int, int, int, int]
    grenze: int
    breite: int
    hoehe: int


@dataclass(frozen=True, slots=True)
class Strich:
    """An arc as drawn in one direction: its first point in tenths, the steps as path data."""

    anfang: tuple[int, int]
    pfad: str
    schritte: int


def skizze(
    ebene: str,
    ags_liste: Iterable[str],
    breite: int = 760,
    hoehe: int | None = None,
    ordner: Path = DATEN,
) -> Skizze:
    """The areas fitted into `breite`; `hoehe`, if given, is the limit of the height."""
    schluessel = tuple(sorted(set(ags_liste)))
    return _draw(load_topologie(ebene, ordner), str(ebene), schluessel, breite, hoehe)


@lru_cache(maxsize=128)
def _draw(
    topologie: Topologie,
    ebene: str,
    schluessel: tuple[str, ...],
    breite: int,
    hoehe: int | None,
) -> Skizze:
    flaechen = {ags: topologie.flaechen[ags] for ags in schluessel if ags in topologie.flaechen}
    ohne_umriss = tuple(ags for ags in schluessel if ags not in flaechen)
    if not flaechen:
        return Skizze(breite, hoehe or 0, (), "", ohne_umriss)
    projektion = fit(topologie, flaechen.values(), breite, hoehe)
    nummern = {nummer for flaeche in flaechen.values() for ring in flaeche.ringe for nummer in ring}
    striche = draw_striche(topologie, nummern, projektion)
    return Skizze(
        breite=projektion.breite,
        hoehe=projektion.hoehe,
        flaechen=tuple(
            draw_flaeche(ags, flaeche, striche, projektion) for ags, flaeche in flaechen.items()
        ),
        grenzen=draw_grenzen(ebene, topologie, flaechen, striche),
        ohne_umriss=ohne_umriss,
    )


def fit(
    topologie: Topologie,
    flaechen: Iterable[Gitterflaeche],
    breite: int,
    hoehe: int | None,
) -> Projektion:
    """Equirectangular: true to scale along the middle parallel, good enough inside Germany."""
    kaesten = [flaeche.kasten for flaeche in flaechen]
    west, sued = min(k[0] for k in kaesten), min(k[1] for k in kaesten)
    ost, nord = max(k[2] for k in kaesten), max(k[3] for k in kaesten)
    mittelbreite = topologie.to_grad((0, (sued + nord) / 2))[1]
    gitter_x = topologie.schritt[0] * math.cos(math.radians(mittelbreite))
    gitter_y = topologie.schritt[1]
    massstab = (breite - 2 * RAND) / ((ost - west) * gitter_x)
    if hoehe is not None:
        massstab = min(massstab, (hoehe - 2 * RAND) / ((nord - sued) * gitter_y))
    fx, fy = 10 * massstab * gitter_x, -10 * massstab * gitter_y
    dx, dy = 10 * RAND - west * fx, 10 * RAND - nord * fy
    fest = [round(wert * (1 << STELLEN)) for wert in (fx, dx + 0.5, fy, dy + 0.5)]
    return Projektion(
        faktoren=(fest[0], fest[1], fest[2], fest[3]),
        # Weights are twice an area, in grid cells; a square unit is a hundred square tenths.
        grenze=math.ceil(2 * KLEINSTE_ECKE * 100 / abs(fx * fy)),
        # Rounded before ceil: a width asked for must not grow by one through a binary fraction.
        breite=math.ceil(round((ost - west) * fx / 10, 6)) + 2 * RAND,
        hoehe=math.ceil(round((sued - nord) * fy / 10, 6)) + 2 * RAND,
    )


def draw_striche(
    topologie: Topologie, nummern: set[int], projektion: Projektion
) -> dict[int, Strich]:
    """The arcs by signed number, each in the directions in which it is needed."""
    fx, dx, fy, dy = projektion.faktoren
    grenze, gewichte = projektion.grenze, topologie.weights
    boegen = {
        nummer: [
            punkt
            for punkt, gewicht in zip(topologie.boegen[nummer], gewichte(nummer), strict=True)
            if gewicht >= grenze
        ]
        for nummer in {max(nummer, ~nummer) for nummer in nummern}
    }
    # All arcs in one long row of plain numbers: a map of all Kreise has 1,400 arcs and 10,000
    # points, and neither an arc nor a point may cost much. The steps that lead from one arc to
    # the next are never looked at.
    reihe = [punkt for bogen in boegen.values() for punkt in bogen]
    xs = [x * fx + dx >> STELLEN for x, _ in reihe]
    ys = [y * fy + dy >> STELLEN for _, y in reihe]
    schritte_x = [u - x for x, u in pairwise(xs)]
    schritte_y = [v - y for y, v in pairwise(ys)]
    hin = [FOLGEZAHL[x] + FOLGEZAHL[y] for x, y in zip(schritte_x, schritte_y, strict=True)]
    her = [FOLGEZAHL[-x] + FOLGEZAHL[-y] for x, y in zip(schritte_x, schritte_y, strict=True)]

    striche = {}
    a = 0
    for nummer, bogen in boegen.items():
        z = a + len(bogen) - 1
        # Between its ends a drawn arc has no two equal points, so only a single step can be none.
        schritte = 0 if z == a + 1 and xs[a] == xs[z] and ys[a] == ys[z] else z - a
        if nummer in nummern:
            striche[nummer] = Strich((xs[a], ys[a]), "".join(hin[a:z]), schritte)
        if ~nummer in nummern:
            striche[~nummer] = Strich((xs[z], ys[z]), "".join(reversed(her[a:z])), schritte)
        a = z + 1
    return striche


def draw_flaeche(
    ags: str, flaeche: Gitterflaeche, striche: dict[int, Strich], projektion: Projektion
) -> Flaeche:
    fx, dx, fy, dy = projektion.faktoren
    x = (round(flaeche.mitte[0] * fx + dx) >> STELLEN) / 10
    y = (round(flaeche.mitte[1] * fy + dy) >> STELLEN) / 10
    pfad = "".join([draw_ring(ring, striche) for ring in flaeche.ringe])
    # A town that is smaller than a point on the map of a Land must still show its colour.
    return Flaeche(ags, pfad or f"M{x} {y}l.4 0 0 .4-.4 0z", x, y)


def draw_ring(ring: tuple[int, ...], striche: dict[int, Strich]) -> str:
    """Relative steps from arc to arc; nothing if the ring has shrunk to a line."""
    teile = [striche[nummer] for nummer in ring]
    if sum(teil.schritte for teil in teile) < 3:
        return ""
    return write_zug(teile[0].anfang, "".join([teil.pfad for teil in teile])) + "z"


def draw_grenzen(
    ebene: str,
    topologie: Topologie,
    flaechen: dict[str, Gitterflaeche],
    striche: dict[int, Strich],
) -> str:
    stellen = OBERHALB[ebene]
    zuege = []
    for nummer, strich in striche.items():
        # Where areas lie on both sides, the arc is there in both directions.
        if nummer < 0 or not strich.pfad:
            continue
        anlieger = {ags[:stellen] for ags in topologie.anlieger[nummer] if ags in flaechen}
        if len(anlieger) > 1:
            zuege.append(write_zug(strich.anfang, strich.pfad))
    return "".join(zuege)


def write_zug(anfang: tuple[int, int], schritte: str) -> str:
    x, y = anfang
    return f"M{write_zahl(x)} {write_zahl(y)}l{schritte.lstrip()}"


def write_zahl(zehntel: int) -> str:
    """Tenths as the shortest decimal number SVG accepts: -5 → "-.5", 120 → "12"."""
    ganze, rest = divmod(abs(zehntel), 10)
    zeichen = "-" if zehntel < 0 else ""
    if rest == 0:
        return f"{zeichen}{ganze}"
    return f"{zeichen}{ganze or ''}.{rest}"


class Folgezahlen(dict[int, str]):
    """Tenths → number after another one, each written once; a lookup is all a step may cost."""

    def __missing__(self, zehntel: int) -> str:
        # A minus sign parts two numbers as well as a blank does.
        zahl = self[zehntel] = f"{'' if zehntel < 0 else ' '}{write_zahl(zehntel)}"
        return zahl


FOLGEZAHL = Folgezahlen()
