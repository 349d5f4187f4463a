// Corrections in place.

export class Editor {
  constructor(call, player, transcript, texts) {
    Object.assign(this, { call, player, transcript, texts });
  }

  attach(root) {
    this.root = root;
  }
}
