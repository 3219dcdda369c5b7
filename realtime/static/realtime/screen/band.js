// A word from the moderator, for a while. The newest one stands; an urgent one stands longer.

import { fit } from "./fit.js";

const SHOWN = { info: 30_000, urgent: 60_000 };

export class Band {
  // `onChange()`: the rest of the screen has more room, or less.
  constructor(element, onChange) {
    Object.assign(this, { element, onChange });
    this.timer = null;
  }

  show(text, level) {
    const { element } = this;
    clearTimeout(this.timer);
    element.className = `screen-notice ${level}`;
    element.textContent = text;
    element.hidden = false;
    fit(element, "notice");
    this.timer = setTimeout(() => this.hide(), SHOWN[level] ?? SHOWN.info);
    this.onChange();
  }

  hide() {
    this.element.hidden = true;
    this.onChange();
  }
}
