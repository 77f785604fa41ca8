/* Says which rows of a table have been changed and not saved, and asks before they are lost.
 *
 * Without it everything is saved just the same; who leaves the page is not asked. */
"use strict";

(() => {
  const form = document.querySelector("[data-tabelle]");
  if (!form) return;
  const state = form.querySelector("[data-ungespeichert]");
  const rows = [...form.querySelectorAll("[data-zeile]")];
  let sending = false;

  const isChanged = (field) =>
    field.type === "hidden"
      ? false
      : field.options
        ? [...field.options].some((option) => option.selected !== option.defaultSelected) &&
          field.selectedIndex !== Math.max(0, [...field.options].findIndex((o) => o.defaultSelected))
        : field.value !== field.defaultValue;

  const count = () => {
    const changed = rows.filter((row) => {
      const some = [...row.querySelectorAll("input, select")].some(isChanged);
      row.classList.toggle("is-changed", some);
      return some;
    }).length;
    const text = changed
      ? `${changed} ${changed === 1 ? "Zeile" : "Zeilen"} geändert, noch nicht gespeichert`
      : "";
    // Only what is new is read out.
    if (state.textContent !== text) state.textContent = text;
    return changed;
  };

  form.addEventListener("input", count);
  form.addEventListener("change", count);
  form.addEventListener("submit", () => {
    sending = true;
  });
  addEventListener("beforeunload", (event) => {
    if (!sending && count()) event.preventDefault();
  });
  // A browser that comes back to the page may have kept what was typed.
  addEventListener("pageshow", () => {
    sending = false;
    count();
  });
})();
