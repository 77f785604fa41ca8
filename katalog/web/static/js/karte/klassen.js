/* Which class of the legend an area belongs to, as the answer of the portal says it. */

const KEINE = "keine";

export const readKlassen = ({ nach, gebiete, anteile, klassen, umfang }) => {
  const nachSchluessel = new Map(klassen.map((klasse) => [klasse.schluessel, klasse]));
  const stufen = klassen.filter(({ ab }) => ab !== null).sort((a, b) => b.ab - a.ab);
  const stufe = (wert) => stufen.find(({ ab }) => ab <= wert);
  const wertungen = {
    status: (ags) => nachSchluessel.get(gebiete[ags][0]),
    anzahl: (ags) => stufe(gebiete[ags][1]),
    anteil: (ags) => {
      const [mit, von] = anteile[ags];
      // Whatever there is counts for at least one per cent: only none at all is none.
      return von > 0 ? stufe(mit > 0 ? Math.max((100 * mit) / von, 1) : 0) : undefined;
    },
  };
  const judge = (ags) => {
    if (umfang && !umfang.some((anfang) => ags.startsWith(anfang))) return undefined;
    return (ags in gebiete && wertungen[nach](ags)) || nachSchluessel.get(KEINE);
  };
  const gefunden = new Map(); // drawing asks for the same areas again and again
  return {
    liste: klassen,
    /* None for an area of which the answer does not speak: it lies outside of what was asked. */
    find(ags) {
      if (!gefunden.has(ags)) gefunden.set(ags, judge(ags));
      return gefunden.get(ags);
    },
  };
};
