/* All areas as one layer on Leaflet's canvas: it moves, zooms and clips as any path would.
 *
 * Leaflet's canvas asks its layers for a few methods with a leading underscore; L.Circle and
 * L.Polyline are written upon the same ones. */

import { findFlaeche, scaleEbene } from "./ebene.js";
import { findMuster } from "./muster.js";
import { Leinwandstift } from "./stift.js";
import { drawGebiete, writeNamen } from "./zeichnung.js";

const { L } = window;
const LEER = { ebene: null, klassen: null, namen: {} };

export const Flaechen = L.Path.extend({
  initialize(farben, options) {
    L.setOptions(this, options);
    this.inhalt = { ...LEER };
    this.farben = farben;
    this.gewaehlt = null;
    this.betont = null;
  },

  /* Any of: content (level, classes, names), colours, chosen area, class pointed at. */
  show({ inhalt, farben, gewaehlt, betont }) {
    if (inhalt) this.inhalt = { ...this.inhalt, ...inhalt };
    if (farben) this.farben = farben;
    if (gewaehlt !== undefined) this.gewaehlt = gewaehlt;
    if (betont !== undefined) this.betont = betont;
    this.redraw();
  },

  find(latlng) {
    if (!this.inhalt.ebene) return undefined;
    const { x, y } = L.CRS.EPSG3857.latLngToPoint(latlng, 0);
    return findFlaeche(this.inhalt.ebene, x, y);
  },

  /* How it is drawn, here or in a picture: `skaliert` says at which scale, `kasten` what part. */
  draw(stift, skaliert, kasten) {
    const { klassen, namen } = this.inhalt;
    const muster = (ags) => {
      const klasse = klassen.find(ags);
      return klasse && findMuster(klasse.muster);
    };
    const gedaempft = (ags) => this.betont !== null && klassen.find(ags)?.schluessel !== this.betont;
    const zoom = this._map.getZoom();
    const ansicht = { skaliert, kasten, muster, gedaempft, gewaehlt: this.gewaehlt, zoom };
    const sichtbare = drawGebiete(stift, ansicht);
    writeNamen(stift, { skaliert, kasten, muster, sichtbare, namen });
  },

  _project() {
    if (!this.inhalt.ebene) return;
    const { x, y } = this._map.getPixelOrigin();
    const massstab = this._map.getZoomScale(this._map.getZoom(), 0);
    this.skaliert = scaleEbene(this.inhalt.ebene, massstab, x, y);
  },

  _update() {
    this._pxBounds = this._renderer._bounds;
  },

  _updatePath() {
    if (!this._renderer._drawing || !this.skaliert) return;
    const { min, max } = this._pxBounds;
    const stift = new Leinwandstift(this._renderer._ctx, this.farben, L.Browser.retina ? 2 : 1);
    stift.group(() => this.draw(stift, this.skaliert, [min.x, min.y, max.x, max.y]));
  },

  _containsPoint(punkt) {
    return this.find(this._map.layerPointToLatLng(punkt)) !== undefined;
  },
});
