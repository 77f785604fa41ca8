/* Two pens that make the same strokes: one on a canvas, one as SVG. What is drawn is said once, in
 * zeichnung.js, and looks the same on the page, in a picture and on paper. */

import { KACHEL } from "./muster.js";

const SCHRIFT = "'Fira Sans', 'Helvetica Neue', Arial, sans-serif";
const font = ({ groesse, fett }) => `${fett ? 600 : 400} ${groesse}px ${SCHRIFT}`;

export class Leinwandstift {
  /* `dichte`: how many dots of the device a unit has, so that patterns are as sharp as borders. */
  constructor(kontext, farben, dichte) {
    this.kontext = kontext;
    this.farben = farben;
    this.dichte = dichte;
    this.kacheln = new Map();
    kontext.lineJoin = kontext.lineCap = "round";
  }

  begin() { this.kontext.beginPath(); }
  moveTo(x, y) { this.kontext.moveTo(x, y); }
  lineTo(x, y) { this.kontext.lineTo(x, y); }
  close() { this.kontext.closePath(); }
  clip(x, y, breite, hoehe) {
    this.kontext.beginPath();
    this.kontext.rect(x, y, breite, hoehe);
    this.kontext.clip();
  }
  shift(x, y) { this.kontext.translate(x, y); }
  group(draw) {
    this.kontext.save();
    draw();
    this.kontext.restore();
  }

  fill(muster, deckung = 1) {
    this.kontext.globalAlpha = deckung;
    this.kontext.fillStyle = muster.zug ? this.kachel(muster) : this.farben[muster.grund];
    this.kontext.fill();
    this.kontext.globalAlpha = 1;
  }

  stroke(farbe, breite, deckung = 1) {
    this.kontext.globalAlpha = deckung;
    this.kontext.strokeStyle = this.farben[farbe];
    this.kontext.lineWidth = breite;
    this.kontext.stroke();
    this.kontext.globalAlpha = 1;
  }

  measure(text, schrift) {
    this.kontext.font = font(schrift);
    return this.kontext.measureText(text).width;
  }

  write(text, x, y, { farbe, hof, mittig = false, ...schrift }) {
    this.kontext.font = font(schrift);
    this.kontext.textAlign = mittig ? "center" : "left";
    this.kontext.textBaseline = "alphabetic";
    if (hof) {
      this.kontext.strokeStyle = this.farben[hof];
      this.kontext.lineWidth = 3;
      this.kontext.strokeText(text, x, y);
    }
    this.kontext.fillStyle = this.farben[farbe];
    this.kontext.fillText(text, x, y);
  }

  kachel(muster) {
    if (!this.kacheln.has(muster)) {
      const kachel = new OffscreenCanvas(KACHEL * this.dichte, KACHEL * this.dichte);
      const innen = kachel.getContext("2d");
      innen.scale(kachel.width / KACHEL, kachel.height / KACHEL);
      innen.fillStyle = this.farben[muster.grund];
      innen.fillRect(0, 0, KACHEL, KACHEL);
      innen.strokeStyle = this.farben[muster.strich];
      innen.lineWidth = muster.breite;
      innen.lineCap = "round";
      innen.stroke(new Path2D(muster.zug));
      const wiederholt = this.kontext.createPattern(kachel, "repeat");
      wiederholt.setTransform(new DOMMatrix().scale(KACHEL / kachel.width, KACHEL / kachel.height));
      this.kacheln.set(muster, wiederholt);
    }
    return this.kacheln.get(muster);
  }
}

const SVG = "http://www.w3.org/2000/svg";
const zahl = (wert) => String(Math.round(wert * 10) / 10);

/* Builds elements, never text: a name can be anything and stays a name. */
export class Vektorstift {
  constructor(breite, hoehe, farben, messend) {
    this.farben = farben;
    this.messend = messend; // only a canvas knows how wide words are
    this.wurzel = this.element("svg", {
      viewBox: `0 0 ${breite} ${hoehe}`, width: breite, height: hoehe, "font-family": SCHRIFT,
    });
    this.vorrat = this.wurzel.appendChild(this.element("defs", {}));
    this.ort = this.wurzel;
    this.kacheln = new Map();
  }

  element(name, werte) {
    const element = document.createElementNS(SVG, name);
    for (const [schluessel, wert] of Object.entries(werte)) element.setAttribute(schluessel, wert);
    return element;
  }
  add(name, werte) { return this.ort.appendChild(this.element(name, werte)); }

  begin() { this.pfad = []; }
  moveTo(x, y) { this.pfad.push(`M${zahl(x)} ${zahl(y)}`); }
  lineTo(x, y) { this.pfad.push(`L${zahl(x)} ${zahl(y)}`); }
  close() { this.pfad.push("Z"); }
  clip(x, y, width, height) {
    const clip = this.vorrat.appendChild(this.element("clipPath", { id: "ausschnitt" }));
    clip.appendChild(this.element("rect", { x, y, width, height }));
    this.ort.setAttribute("clip-path", "url(#ausschnitt)");
  }
  shift(x, y) { this.ort = this.add("g", { transform: `translate(${zahl(x)} ${zahl(y)})` }); }
  group(draw) {
    const aussen = this.ort;
    this.ort = this.add("g", {});
    draw();
    this.ort = aussen;
  }

  fill(muster, deckung = 1) {
    const fill = muster.zug ? `url(#${this.kachel(muster)})` : this.farben[muster.grund];
    this.add("path", { d: this.pfad.join(""), fill, ...(deckung < 1 && { "fill-opacity": deckung }) });
  }

  stroke(farbe, breite, deckung = 1) {
    this.add("path", {
      d: this.pfad.join(""), fill: "none", stroke: this.farben[farbe], "stroke-width": breite,
      "stroke-linejoin": "round", "stroke-linecap": "round", "stroke-opacity": deckung,
    });
  }

  measure(text, schrift) { return this.messend.measure(text, schrift); }

  write(text, x, y, { farbe, hof, mittig = false, groesse, fett }) {
    const element = this.add("text", {
      x: zahl(x), y: zahl(y), fill: this.farben[farbe], "font-size": groesse,
      "font-weight": fett ? 600 : 400, "text-anchor": mittig ? "middle" : "start",
      ...(hof && {
        stroke: this.farben[hof], "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke",
      }),
    });
    element.textContent = text;
  }

  kachel(muster) {
    if (!this.kacheln.has(muster)) {
      const id = `muster-${this.kacheln.size + 1}`;
      const kachel = this.vorrat.appendChild(this.element("pattern", {
        id, width: KACHEL, height: KACHEL, patternUnits: "userSpaceOnUse",
      }));
      kachel.append(
        this.element("rect", { width: KACHEL, height: KACHEL, fill: this.farben[muster.grund] }),
        this.element("path", {
          d: muster.zug, fill: "none", stroke: this.farben[muster.strich],
          "stroke-width": muster.breite, "stroke-linecap": "round",
        }),
      );
      this.kacheln.set(muster, id);
    }
    return this.kacheln.get(muster);
  }

  toText() { return new XMLSerializer().serializeToString(this.wurzel); }
}
