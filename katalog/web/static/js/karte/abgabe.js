/* Pictures of the view to take away, and the one that is printed instead of the map. */

import { paintBild, writeBild } from "./bild.js";

const readTexte = (flaechen) => {
  const read = (merkmal) => document.querySelector(`[${merkmal}]`)?.textContent.trim().replace(/\s+/g, " ") ?? "";
  return { titel: read("data-karte-titel"), quelle: read("data-karte-quelle"), klassen: flaechen.inhalt.klassen.liste };
};

/* Once more after the part with the downloads has been exchanged. */
export const offerBilder = (karte, flaechen) => {
  const ort = document.querySelector("[data-karte-bilder]:empty");
  if (!ort) return;
  const makePng = () => {
    const leinwand = paintBild(karte, flaechen, readTexte(flaechen));
    return new Promise((resolve) => { leinwand.toBlob(resolve, "image/png"); });
  };
  const makeSvg = async () => new Blob([writeBild(karte, flaechen, readTexte(flaechen))], { type: "image/svg+xml" });
  for (const [endung, make] of [["png", makePng], ["svg", makeSvg]]) {
    const knopf = ort.appendChild(document.createElement("button"));
    knopf.type = "button";
    knopf.className = "karte-bild";
    knopf.textContent = `Bild (${endung.toUpperCase()})`;
    knopf.addEventListener("click", async () => {
      if (flaechen.inhalt.ebene) save(await make(), `karte.${endung}`);
    });
  }
};

const save = (inhalt, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(inhalt);
  link.download = name;
  link.click();
  // The download has begun by then; an address that stays would keep the picture in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/* A picture fits on any paper, is always light, and has the legend with it. */
export const printBild = (karte, flaechen) => {
  const bild = document.createElement("img");
  bild.className = "karte-druck";
  bild.alt = "";
  window.addEventListener("beforeprint", () => {
    if (!flaechen.inhalt.ebene) return;
    bild.src = paintBild(karte, flaechen, readTexte(flaechen)).toDataURL();
    karte.getContainer().after(bild);
  });
  window.addEventListener("afterprint", () => bild.remove());
};
