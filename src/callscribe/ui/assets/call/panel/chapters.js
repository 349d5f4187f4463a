// The call's chapters; the one that is being heard is marked.

import { make } from "../dom.js";
import { chapterAt, clock } from "../turns.js";
import { section } from "./parts.js";

export const chapters = {
  data: ({ result }) => (result.chapters?.length ? result.chapters : null),

  build(list, panel) {
    const rows = list.map(({ start, title }) => {
      const button = make("button", { type: "button", class: "chapter" }, make("time", {}, clock(start)), title);
      button.addEventListener("click", () => {
        panel.player.seek(start);
        panel.tell("evidence", { segments: [], start });
      });
      return make("li", {}, button);
    });
    mark(list, rows, panel);
    return section("chapters", panel.texts.chapters, [], make("ol", {}, ...rows));
  },
};

function mark(list, rows, panel) {
  let marked = null;
  const seen = new AbortController();
  panel.player.addEventListener(
    "time",
    () => {
      if (marked && !marked.isConnected) return seen.abort(); // drawn anew since
      const current = rows[list.indexOf(chapterAt(list, panel.player.time))]?.firstChild ?? null;
      if (current === marked) return;
      marked?.removeAttribute("aria-current");
      current?.setAttribute("aria-current", "true");
      marked = current;
    },
    { signal: seen.signal },
  );
}
