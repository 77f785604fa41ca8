/* The map of the page: puts outlines, statements and the parts of the page around it together.
 *
 * The page works without: it has the table, the legend and a link for every state. What is drawn
 * is said by the legend (data-ebene, data-status), so map, legend and table cannot differ. */

import { offerBilder, printBild } from "./abgabe.js";
import { makeKreuz, prepareKarte, readAnsicht, writeAnsicht } from "./bedienung.js";
import { findKasten } from "./ebene.js";
import { Flaechen } from "./flaechen.js";
import { readKlassen } from "./klassen.js";
import { Ausfall, fetchJson, loadEbene, loadNamen } from "./laden.js";
import { makeMeldung } from "./meldung.js";
import { readFarben } from "./muster.js";
import { catchSteps, fetchTeile, findTeil, focusOn, swapTeile } from "./teile.js";

const { L } = window;
const DEUTSCHLAND = [[47.27, 5.87], [55.06, 15.04]];
// From this zoom on a municipality is large enough to be seen.
const NAHE = 8;
const ALLEIN_NAH = 10;
const GESCHEITERT = "Die Karte konnte nicht geladen werden. Die Tabelle zeigt dieselben Angaben.";

const toLatLng = ([x, y]) => L.CRS.EPSG3857.pointToLatLng(L.point(x, y), 0);

const namesEbene = ({ search }) => new URLSearchParams(search).has("ebene");

/* As a browser would on a page it has loaded: to the part that the address names. */
const followFragment = (hash) => {
  const ziel = hash && document.getElementById(hash.slice(1));
  if (!ziel || ziel.contains(document.activeElement)) return;
  focusOn(ziel);
  ziel.scrollIntoView({ block: "nearest" });
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
    // A region of few municipalities shows each of them, however small they are.
    const { ebene } = findTeil("legende").dataset;
    const schwelle = ebene === "gemeinde" && !namesEbene(location) ? 0 : NAHE;
    this.nah = karte.getZoom() >= schwelle;
    if (this.wantsOther()) await this.followZoom();
    else await this.draw();
    karte.on("zoomend", () => {
      if (this.nah === karte.getZoom() >= schwelle) return;
      this.nah = !this.nah;
      if (this.wantsOther()) this.followZoom();
    });
    karte.on("moveend", () => this.keepView());
    karte.on("click", ({ latlng }) => this.choose(latlng));
  }

  /* Where the reader has fixed no level: Kreise from afar, municipalities from near. */
  passende() {
    return this.nah ? "gemeinde" : "kreis";
  }

  wantsOther() {
    return !namesEbene(location) && findTeil("legende").dataset.ebene !== this.passende();
  }

  followZoom() {
    return this.go(new URL(location.href), { gesehen: this.passende(), merken: false });
  }

  /* To another state of the page. `gesehen` says to the portal what to show where the address fixes
   * no level: what is shown already, if that was not fixed either. */
  async go(ziel, { gesehen, merken = true } = {}) {
    const bisher = namesEbene({ search: this.suche }) ? this.passende() : findTeil("legende").dataset.ebene;
    const abruf = new URL(ziel);
    abruf.searchParams.set("gesehen", gesehen ?? bisher);
    abruf.hash = "";
    await this.attempt(() => this.go(ziel, { gesehen, merken }), async (signal) => {
      const seite = await fetchTeile(abruf, signal).catch((fehler) => {
        // A day that does not exist, for instance: the portal explains it on a page of its own.
        if (fehler.status < 500) location.assign(ziel);
        throw fehler;
      });
      if (merken) this.leave(ziel);
      swapTeile(seite);
      this.suche = ziel.search;
      this.keepView();
      offerBilder(this.karte, this.flaechen);
      followFragment(ziel.hash);
      return (await this.redraw(signal)) && document.querySelector("[data-karte-titel]").textContent;
    });
  }

  /* The state that is left keeps its view, the new one begins with it. */
  leave(ziel) {
    this.keepView();
    history.pushState(null, "", `${ziel.pathname}${ziel.search}`);
  }

  keepView() {
    const gesehen = findTeil("legende").dataset.ebene;
    history.replaceState({ gesehen }, "", writeAnsicht(this.karte));
  }

  /* Back or forward: view and level as they were. */
  comeBack({ gesehen }) {
    const ansicht = readAnsicht();
    if (ansicht) this.karte.setView(ansicht.mitte, ansicht.zoom, { animate: false });
    if (location.search !== this.suche) this.go(new URL(location.href), { gesehen, merken: false });
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
      if (!(fehler instanceof Ausfall)) throw fehler;
    } finally {
      if (!signal.aborted) this.rahmen.setAttribute("aria-busy", "false");
    }
  }

  /* Whether there was anything new to draw; the address of the statements names their level. */
  async redraw(signal) {
    const { ebene: name, status } = findTeil("legende").dataset;
    const { url, namen } = this.ebenen[name];
    const neu = status !== this.gezeigt.status;
    if (neu) {
      const [ebene, stand] = await Promise.all([loadEbene(url), fetchJson(status, signal)]);
      signal.throwIfAborted();
      this.flaechen.show({ inhalt: { ebene, klassen: readKlassen(stand), namen: {} } });
      this.gezeigt = { name, status };
    }
    await this.showGewaehlt();
    // Names come last: the map can be read without them.
    loadNamen(namen).then((alle) => {
      if (this.gezeigt.name === name) this.flaechen.show({ inhalt: { namen: alle } });
    }, () => {});
    return neu;
  }

  choose(latlng) {
    const flaeche = this.flaechen.find(latlng);
    if (!flaeche) return;
    const ziel = new URL(location.href);
    ziel.searchParams.set("gebiet", flaeche.ags);
    ziel.searchParams.delete("ort");
    this.go(ziel);
  }

  /* The area the page speaks of is outlined, and brought into view if it is not. */
  async showGewaehlt() {
    const { gebiet = null, ebene } = findTeil("auskunft").dataset;
    if (gebiet === this.flaechen.gewaehlt) return;
    this.flaechen.show({ gewaehlt: gebiet });
    const kasten = gebiet && findKasten(await loadEbene(this.ebenen[ebene].url), gebiet);
    if (!kasten) return;
    const [westen, norden, osten, sueden] = kasten;
    const grenzen = L.latLngBounds([[westen, norden], [osten, sueden]].map(toLatLng));
    const klein = this.gezeigt.name !== ebene;
    if (klein || !this.karte.getBounds().contains(grenzen.getCenter())) {
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

export const zeigen = (karte, optionen) => {
  prepareKarte(karte);
  const eigene = new Karte(karte, optionen);
  makeKreuz(karte, {
    nameAt: (latlng) => eigene.nameAt(latlng),
    choose: (latlng) => eigene.choose(latlng),
  });
  watchLegend(eigene.flaechen);
  watchTheme(karte, eigene.flaechen);
  window.addEventListener("popstate", ({ state }) => eigene.comeBack(state ?? {}));
  offerBilder(karte, eigene.flaechen);
  printBild(karte, eigene.flaechen);
  catchSteps({ go: (ziel) => eigene.go(ziel), ansicht: () => writeAnsicht(karte) });
  return eigene.start(optionen.ausschnitt);
};

window.katalogKarte = { zeigen };
