// What the sections of the panel are made of.

import { iconButton, make } from "../dom.js";

const COPIED_MS = 2000;

export function quiet(words, onclick) {
  const button = make("button", { type: "button", class: "quiet" }, words);
  button.addEventListener("click", onclick);
  return button;
}

/** Where something that went wrong is told, beside what it happened to. */
export function problem() {
  return make("p", { class: "wrong", role: "alert", hidden: true });
}

export function tell(place, words) {
  place.textContent = words;
  place.hidden = !words;
}

export function section(name, title, tools, ...children) {
  const heading = make("h2", { id: `panel-${name}` }, title);
  const header = make("header", {}, heading, ...tools);
  return make("section", { class: `part ${name}`, "aria-labelledby": heading.id }, header, ...children);
}

/** A button that copies what `words` gives, and says for a moment that it did. */
export function copier(label, copied, words) {
  const show = (icon, told) => {
    button.firstChild.className = `icon ${icon}`;
    button.ariaLabel = button.title = told;
  };
  const button = iconButton("copy", label, async () => {
    await copy(words(), button);
    show("done", copied);
    setTimeout(() => show("copy", label), COPIED_MS);
  });
  return button;
}

/** Browsers have a clipboard only for pages that came over HTTPS or from this machine. */
async function copy(words, place) {
  if (navigator.clipboard) return navigator.clipboard.writeText(words);
  const area = make("textarea", { class: "unseen" }, words);
  place.after(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function percent(share) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(share);
}
