// Which rows are selected.

export class Selection {
  constructor() {
    this.ids = new Set();
    this.last = null;
  }

  /** `range`: with all rows between this one and the last that was clicked. */
  set(order, id, on, range) {
    const from = range ? order.indexOf(this.last) : -1;
    const to = order.indexOf(id);
    const touched = from < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of touched) on ? this.ids.add(one) : this.ids.delete(one);
    this.last = id;
  }

  all(order, on) {
    this.ids = new Set(on ? order : []);
    this.last = null;
  }

  /** What is not on the page any more is not meant any more. */
  keep(order) {
    this.ids = new Set(order.filter((id) => this.ids.has(id)));
    if (!order.includes(this.last)) this.last = null;
  }

  get size() {
    return this.ids.size;
  }
}
