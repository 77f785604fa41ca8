/* The signs of the map: every class has a colour and, so that colour never stands alone, a
 * pattern. The colours are custom properties (css/09-karte.css), so that a theme changes them. */

// Two lines half a tile apart, drawn beyond its edges, meet those of the next tile.
const SCHRAEG = "M-2 6 6-2M2 10 10 2";
const GEGEN = "M2-2 14 10M-6-2 6 10";
const PUNKTE = "M2 2h.01M6 6h.01";

/* A tile of eight units repeats `zug` in the colour `strich` on the colour `grund`; `auf` is the
 * colour of words upon it, `linie` that of a line between two areas of it. The names are those of
 * the signs in legend and table (.mark--…). */
const HELL = { auf: "text", linie: "fein" };
const DUNKEL = { auf: "auf", linie: "page" };
const FARBLOS = { ...HELL, grund: "none" };
export const MUSTER = {
  live: { ...DUNKEL, grund: "live" },
  doing: { ...HELL, grund: "hell", strich: "live", zug: SCHRAEG, breite: 2.4 },
  plan: { ...HELL, grund: "hell", strich: "live", zug: PUNKTE, breite: 2 },
  paused: { ...HELL, grund: "page", strich: "paused", zug: GEGEN, breite: 2.4 },
  ended: { ...HELL, grund: "page", strich: "ended", zug: "M-2 10 10-2", breite: 1 },
  none: FARBLOS,
  "stufe-0": { ...HELL, grund: "page", strich: "ended", zug: PUNKTE, breite: 1.4 },
  "stufe-1": { ...HELL, grund: "stufe-1", strich: "stufe-3", zug: PUNKTE, breite: 1.6 },
  "stufe-2": { ...HELL, grund: "stufe-2", strich: "stufe-3", zug: SCHRAEG, breite: 1.2 },
  "stufe-3": { auf: "text", linie: "page", grund: "stufe-3", strich: "stufe-5", zug: SCHRAEG, breite: 1.4 },
  "stufe-4": { ...DUNKEL, grund: "stufe-4" },
  "stufe-5": { ...DUNKEL, grund: "stufe-5" },
};
export const KACHEL = 8;

export const findMuster = (name) => MUSTER[name] ?? FARBLOS;

const NAMEN = [
  "page", "surface", "text", "muted", "auf", "live", "hell", "paused", "ended", "none", "grenze", "fein",
  "stufe-1", "stufe-2", "stufe-3", "stufe-4", "stufe-5",
];

/* What the custom properties are at an element, as #rrggbb: SVG programs know no color-mix().
 * `hell` asks for the colours of paper, whatever the theme of the page. */
export const readFarben = (element, hell = false) => {
  const probe = element.appendChild(document.createElement("span"));
  if (hell) probe.dataset.kernTheme = "light";
  const stil = getComputedStyle(probe);
  const flaeche = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const farben = {};
  for (const name of NAMEN) {
    probe.style.color = `var(--karte-${name})`;
    flaeche.fillStyle = stil.color;
    flaeche.fillRect(0, 0, 1, 1);
    const [rot, gruen, blau] = flaeche.getImageData(0, 0, 1, 1).data;
    farben[name] = `#${[rot, gruen, blau].map((wert) => wert.toString(16).padStart(2, "0")).join("")}`;
  }
  probe.remove();
  return farben;
};
