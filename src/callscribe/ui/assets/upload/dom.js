/** An element with its properties and children; text is never markup. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export function button(kind, words, onclick) {
  return make("button", { type: "button", className: kind, textContent: words, onclick });
}
