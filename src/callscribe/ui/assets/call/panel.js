// What there is beside the transcript.

export class Panel {
  constructor(call, player, texts) {
    this.call = call;
    this.player = player;
    this.texts = texts;
    this.element = document.createElement("div");
    this.element.className = "panel";
  }

  render() {}
}
