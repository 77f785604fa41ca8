/* What the map says about itself: that it is loading, what failed with a button to try again, and,
 * for those who do not see it change, what it shows now. */

// Sooner, and a word would flash up for everybody whose connection is fast.
const GEDULD = 400;

export const makeMeldung = (feld) => {
  const ansage = document.createElement("p");
  ansage.className = "kern-sr-only";
  ansage.setAttribute("role", "status");
  feld.after(ansage);
  let uhr;
  const show = (...inhalt) => {
    clearTimeout(uhr);
    feld.replaceChildren(...inhalt);
  };
  return {
    wait(text) {
      show();
      uhr = setTimeout(() => show(text), GEDULD);
    },
    done(text) {
      show();
      if (text) ansage.textContent = text;
    },
    fail(text, again) {
      const knopf = document.createElement("button");
      knopf.type = "button";
      knopf.className = "kern-btn kern-btn--secondary";
      const wort = knopf.appendChild(document.createElement("span"));
      wort.className = "kern-label";
      wort.textContent = "Erneut versuchen";
      knopf.addEventListener("click", () => {
        again();
        feld.parentElement.querySelector(".leaflet-container").focus(); // the button goes
      });
      show(text, knopf);
    },
  };
};
