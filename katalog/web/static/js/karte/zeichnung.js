/* What a map looks like: areas by class, borders by rank, names where they have room. */

// Below this zoom the smallest borders would be all there is to see.
const NAHE = 8;
const SCHRIFT = { groesse: 13 };
const ZEILE = 16;
const SCHMAL = 24; // no name is narrower
const STUECK = 100;

/* `skaliert`: a level at its scale (scaleEbene); `muster`: key of an area → its pattern, none
 * outside of what was asked; `gedaempft`: whether it stands back while the legend points at others. */
export const drawGebiete = (stift, { skaliert, kasten, muster, gedaempft, gewaehlt, zoom }) => {
  const sichtbare = skaliert.flaechen.filter((flaeche) => meets(skaliert.toKasten(flaeche.kasten), kasten));
  for (const [gruppe, deckung] of [[(f) => !gedaempft(f.ags), 1], [(f) => gedaempft(f.ags), 0.2]]) {
    fillByMuster(stift, skaliert, sichtbare.filter(gruppe), muster, deckung);
  }
  strokeBorders(stift, skaliert, kasten, muster, zoom);
  const flaeche = sichtbare.find(({ ags }) => ags === gewaehlt);
  if (flaeche) {
    for (const [farbe, breite] of [["page", 7], ["text", 3]]) {
      stift.begin();
      traceFlaeche(stift, skaliert, flaeche);
      stift.stroke(farbe, breite);
    }
  }
  return sichtbare;
};

const meets = (a, b) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

/* Few paths instead of one for each area, and not a single one either: browsers need seconds for
 * a path of ten thousand areas. */
const fillByMuster = (stift, skaliert, flaechen, muster, deckung) => {
  const gruppen = new Map();
  for (const flaeche of flaechen) {
    const wie = muster(flaeche.ags);
    if (!wie) continue;
    if (!gruppen.has(wie)) gruppen.set(wie, []);
    gruppen.get(wie).push(flaeche);
  }
  for (const [wie, gleiche] of gruppen) {
    for (let n = 0; n < gleiche.length; n += STUECK) {
      stift.begin();
      for (const flaeche of gleiche.slice(n, n + STUECK)) traceFlaeche(stift, skaliert, flaeche);
      stift.fill(wie, deckung);
    }
  }
};

const traceFlaeche = (stift, skaliert, { ringe }) => {
  for (const ring of ringe) {
    ring.forEach((nummer, stelle) => traceBogen(stift, skaliert, nummer, stelle === 0));
    stift.close();
  }
};

/* A negative number is the arc walked backwards, as TopoJSON has it. */
const traceBogen = (stift, { punkte, stellen }, nummer, erster) => {
  const rueckwaerts = nummer < 0;
  const bogen = rueckwaerts ? ~nummer : nummer;
  const schritt = rueckwaerts ? -2 : 2;
  let n = rueckwaerts ? stellen[bogen + 1] - 2 : stellen[bogen];
  if (erster) stift.moveTo(punkte[n], punkte[n + 1]);
  for (let rest = (stellen[bogen + 1] - stellen[bogen]) / 2 - 1; rest > 0; rest -= 1) {
    n += schritt;
    stift.lineTo(punkte[n], punkte[n + 1]);
  }
};

/* Between areas a line that stands out from both: light where both are dark, else grey. Kreise and
 * Länder get a dark line with a light edge, which stands out from everything. */
const strokeBorders = (stift, skaliert, kasten, muster, zoom) => {
  const nah = zoom >= NAHE;
  const linien = { aussen: [], page: [], fein: [], kreis: [], land: [] };
  skaliert.kaesten.forEach((eigener, nummer) => {
    if (!meets(skaliert.toKasten(eigener), kasten)) return;
    const rang = skaliert.rang[nummer];
    if (!skaliert.nachbarn[nummer].some(muster)) linien.aussen.push(nummer);
    else if (rang === 2) linien.land.push(nummer);
    else if (rang === 1 && skaliert.klein) linien.kreis.push(nummer);
    else {
      const dunkel = skaliert.nachbarn[nummer].every((ags) => muster(ags)?.linie === "page");
      linien[dunkel ? "page" : "fein"].push(nummer);
    }
  });
  const stroke = (nummern, farbe, breite) => {
    stift.begin();
    for (const nummer of nummern) traceBogen(stift, skaliert, nummer, true);
    stift.stroke(farbe, breite);
  };
  const duenn = nah || !skaliert.klein ? 1 : 0.4; // else towns would be nothing but border
  stroke(linien.aussen, "none", 1);
  stroke(linien.page, "page", duenn);
  stroke(linien.fein, "fein", duenn);
  if (nah) stroke(linien.kreis, "page", 3.5);
  stroke(linien.kreis, "grenze", nah ? 1.4 : 0.5);
  stroke(linien.land, "page", nah ? 4.5 : 2.5);
  stroke(linien.land, "grenze", nah ? 2.2 : 1.2);
};

/* The largest areas first, as long as their names fit inside and touch no other. From afar only
 * odd ones would have room, and tell nobody where he is: then there are none. */
export const writeNamen = (stift, { skaliert, sichtbare, kasten, namen, muster }) => {
  const benannte = sichtbare.filter(({ ags }) => namen[ags] && muster(ags));
  const passende = benannte
    .map((flaeche) => ({ ...flaeche, ...measureKasten(skaliert.toKasten(flaeche.kasten)) }))
    .filter(({ breite, hoehe }) => breite > SCHMAL && hoehe > ZEILE)
    .map((flaeche) => ({ ...flaeche, laenge: stift.measure(namen[flaeche.ags], SCHRIFT) }))
    .filter(({ breite, laenge }) => breite > laenge)
    .sort((a, b) => b.breite * b.hoehe - a.breite * a.hoehe);
  if (passende.length < benannte.length / 4) return;
  const belegt = [];
  for (const { ags, mitte, laenge } of passende) {
    const [x, y] = skaliert.toKasten([...mitte, ...mitte]);
    const platz = [x - laenge / 2 - 3, y - ZEILE / 2, x + laenge / 2 + 3, y + ZEILE / 2];
    const innen = platz[0] >= kasten[0] && platz[1] >= kasten[1] && platz[2] <= kasten[2] && platz[3] <= kasten[3];
    if (!innen || belegt.some((anderer) => meets(platz, anderer))) continue;
    belegt.push(platz);
    const wie = muster(ags);
    stift.write(namen[ags], x, y + 4.5, { ...SCHRIFT, farbe: wie.auf, hof: wie.grund, mittig: true });
  }
};

const measureKasten = ([links, oben, rechts, unten]) => ({ breite: rechts - links, hoehe: unten - oben });
