/* Suggestions under the search field, walked through by keyboard.
 *
 * htmx fetches them as somebody types; this file only makes a combobox of field and list, as
 * the ARIA practices describe it. Without it the field is a field, and Enter searches. */
"use strict";

(() => {
  const field = document.querySelector("[data-vorschlaege]");
  if (!field) return;
  const box = document.getElementById(field.dataset.vorschlaege);
  const options = () => [...box.querySelectorAll("[role=option]")];
  let current = -1;

  const mark = (number) => {
    const all = options();
    current = all.length ? (number + all.length + 1) % (all.length + 1) : -1;
    // One place more than there are suggestions: the field itself, with what was typed.
    if (current === all.length) current = -1;
    all.forEach((option, n) => option.setAttribute("aria-selected", String(n === current)));
    if (current < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", all[current].id);
      all[current].scrollIntoView({ block: "nearest" });
    }
  };

  const show = (open) => {
    const some = open && options().length > 0;
    box.hidden = !some;
    field.setAttribute("aria-expanded", String(some));
    if (!some) mark(-1);
  };

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", box.id);
  show(false);

  box.addEventListener("htmx:afterSwap", () => {
    mark(-1);
    show(document.activeElement === field && field.value.trim() !== "");
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (box.hidden) show(true);
      else mark(current + (event.key === "ArrowDown" ? 1 : -1));
      event.preventDefault();
    } else if (event.key === "Escape" && !box.hidden) {
      show(false);
      event.preventDefault();
    } else if (event.key === "Enter" && current >= 0) {
      location.assign(options()[current].href);
      event.preventDefault();
    }
  });
  field.addEventListener("focus", () => show(field.value.trim() !== ""));
  document.addEventListener("pointerdown", (event) => {
    if (!box.contains(event.target) && event.target !== field) show(false);
  });
  field.addEventListener("blur", (event) => {
    if (!box.contains(event.relatedTarget)) show(false);
  });
})();
