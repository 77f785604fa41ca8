/* What is fetched for the map beside the page: outlines, statements, names. */

import { readEbene } from "./ebene.js";

/* What can be tried again, unlike a mistake in these scripts. */
export class Ausfall extends Error {
  constructor(text, status) {
    super(text);
    this.status = status;
  }
}

export const fetchOk = async (adresse, options) => {
  const antwort = await fetch(adresse, options).catch((grund) => { throw new Ausfall(grund.message); });
  if (!antwort.ok) throw new Ausfall(`${adresse}: ${antwort.status}`, antwort.status);
  return antwort;
};

export const fetchJson = async (adresse, signal) => (await fetchOk(adresse, { signal })).json();

/* Outlines and names do not change while a page is open; what failed is asked for again. */
const once = (fetchIt) => {
  const geladen = new Map();
  return (adresse) => {
    if (!geladen.has(adresse)) {
      const versuch = fetchIt(adresse);
      geladen.set(adresse, versuch);
      versuch.catch(() => geladen.delete(adresse));
    }
    return geladen.get(adresse);
  };
};

export const loadEbene = once(async (adresse) => readEbene(await fetchJson(adresse)));
export const loadNamen = once((adresse) => fetchJson(adresse));
