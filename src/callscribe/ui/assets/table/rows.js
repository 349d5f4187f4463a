// The table itself: a row a call, kept as long as the call is on the page, so that nothing is lost that has the focus.

import { make } from "../dom.js";

export class Rows {
  /** `clicked(id, on, range)` and `all(on)` tell of the boxes. */
  constructor(clicked, all) {
    this.clicked = clicked;
    this.known = new Map();
    this.every = make("input", { type: "checkbox", onchange: () => all(this.every.checked) });
    this.head = make("tr");
    this.body = make("tbody");
    this.element = make("table", {}, make("thead", {}, this.head), this.body);
  }

  draw({ rows, columns, texts }) {
    this.element.ariaLabel = texts.table;
    this.every.ariaLabel = this.every.title = texts["select-all"];
    this.drawHead(columns);
    for (const id of [...this.known.keys()]) if (!rows.some((row) => row.id === id)) this.remove(id);
    rows.forEach((row, index) => {
      const line = this.row(row, texts);
      if (this.body.children[index] !== line) this.body.insertBefore(line, this.body.children[index] ?? null);
    });
  }

  drawHead(columns) {
    const drawn = JSON.stringify(columns);
    if (drawn === this.columns) return;
    this.columns = drawn;
    const cells = columns.map(({ name, label, sort, href }) => {
      const inside = href ? make("a", { href, textContent: label }) : label;
      return make("th", { scope: "col", className: name, ...(sort ? { ariaSort: sort } : {}) }, inside);
    });
    this.head.replaceChildren(make("th", { className: "box" }, this.every), ...cells);
  }

  remove(id) {
    this.known.get(id).line.remove();
    this.known.delete(id);
  }

  row(row, texts) {
    const drawn = JSON.stringify(row);
    const known = this.known.get(row.id) ?? this.add(row.id);
    if (known.drawn !== drawn) {
      known.drawn = drawn;
      known.box.ariaLabel = texts.select.replace("{}", row.title);
      known.line.replaceChildren(known.line.firstElementChild, ...cells(row));
    }
    return known.line;
  }

  add(id) {
    const box = make("input", { type: "checkbox", onclick: (event) => this.clicked(id, box.checked, event.shiftKey) });
    // As large as a finger, and a click beside the box is one on it.
    const line = make("tr", {}, make("td", { className: "box" }, make("label", {}, box)));
    // With the shift key held, text would be selected.
    line.firstElementChild.onmousedown = (event) => event.shiftKey && event.preventDefault();
    this.known.set(id, { line, box });
    return this.known.get(id);
  }

  mark(selection) {
    for (const [id, { line, box }] of this.known) {
      box.checked = selection.ids.has(id);
      line.classList.toggle("selected", box.checked);
    }
    this.every.checked = selection.size > 0 && selection.size === this.known.size;
    this.every.indeterminate = selection.size > 0 && !this.every.checked;
  }
}

function cells(row) {
  const title = make("a", { href: row.href, textContent: row.title });
  const note = row.note ? make("small", { textContent: row.note }) : null;
  const state = make("span", { className: `state ${row.status}`, textContent: row.word });
  const bar = row.progress === null ? null : make("progress", { value: row.progress, ariaLabel: row.word });
  const tags = row.tags.map(([tag, href]) => make("a", { className: "tag", href, textContent: tag }));
  const cell = (name, ...inside) => make("td", { className: name }, ...inside);
  return [
    cell("title", title, note),
    cell("called_at", row.called_at),
    cell("duration", row.duration),
    cell("language", row.language),
    cell("status", state, bar),
    cell("tags", ...tags),
  ];
}
