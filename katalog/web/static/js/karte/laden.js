/* What is fetched for the map beside the page: outlines, statements, names. */

import { readEbene } from "./ebene.js";

export const fetchJson = async (adresse, signal) => {
  const antwort = await fetch(adresse, { signal });
  if (!antwort.ok) throw new Error(`${adresse}: ${antwort.status}`);
  return antwort.json();
};

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
