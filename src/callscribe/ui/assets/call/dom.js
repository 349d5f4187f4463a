// Elements in one line each. What comes from a call is text, never HTML.

/** An element with attributes (those that are null or false are left out), and children: elements or text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** A button that is an icon; what it does is its label and what is shown under the pointer. */
export function iconButton(icon, label, onclick) {
  const button = make("button", { type: "button", class: "tool", "aria-label": label, title: label });
  button.append(make("span", { class: `icon ${icon}` }));
  button.addEventListener("click", onclick);
  return button;
}

/** Fill the `{places}` of a text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** Whether the reader asked for a page that does not move. */
export function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
