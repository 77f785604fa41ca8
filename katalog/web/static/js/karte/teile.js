/* Parts of the page that change with the map: fetched as the page they are, swapped by name.
 *
 * Every text is rendered once, by the server, and every state has an address. So a link works
 * without this file as well; with it the map stays where it is. */

const PARTS = "[data-karte-teil]";
const STOPS = "a[href], button, input:not([type=hidden]), select, summary";

export const findTeil = (name, wo = document) => wo.querySelector(`[data-karte-teil="${name}"]`);

export const fetchTeile = async (adresse, signal) => {
  const antwort = await fetch(adresse, { headers: { accept: "text/html" }, signal });
  if (!antwort.ok) throw new Error(`${adresse}: ${antwort.status}`);
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
    if (stelle >= 0) ersatz.querySelectorAll(STOPS)[stelle]?.focus({ preventScroll: true });
  }
  document.title = seite.title;
};

/* Calls `go(address, part)` for links and forms that lead to this very page in another state. */
export const catchSteps = (go) => {
  const own = (adresse) => adresse.pathname === location.pathname && adresse.origin === location.origin;
  const holder = (element) => element.closest(`${PARTS}, [data-karte-steuerung]`);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const adresse = new URL(link.href);
    if (link.download || link.target || !own(adresse) || adresse.searchParams.has("format")) return;
    if (!holder(link) || (adresse.hash && adresse.search === location.search)) return;
    event.preventDefault();
    go(adresse, holder(link).dataset.karteTeil);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const adresse = new URL(form.action);
    if (form.method !== "get" || !own(adresse) || !holder(form)) return;
    event.preventDefault();
    const felder = [...new FormData(form)].filter(([, wert]) => wert !== "");
    adresse.search = new URLSearchParams(felder).toString();
    go(adresse, holder(form).dataset.karteTeil);
  });
  // A form marked so sends itself as soon as something is chosen.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-karte-sofort") && holder(form)) form.requestSubmit();
  });
};
