// Sends files to the API one after the other. Streamlit calls `default` again whenever the page is drawn again; what
// is under way stays with the element.

const uploaders = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!uploaders.has(root)) {
    const data = JSON.parse(new TextDecoder().decode(component.data));
    uploaders.set(root, new Uploader(root, data));
  }
  uploaders.get(root).uploaded = (id) => component.setTriggerValue("uploaded", id);
}

class Uploader {
  constructor(root, data) {
    this.data = data;
    this.rows = root.querySelector("ul");
    this.language = root.querySelector("select");
    this.waiting = [];
    this.current = null;
    for (const place of root.querySelectorAll("[data-text]")) place.textContent = this.text(place.dataset.text);
    root.querySelector(".hint").textContent = this.text("limit");
    for (const [value, name] of data.languages) this.language.add(new Option(name, value));
    this.listen(root.querySelector(".drop"), root.querySelector("input"), root.querySelector("button"));
  }

  text(name) {
    return this.data.texts[name].replace("{}", this.data.maxBytes / 1e6);
  }

  listen(drop, input, button) {
    button.onclick = () => input.click();
    input.onchange = () => {
      this.add(input.files);
      input.value = "";
    };
    drop.ondragover = (event) => {
      event.preventDefault();
      drop.classList.add("over");
    };
    drop.ondragleave = () => drop.classList.remove("over");
    drop.ondrop = (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      this.add(event.dataTransfer.files);
    };
    window.addEventListener("beforeunload", (event) => {
      if (this.current && this.rows.isConnected) event.preventDefault();
    });
  }

  add(files) {
    for (const file of files) {
      const row = this.row(file);
      this.rows.append(row.element);
      if (file.size === 0) row.fail(this.text("empty"));
      else if (file.size > this.data.maxBytes) row.fail(this.text("large"));
      else this.enqueue({ file, row, language: this.language.value, again: false });
    }
    this.next();
  }

  addAgain(upload) {
    const row = this.row(upload.file);
    upload.row.element.replaceWith(row.element);
    this.enqueue({ ...upload, row, again: true });
    this.next();
  }

  row(file) {
    return new Row(file.name, this.text("waiting"), this.text("cancel"));
  }

  enqueue(upload) {
    this.waiting.push(upload);
    upload.row.cancel.onclick = () => {
      if (this.current?.upload === upload) return this.current.request.abort();
      this.waiting = this.waiting.filter((other) => other !== upload);
      upload.row.fail(this.text("canceled"));
    };
  }

  next() {
    if (this.current || this.waiting.length === 0) return;
    const upload = this.waiting.shift();
    const request = new XMLHttpRequest();
    this.current = { upload, request };
    const form = new FormData();
    form.append("language", upload.language);
    form.append("again", upload.again);
    form.append("file", upload.file);
    request.upload.onprogress = ({ loaded, total }) => upload.row.progress(loaded / total);
    request.upload.onload = () => upload.row.say(this.text("storing"));
    request.onload = () => this.answered(upload, request);
    request.onerror = () => upload.row.fail(this.text("lost"));
    request.onabort = () => upload.row.fail(this.text("canceled"));
    request.onloadend = () => {
      this.current = null;
      this.next();
    };
    request.open("POST", this.data.url);
    request.send(form);
  }

  answered(upload, request) {
    const row = upload.row;
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // Of something between us and the API.
    }
    if (request.status === 200 && answer.task_id) return this.refused(upload, answer.task_id);
    if (request.status !== 202) return row.fail(answer.detail ?? this.text("lost"));
    row.finish(this.text("done"));
    this.uploaded(answer.task_id);
  }

  refused(upload, id) {
    const row = upload.row;
    row.finish(this.text("known"));
    row.part("a", "there", this.text("open")).href = `?task=${encodeURIComponent(id)}`;
    row.button("again", this.text("again")).onclick = () => this.addAgain(upload);
  }
}

class Row {
  constructor(name, state, cancel) {
    this.element = document.createElement("li");
    this.name = this.part("span", "name", name);
    this.bar = this.part("progress", "bar", "");
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", name);
    this.state = this.part("span", "state", state);
    this.cancel = this.button("cancel", cancel);
  }

  part(tag, kind, words) {
    const part = document.createElement(tag);
    part.className = kind;
    part.textContent = words;
    this.element.append(part);
    return part;
  }

  button(kind, words) {
    const button = this.part("button", kind, words);
    button.type = "button";
    return button;
  }

  progress(share) {
    this.bar.value = share;
    this.say(`${Math.floor(share * 100)} %`);
  }

  say(words) {
    this.state.textContent = words;
  }

  finish(words) {
    this.bar.remove();
    this.cancel.remove();
    this.say(words);
  }

  fail(words) {
    this.finish(words);
    this.element.classList.add("failed");
  }
}
