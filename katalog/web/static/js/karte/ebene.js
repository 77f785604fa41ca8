/* One level of outlines, read once: TopoJSON becomes points on the plane of the web map.
 *
 * A border is stored once and shared by both neighbours (an arc). Drawing works on arcs, not on
 * polygons made of them: half the points, and no gap between neighbours however they are thinned.
 * That is why no library turns the file into GeoJSON first, which takes ten times as long. */

const WORLD = 256; // width of the plane at zoom 0, as Leaflet has it (EPSG:3857)
const toX = (lon) => WORLD * (0.5 + lon / 360);
const toY = (lat) => WORLD * (0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI));

// How many digits of the key name the Kreis and the Land around an area.
const KREIS = 5;
const LAND = 2;

export const readEbene = (topologie) => {
  const boegen = readBoegen(topologie);
  const [sammlung] = Object.values(topologie.objects);
  const nachbarn = boegen.kaesten.map(() => []);
  const flaechen = sammlung.geometries.map((geometrie) => {
    const ringe = geometrie.type === "Polygon" ? geometrie.arcs : geometrie.arcs.flat();
    const nummern = ringe.flat().map((nummer) => Math.max(nummer, ~nummer));
    for (const nummer of nummern) nachbarn[nummer].push(geometrie.id);
    const kasten = unite(nummern.map((nummer) => boegen.kaesten[nummer]));
    const [rechts, oben] = geometrie.properties.mitte.map((prozent) => prozent / 100);
    const mitte = [
      kasten[0] + (kasten[2] - kasten[0]) * rechts,
      kasten[3] + (kasten[1] - kasten[3]) * oben,
    ];
    return { ags: geometrie.id, ringe, nummern, kasten, mitte };
  });
  const rang = nachbarn.map(rank);
  // Whether there is anything smaller than a Kreis, whose border then counts for more.
  return { ...boegen, flaechen, nachbarn, rang, klein: rang.includes(0) };
};

/* All points in one row; `anfang` says where each arc starts. */
const readBoegen = ({ arcs, transform: { scale, translate } }) => {
  const anfang = new Uint32Array(arcs.length + 1);
  arcs.forEach((bogen, n) => { anfang[n + 1] = anfang[n] + bogen.length; });
  const xs = new Float64Array(anfang[arcs.length]);
  const ys = new Float64Array(anfang[arcs.length]);
  const kaesten = arcs.map((bogen, n) => {
    let [lon, lat] = translate;
    let [west, nord, ost, sued] = [Infinity, Infinity, -Infinity, -Infinity];
    let ziel = anfang[n];
    for (const schritt of bogen) {
      const x = toX(lon += scale[0] * schritt[0]);
      const y = toY(lat += scale[1] * schritt[1]);
      xs[ziel] = x;
      ys[ziel] = y;
      ziel += 1;
      if (x < west) west = x;
      if (x > ost) ost = x;
      if (y < nord) nord = y;
      if (y > sued) sued = y;
    }
    return [west, nord, ost, sued];
  });
  return { xs, ys, anfang, kaesten };
};

const unite = (kaesten) => {
  const alle = [Infinity, Infinity, -Infinity, -Infinity];
  for (const kasten of kaesten) {
    for (const ecke of [0, 1]) alle[ecke] = Math.min(alle[ecke], kasten[ecke]);
    for (const ecke of [2, 3]) alle[ecke] = Math.max(alle[ecke], kasten[ecke]);
  }
  return alle;
};

/* What a border parts: 2 Länder or the country from the rest, 1 Kreise, 0 smaller areas. */
const rank = ([eins, anderes]) => {
  if (!anderes || eins.slice(0, LAND) !== anderes.slice(0, LAND)) return 2;
  return eins.slice(0, KREIS) === anderes.slice(0, KREIS) ? 0 : 1;
};

/* West, north, east and south of an area on the plane. */
export const findKasten = ({ flaechen }, ags) => flaechen.find((flaeche) => flaeche.ags === ags)?.kasten;

/* The area at a point of the plane: a ray to the right meets its borders an odd number of times. */
export const findFlaeche = (ebene, x, y) => ebene.flaechen.find(({ kasten, nummern }) =>
  x >= kasten[0] && x <= kasten[2] && y >= kasten[1] && y <= kasten[3]
  && nummern.reduce((innen, nummer) => innen !== crossesOdd(ebene, nummer, x, y), false));

const crossesOdd = ({ xs, ys, anfang }, nummer, x, y) => {
  let odd = false;
  for (let n = anfang[nummer] + 1; n < anfang[nummer + 1]; n += 1) {
    if (ys[n] > y !== ys[n - 1] > y
      && x < xs[n - 1] + ((y - ys[n - 1]) / (ys[n] - ys[n - 1])) * (xs[n] - xs[n - 1])) odd = !odd;
  }
  return odd;
};

/* The same level at a scale, from a corner: what is nearer than a pixel to the last point goes.
 * Both neighbours use the same thinned arc, so they still meet. */
export const scaleEbene = (ebene, massstab, links, oben) => {
  const { xs, ys, anfang } = ebene;
  const punkte = new Float32Array(2 * xs.length);
  const stellen = new Uint32Array(anfang.length);
  let ende = 0;
  for (let bogen = 0; bogen + 1 < anfang.length; bogen += 1) {
    const letzter = anfang[bogen + 1] - 1;
    let [u, v] = [Infinity, Infinity];
    for (let n = anfang[bogen]; n <= letzter; n += 1) {
      const x = xs[n] * massstab - links;
      const y = ys[n] * massstab - oben;
      if (n === letzter || Math.abs(x - u) + Math.abs(y - v) >= 1) {
        punkte[ende] = u = x;
        punkte[ende + 1] = v = y;
        ende += 2;
      }
    }
    stellen[bogen + 1] = ende;
  }
  const toKasten = ([west, nord, ost, sued]) => [
    west * massstab - links, nord * massstab - oben, ost * massstab - links, sued * massstab - oben,
  ];
  return { ...ebene, punkte, stellen, toKasten };
};
