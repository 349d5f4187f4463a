// Elements in one expression. Words go in as text, never as markup.

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Goes to another address of the page without loading it anew: navigate.js listens to links. */
export function visit(place, address) {
  const link = make("a", { href: address, hidden: true });
  place.append(link);
  link.click();
  link.remove();
}

/** The form that fits the number, of those that the page's language has. */
export function plural(forms, number) {
  const form = new Intl.PluralRules(document.documentElement.lang).select(number);
  const last = forms.length - 1;
  return forms[Math.min({ one: 0, few: 1 }[form] ?? last, last)].replace("{n}", number);
}
