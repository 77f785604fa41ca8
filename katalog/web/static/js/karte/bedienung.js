/* How the map is used: by finger, mouse and keyboard, in German, and calmly where that is wished. */

const { L } = window;
const ruhig = window.matchMedia("(prefers-reduced-motion: reduce)");

const HINWEIS = "Mit den Pfeiltasten verschieben, mit + und − vergrößern und verkleinern, "
  + "mit der Eingabetaste das Gebiet unter dem Kreuz wählen.";

export const prepareKarte = (karte) => {
  L.control.zoom({ zoomInTitle: "Vergrößern", zoomOutTitle: "Verkleinern" }).addTo(karte);
  if (ruhig.matches) stopMotion(karte);
  karte.options.zoomSnap = 0.25; // so that a region fills the frame
  // Whoever scrolls past does not want to zoom; whoever has clicked into the map does.
  karte.scrollWheelZoom.disable();
  karte.on("focus", () => karte.scrollWheelZoom.enable());
  karte.on("blur", () => karte.scrollWheelZoom.disable());
  const behaelter = karte.getContainer();
  new ResizeObserver(() => {
    // On paper a picture stands in its place; there is nothing to draw into nothing.
    if (behaelter.clientHeight > 0) karte.invalidateSize({ animate: false });
  }).observe(behaelter);
};

/* Leaflet reads these when the map is made, where nobody knows the reader's wish yet. */
const stopMotion = (karte) => {
  Object.assign(karte.options, { zoomAnimation: false, fadeAnimation: false, inertia: false });
  karte._zoomAnimated = false;
  karte.panBy = (weite, options) => L.Map.prototype.panBy.call(karte, weite, { ...options, animate: false });
};

/* Keyboard: a cross in the middle shows what Enter would choose, and a line says it. */
export const makeKreuz = (karte, { nameAt, choose }) => {
  const behaelter = karte.getContainer();
  const hinweis = document.createElement("p");
  hinweis.id = `${behaelter.id}-hinweis`;
  hinweis.className = "karte-hinweis";
  hinweis.textContent = HINWEIS;
  behaelter.after(hinweis);
  const kreuz = behaelter.appendChild(document.createElement("div"));
  kreuz.className = "karte-kreuz";
  const name = kreuz.appendChild(document.createElement("output"));
  behaelter.setAttribute("role", "application");
  behaelter.setAttribute("aria-label", "Karte zum Verschieben");
  behaelter.setAttribute("aria-describedby", hinweis.id);
  const say = () => {
    if (behaelter.matches(":focus-visible")) name.textContent = nameAt(karte.getCenter());
  };
  karte.on("moveend focus", say);
  behaelter.addEventListener("keydown", (event) => {
    if (event.target !== behaelter || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    choose(karte.getCenter());
  });
};

/* The view stands behind the # of the address, so that going back and sending a link keep it. */
const ANSICHT = /^#(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/;

export const readAnsicht = () => {
  const teile = ANSICHT.exec(location.hash)?.slice(1).map(Number);
  return teile && { zoom: teile[0], mitte: [teile[1], teile[2]] };
};

export const writeAnsicht = (karte) => {
  const { lat, lng } = karte.getCenter();
  return `#${karte.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
};
