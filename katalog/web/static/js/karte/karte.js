/* The map of the page: puts outlines, statements and the parts of the page around it together.
 *
 * The page works without: it has the table, the legend and a link for every state. What is drawn
 * is said by the legend (data-ebene, data-status), so map, legend and table cannot differ. */

import { offerBilder, printBild } from "./abgabe.js";
import { makeKreuz, prepareKarte, readAnsicht, writeAnsicht } from "./bedienung.js";
import { Flaechen } from "./flaechen.js";
import { readKlassen } from "./klassen.js";
import { fetchJson, loadEbene, loadNamen } from "./laden.js";
import { makeMeldung } from "./meldung.js";
import { readFarben } from "./muster.js";
import { catchSteps, fetchTeile, findTeil, swapTeile } from "./teile.js";

const DEUTSCHLAND = [[47.2, 5.8], [55.1, 15.1]];
// From this zoom on a municipality is large enough to be seen.
const NAHE = 8;
const ALLEIN_NAH = 10;
const GESCHEITERT = "Die Karte konnte nicht geladen werden. Die Tabelle zeigt dieselben Angaben.";

const namesEbene = ({ search }) => new URLSearchParams(search).has("ebene");

/* A page fetched for a level marks that one; the reader has chosen none. */
const markAutomatisch = () => {
  for (const link of findTeil("ebenen")?.querySelectorAll("a") ?? []) {
    if (namesEbene(link)) link.removeAttribute("aria-current");
    else link.setAttribute("aria-current", "true");
  }
};

class Karte {
  constructor(karte, optionen) {
    this.karte = karte;
    this.ebenen = optionen.ebenen;
    this.rahmen = karte.getContainer().closest("[role=region]");
    this.meldung = makeMeldung(this.rahmen.querySelector("[data-karte-meldung]"));
    this.flaechen = new Flaechen(readFarben(karte.getContainer())).addTo(karte);
    this.gezeigt = {}; // what the legend said when it was last drawn
    this.suche = location.search;
  }

  async start(ausschnitt) {
    const { karte } = this;
    const ansicht = readAnsicht();
    if (ansicht) karte.setView(ansicht.mitte, ansicht.zoom, { animate: false });
    else karte.fitBounds(ausschnitt ?? DEUTSCHLAND, { animate: false });
    this.nah = karte.getZoom() >= NAHE;
    if (ansicht) await this.followEbene();
    else await this.draw();
    karte.on("zoomend", () => {
      if (this.nah === karte.getZoom() >= NAHE) return;
      this.nah = !this.nah;
      this.followEbene();
    });
    karte.on("moveend", () => history.replaceState(history.state, "", writeAnsicht(karte)));
    karte.on("click", ({ latlng }) => this.choose(latlng));
  }

  /* Unless the address fixes a level: Kreise from afar, municipalities from near. */
  passende() {
    return this.nah ? "gemeinde" : "kreis";
  }

  followEbene() {
    if (namesEbene(location) || findTeil("legende").dataset.ebene === this.passende()) return this.draw();
    return this.go(new URL(location.href), { ebene: this.passende(), merken: false });
  }

  /* To another state of the page; `teil` is the part whose link or form leads there. */
  async go(ziel, { teil, ebene, merken = true } = {}) {
    // The links of a page fetched for a level name it; only the switch is meant to fix it.
    if (!namesEbene(location) && teil !== "ebenen") ziel.searchParams.delete("ebene");
    const abruf = new URL(ziel);
    abruf.hash = "";
    if (!namesEbene(ziel)) {
      const gezeigte = teil === "ebenen" ? this.passende() : findTeil("legende").dataset.ebene;
      abruf.searchParams.set("ebene", ebene ?? gezeigte);
    }
    await this.attempt(() => this.go(ziel, { teil, ebene, merken }), async (signal) => {
      swapTeile(await fetchTeile(abruf, signal));
      if (!namesEbene(ziel)) markAutomatisch();
      if (merken) history.pushState(null, "", `${ziel.pathname}${ziel.search}${writeAnsicht(this.karte)}`);
      this.suche = ziel.search;
      await this.redraw(signal);
      return findTeil("antwort")?.textContent.trim().replace(/\s+/g, " ");
    });
  }

  draw() {
    return this.attempt(() => this.draw(), (signal) => this.redraw(signal));
  }

  /* One thing at a time, the latest; what fails says so and can be tried again. */
  async attempt(wiederholen, work) {
    this.laufend?.abort();
    this.laufend = new AbortController();
    const { signal } = this.laufend;
    this.rahmen.setAttribute("aria-busy", "true");
    this.meldung.wait("Die Karte wird geladen …");
    try {
      this.meldung.done(await work(signal));
    } catch (fehler) {
      if (signal.aborted) return;
      this.meldung.fail(GESCHEITERT, wiederholen);
    }
    this.rahmen.setAttribute("aria-busy", "false");
  }

  async redraw(signal) {
    const { ebene: name, status } = findTeil("legende").dataset;
    const { url, namen } = this.ebenen[name];
    if (status !== this.gezeigt.status || name !== this.gezeigt.name) {
      const [ebene, stand] = await Promise.all([loadEbene(url), fetchJson(status, signal)]);
      signal.throwIfAborted();
      this.flaechen.show({ inhalt: { ebene, klassen: readKlassen(stand), namen: {} } });
      this.gezeigt = { name, status };
    }
    this.showGewaehlt();
    // Names come last: the map can be read without them.
    loadNamen(namen).then((alle) => {
      if (this.gezeigt.name === name) this.flaechen.show({ inhalt: { namen: alle } });
    }, () => {});
  }

  choose(latlng) {
    const flaeche = this.flaechen.find(latlng);
    if (!flaeche) return;
    const ziel = new URL(location.href);
    ziel.searchParams.set("gebiet", flaeche.ags);
    ziel.searchParams.delete("ort");
    this.go(ziel, { teil: "auskunft" });
  }

  /* The area the page speaks of is outlined, and brought into view if it is not. */
  showGewaehlt() {
    const { gebiet = null } = findTeil("auskunft")?.dataset ?? {};
    if (gebiet === this.flaechen.gewaehlt) return;
    this.flaechen.show({ gewaehlt: gebiet });
    const grenzen = gebiet && this.flaechen.boundsOf(gebiet);
    if (grenzen && !this.karte.getBounds().contains(grenzen.getCenter())) {
      this.karte.fitBounds(grenzen, { maxZoom: ALLEIN_NAH });
    }
  }

  nameAt(latlng) {
    const flaeche = this.flaechen.find(latlng);
    if (!flaeche) return "";
    const name = this.flaechen.inhalt.namen[flaeche.ags] ?? flaeche.ags;
    const klasse = this.flaechen.inhalt.klassen.find(flaeche.ags);
    return klasse ? `${name}: ${klasse.wort}` : name;
  }
}

const watchLegend = (flaechen) => {
  const point = (event) => {
    const klasse = event.target.closest?.("[data-klasse]")?.dataset.klasse ?? null;
    if (klasse !== flaechen.betont) flaechen.show({ betont: klasse });
  };
  for (const art of ["pointerover", "focusin"]) document.addEventListener(art, point);
};

const watchTheme = (karte, flaechen) => {
  const change = () => flaechen.show({ farben: readFarben(karte.getContainer()) });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);
};

const watchHistory = (eigene) => {
  window.addEventListener("popstate", () => {
    const ansicht = readAnsicht();
    if (ansicht) eigene.karte.setView(ansicht.mitte, ansicht.zoom, { animate: false });
    if (location.search !== eigene.suche) eigene.go(new URL(location.href), { merken: false });
  });
};

export const zeigen = (karte, optionen) => {
  prepareKarte(karte);
  const eigene = new Karte(karte, optionen);
  makeKreuz(karte, {
    nameAt: (latlng) => eigene.nameAt(latlng),
    choose: (latlng) => eigene.choose(latlng),
  });
  watchLegend(eigene.flaechen);
  watchTheme(karte, eigene.flaechen);
  watchHistory(eigene);
  offerBilder(karte, eigene.flaechen);
  printBild(karte, eigene.flaechen);
  catchSteps((ziel, teil) => eigene.go(ziel, { teil }));
  return eigene.start(optionen.ausschnitt);
};

window.katalogKarte = { zeigen };
