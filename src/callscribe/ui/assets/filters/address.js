// Addresses of pages, and what they ask for: names with lists of values.

export function addressOf(page, values) {
  const query = new URLSearchParams();
  for (const [name, list] of Object.entries(values)) for (const value of list) if (value) query.append(name, value);
  return `${page}?${query}`.replace(/\?$/, "");
}

/** Whether both ask for the same. */
export function same(one, other) {
  const sorted = (values) => [...new URLSearchParams(addressOf("", values))].map(String).sort().join("\n");
  return sorted(one) === sorted(other);
}

/** How many conditions there are beside what stays when they are cleared. */
export function conditions({ kept }, values) {
  const counted = (name) => !["cursor", "page", ...kept].includes(name);
  return Object.keys(values).filter((name) => counted(name) && values[name].some(Boolean)).length;
}
