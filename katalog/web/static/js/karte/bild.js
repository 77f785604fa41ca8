/* The view as a picture for slides, reports and paper: title, map, legend, source and date.
 *
 * Always in the colours of paper, and wide enough for a slide even if it comes from a telephone. */

import { scaleEbene } from "./ebene.js";
import { KACHEL, findMuster, readFarben } from "./muster.js";
import { Leinwandstift, Vektorstift } from "./stift.js";

const BREITE = 1200;
const RAND = 32;
const DICHTE = 2;
const TITEL = { groesse: 28, fett: true, farbe: "text" };
const WORT = { groesse: 17, farbe: "text" };
const QUELLE = { groesse: 14, farbe: "muted" };

export const paintBild = (karte, flaechen, texte) => {
  const farben = readFarben(karte.getContainer(), true);
  const probe = new Leinwandstift(new OffscreenCanvas(1, 1).getContext("2d"), farben, DICHTE);
  const plan = arrange(probe, karte, texte);
  const leinwand = document.createElement("canvas");
  leinwand.width = BREITE * DICHTE;
  leinwand.height = plan.hoehe * DICHTE;
  const kontext = leinwand.getContext("2d");
  kontext.scale(DICHTE, DICHTE);
  draw(new Leinwandstift(kontext, farben, DICHTE), karte, flaechen, plan);
  return leinwand;
};

export const writeBild = (karte, flaechen, texte) => {
  const farben = readFarben(karte.getContainer(), true);
  const probe = new Leinwandstift(new OffscreenCanvas(1, 1).getContext("2d"), farben, 1);
  const plan = arrange(probe, karte, texte);
  const stift = new Vektorstift(BREITE, plan.hoehe, farben, probe);
  const name = stift.wurzel.insertBefore(stift.element("title", {}), stift.vorrat);
  name.textContent = texte.titel;
  draw(stift, karte, flaechen, plan);
  return stift.toText();
};

/* Where everything comes, from top to bottom. */
const arrange = (stift, karte, { titel, klassen, quelle }) => {
  const innen = BREITE - 2 * RAND;
  const { x, y } = karte.getSize();
  const titelzeilen = breakLines(stift, titel, innen, TITEL);
  const legende = breakLegend(stift, klassen, innen);
  const quellzeilen = breakLines(stift, quelle, innen, QUELLE);
  const oben = RAND + titelzeilen.length * 36;
  const kartenhoehe = Math.round((innen * y) / x);
  const legendeOben = oben + kartenhoehe + 36;
  const quelleOben = legendeOben + legende.length * 30;
  const hoehe = quelleOben + quellzeilen.length * 20 + RAND / 2;
  return { innen, titelzeilen, legende, quellzeilen, oben, kartenhoehe, legendeOben, quelleOben, hoehe };
};

const breakLines = (stift, text, breite, schrift) => {
  const zeilen = [""];
  for (const wort of text.split(/\s+/)) {
    const laenger = `${zeilen.at(-1)} ${wort}`.trim();
    if (zeilen.at(-1) && stift.measure(laenger, schrift) > breite) zeilen.push(wort);
    else zeilen[zeilen.length - 1] = laenger;
  }
  return zeilen;
};

const breakLegend = (stift, klassen, breite) => {
  const zeilen = [[]];
  let x = 0;
  for (const { muster, wort, anzahl } of klassen) {
    const text = `${wort} ${anzahl.toLocaleString("de")}`;
    const laenge = 34 + stift.measure(text, WORT) + 28;
    if (x > 0 && x + laenge > breite) {
      zeilen.push([]);
      x = 0;
    }
    zeilen.at(-1).push({ x, text, muster: findMuster(muster) });
    x += laenge;
  }
  return zeilen;
};

const draw = (stift, karte, flaechen, plan) => {
  fillBox(stift, 0, 0, BREITE, plan.hoehe, { grund: "page" });
  plan.titelzeilen.forEach((zeile, n) => stift.write(zeile, RAND, RAND + 20 + n * 36, TITEL));
  stift.group(() => {
    stift.clip(RAND, plan.oben, plan.innen, plan.kartenhoehe);
    fillBox(stift, RAND, plan.oben, plan.innen, plan.kartenhoehe, { grund: "surface" });
    stift.shift(RAND, plan.oben);
    const groesser = plan.innen / karte.getSize().x;
    const massstab = karte.getZoomScale(karte.getZoom(), 0) * groesser;
    const ecke = karte.project(karte.containerPointToLatLng([0, 0])).multiplyBy(groesser);
    const skaliert = scaleEbene(flaechen.inhalt.ebene, massstab, ecke.x, ecke.y);
    flaechen.draw(stift, skaliert, [0, 0, plan.innen, plan.kartenhoehe]);
  });
  plan.legende.forEach((zeile, n) => {
    const y = plan.legendeOben + n * 30;
    for (const { x, text, muster } of zeile) {
      fillBox(stift, RAND + x, y - 2 * KACHEL, 3 * KACHEL, 2 * KACHEL, muster);
      stift.stroke("grenze", 1);
      stift.write(text, RAND + x + 34, y - 2, WORT);
    }
  });
  plan.quellzeilen.forEach((zeile, n) => stift.write(zeile, RAND, plan.quelleOben + n * 20, QUELLE));
};

const fillBox = (stift, x, y, breite, hoehe, muster) => {
  stift.begin();
  stift.moveTo(x, y);
  stift.lineTo(x + breite, y);
  stift.lineTo(x + breite, y + hoehe);
  stift.lineTo(x, y + hoehe);
  stift.close();
  stift.fill(muster);
};
