/* The view as a picture for slides, reports and paper: title, map, legend, source and date.
 *
 * Always in the colours of paper, and never so narrow that the words would be large in it. */

import { scaleEbene } from "./ebene.js";
import { KACHEL, findMuster, readFarben } from "./muster.js";
import { Leinwandstift, Vektorstift } from "./stift.js";

const MINDESTBREITE = 800;
const RAND = 24;
const DICHTE = 3;
const TITEL = { groesse: 22, zeile: 28, fett: true, farbe: "text" };
const WORT = { groesse: 14, zeile: 24, farbe: "text" };
const WORT_AB = 3 * KACHEL + 8;
const ABSTAND = 20;
const QUELLE = { groesse: 11, zeile: 15, farbe: "muted" };

export const paintBild = (karte, flaechen, texte) => {
  const farben = readFarben(karte.getContainer(), true);
  const plan = arrange(makeProbe(farben), karte, texte);
  const leinwand = document.createElement("canvas");
  leinwand.width = plan.breite * DICHTE;
  leinwand.height = plan.hoehe * DICHTE;
  const kontext = leinwand.getContext("2d");
  kontext.scale(DICHTE, DICHTE);
  draw(new Leinwandstift(kontext, farben, DICHTE), karte, flaechen, plan);
  return leinwand;
};

export const writeBild = (karte, flaechen, texte) => {
  const farben = readFarben(karte.getContainer(), true);
  const probe = makeProbe(farben);
  const plan = arrange(probe, karte, texte);
  const stift = new Vektorstift(plan.breite, plan.hoehe, farben, probe);
  const name = stift.wurzel.insertBefore(stift.element("title", {}), stift.vorrat);
  name.textContent = texte.titel;
  draw(stift, karte, flaechen, plan);
  return stift.toText();
};

/* A pen only to measure words with. */
const makeProbe = (farben) => new Leinwandstift(new OffscreenCanvas(1, 1).getContext("2d"), farben, 1);

/* Where everything comes, from top to bottom. */
const arrange = (stift, karte, { titel, klassen, quelle }) => {
  const { x, y } = karte.getSize();
  const breite = Math.max(MINDESTBREITE, x + 2 * RAND);
  const innen = breite - 2 * RAND;
  const titelzeilen = breakLines(stift, titel, innen, TITEL);
  const legende = breakLegend(stift, klassen, innen);
  const quellzeilen = breakLines(stift, quelle, innen, QUELLE);
  const oben = RAND + titelzeilen.length * TITEL.zeile;
  const kartenhoehe = Math.round((innen * y) / x);
  const legendeOben = oben + kartenhoehe + 1.25 * WORT.zeile;
  const quelleOben = legendeOben + legende.length * WORT.zeile;
  const hoehe = quelleOben + quellzeilen.length * QUELLE.zeile + RAND / 2;
  return { breite, innen, titelzeilen, legende, quellzeilen, oben, kartenhoehe, legendeOben, quelleOben, hoehe };
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
    const laenge = WORT_AB + stift.measure(text, WORT) + ABSTAND;
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
  fillBox(stift, 0, 0, plan.breite, plan.hoehe, { grund: "page" });
  writeLines(stift, plan.titelzeilen, RAND + TITEL.groesse / 2, TITEL);
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
    const y = plan.legendeOben + n * WORT.zeile;
    for (const { x, text, muster } of zeile) {
      fillBox(stift, RAND + x, y - 2 * KACHEL + 2, 3 * KACHEL, 2 * KACHEL, muster);
      stift.stroke("grenze", 0.8);
      stift.write(text, RAND + x + WORT_AB, y - 1, WORT);
    }
  });
  writeLines(stift, plan.quellzeilen, plan.quelleOben, QUELLE);
};

const writeLines = (stift, zeilen, oben, schrift) => {
  zeilen.forEach((zeile, n) => stift.write(zeile, RAND, oben + n * schrift.zeile, schrift));
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
