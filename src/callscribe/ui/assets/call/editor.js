// Corrections in place: what a turn of the transcript offers for it, and what is open of that.

import { Corrections } from "./corrections.js";
import { iconButton } from "./dom.js";
import { canEdit } from "./edits.js";
import { SegmentEditor } from "./segment_editor.js";
import { SpeakerForm } from "./speaker_form.js";
import { segmentAt } from "./turns.js";

const FLASH_MS = 2000;

export class Editor {
  constructor(call, player, transcript, texts) {
    Object.assign(this, { call, player, transcript, texts });
    this.corrections = new Corrections(call, texts);
    this.open = null; // what is being corrected: its editor, and how to put that back into its place
    this.near = null; // id of the segment that was last pointed at
    this.seen = new IntersectionObserver((entries) => entries.forEach((one) => this.equip(one)), { rootMargin: "50%" });
    for (const kind of ["result", "task"]) {
      // After all who draw it have drawn it.
      call.addEventListener(kind, () => queueMicrotask(() => this.render()));
    }
  }

  attach(root) {
    this.root = root;
    this.transcript.element.before(this.corrections.element);
    root.addEventListener("pointerover", ({ target }) => (this.near = idOf(target) ?? this.near));
    root.addEventListener("click", ({ target }) => this.clicked(target));
    root.addEventListener("dblclick", (event) => this.doubleClicked(event));
    root.addEventListener("evidence", ({ detail }) => this.show(detail));
    root.addEventListener("speaker", ({ detail }) => this.transcript.filterSpeaker(detail.name));
    this.render();
  }

  render() {
    this.corrections.render();
    this.seen.disconnect();
    const editable = canEdit(this.call);
    this.root.classList.toggle("editable", editable);
    for (const turn of this.root.querySelectorAll(".turn")) {
      if (editable) this.seen.observe(turn);
      else turn.querySelector(".tools")?.replaceChildren();
    }
    if (this.open) this.place();
  }

  /** Give a turn its tools once it is about to be seen; a long call has thousands. */
  equip({ target: turn, isIntersecting }) {
    const tools = turn.querySelector(".tools");
    if (!isIntersecting || !tools || tools.firstChild) return;
    tools.append(
      iconButton("edit", this.texts["edit-text"], () => this.editText(this.chosen(idsOf(turn)))),
      iconButton("person", this.texts["edit-who"], () => this.editSpeaker(idsOf(turn))),
    );
  }

  /** Of these segments, the one that was pointed at or is being heard. */
  chosen(ids) {
    const { segments } = this.call.result;
    const heard = segments[segmentAt(segments, this.player.time)]?.id;
    return [this.near, heard].find((id) => ids.includes(id)) ?? ids[0];
  }

  clicked(target) {
    const turn = target.closest(".speaker")?.closest(".turn");
    if (turn && canEdit(this.call)) this.editSpeaker(idsOf(turn));
  }

  doubleClicked(event) {
    const id = idOf(event.target);
    if (id === null || !canEdit(this.call)) return;
    event.preventDefault();
    const caret = textBefore(event.target);
    this.editText(id, caret);
  }

  editText(id, caret) {
    if (!this.leave()) return;
    const segment = this.segment(id);
    const editor = new SegmentEditor(this.call, segment, this.texts, (next) => {
      this.close();
      if (next === "speaker") this.editSpeaker([id]);
    });
    const put = () => {
      const line = this.line(id);
      if (line?.nextSibling !== editor.element) line?.after(editor.element);
      if (line) line.hidden = true;
      return Boolean(line);
    };
    this.begin(editor, id, put);
    editor.focus(caret ?? segment.text.length);
  }

  editSpeaker(ids) {
    if (!this.leave()) return;
    const { speaker: name } = this.segment(ids[0]);
    const editor = new SpeakerForm(this.call, this.texts, { name, segments: ids }, () => this.close());
    const put = () => {
      const line = this.line(ids[0]);
      if (line?.previousSibling !== editor.element) line?.before(editor.element);
      return Boolean(line);
    };
    this.begin(editor, ids[0], put);
    editor.focus();
  }

  /** Whether nothing is open any more; what somebody has typed is not thrown away. */
  leave() {
    if (this.open?.editor.isDirty) this.open.editor.element.querySelector("textarea, input").focus();
    else this.close();
    return this.open === null;
  }

  begin(editor, id, put) {
    this.player.pause();
    this.open = { editor, id, put };
    this.place();
    editor.element.scrollIntoView({ block: "nearest" });
  }

  /** What is being typed stays, even if what it belongs to is there no longer. */
  place() {
    const { editor, put } = this.open;
    const focused = this.root.getRootNode().activeElement;
    const had = editor.element.contains(focused);
    if (!put() && !editor.element.isConnected) this.transcript.element.prepend(editor.element);
    if (had) focused.focus({ preventScroll: true });
  }

  close() {
    if (!this.open) return;
    const { editor, id } = this.open;
    this.open = null;
    editor.element.remove();
    const line = this.line(id);
    if (!line) return;
    line.hidden = false;
    line.closest(".turn")?.querySelector(".tools button")?.focus({ preventScroll: true });
  }

  /** Where in the transcript something is said. */
  show({ segments, start }) {
    this.transcript.scrollTo(start);
    for (const id of segments) {
      this.line(id)?.animate([{ background: "var(--mark)" }, { background: "var(--mark)" }, {}], FLASH_MS);
    }
  }

  segment(id) {
    return this.call.result.segments.find((segment) => segment.id === id);
  }

  line(id) {
    return this.root.querySelector(`.segment[data-id="${id}"]`);
  }
}

function idsOf(turn) {
  return turn.querySelector(".tools").dataset.segments.split(" ").map(Number);
}

/** Of the segment that an element is in. */
function idOf(element) {
  const line = element.closest?.(".segment");
  return line ? Number(line.dataset.id) : null;
}

/** How many characters of its segment come before an element. */
function textBefore(element) {
  const range = document.createRange();
  range.setStart(element.closest(".segment"), 0);
  range.setEndBefore(element);
  return range.toString().length;
}
