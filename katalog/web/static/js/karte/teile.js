/* Parts of the page that change with the map: fetched as the page they are, swapped by name.
 *
 * Every text is rendered once, by the server, and every state has an address. So a link works
 * without this file as well; with it the map stays where it is. */

import { fetchOk } from "./laden.js";

const PARTS = "[data-karte-teil]";
const STOPS = "a[href], button, input:not([type=hidden]), select, summary";

export const findTeil = (name, wo = document) => wo.querySelector(`[data-karte-teil="${name}"]`);

export const fetchTeile = async (adresse, signal) => {
  const antwort = await fetchOk(adresse, { headers: { accept: "text/html" }, signal });
  return new DOMParser().parseFromString(await antwort.text(), "text/html");
};

/* Whoever used a link or field in a part finds the focus in its successor. */
export const swapTeile = (seite) => {
  for (const alt of document.querySelectorAll(PARTS)) {
    const neu = findTeil(alt.dataset.karteTeil, seite);
    if (!neu) continue;
    const stelle = [...alt.querySelectorAll(STOPS)].indexOf(document.activeElement);
    const ersatz = document.importNode(neu, true);
    alt.replaceWith(ersatz);
    window.htmx?.process(ersatz);
    if (stelle >= 0) focusOn(ersatz.querySelectorAll(STOPS)[stelle] ?? ersatz);
  }
  document.title = seite.title;
};

/* Wherever the focus is to go, even to what no Tab key reaches. */
export const focusOn = (element) => {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({ preventScroll: true });
};

/* Calls `go(address)` for what leads to this very page in another state of the same map.
 * Another question is another page: its links only take the view along (`ansicht`). */
export const catchSteps = ({ go, ansicht }) => {
  const own = (adresse) => adresse.pathname === location.pathname && adresse.origin === location.origin;
  const holder = (element) => element.closest("[data-karte-steuerung]");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.hasAttribute("data-karte-ansicht")) link.hash = ansicht();
    if (!holder(link) || !own(link)) return;
    event.preventDefault();
    go(new URL(link.href));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const adresse = new URL(form.action);
    if (!holder(form) || !own(adresse)) return;
    event.preventDefault();
    adresse.search = new URLSearchParams(new FormData(form)).toString();
    go(adresse);
  });
};
