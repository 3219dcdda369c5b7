// What a page remembers. Some browsers inside other apps refuse storage: then it is remembered until the page closes.

const memory = new Map();

function trying(action, otherwise) {
  try {
    return action();
  } catch (error) {
    if (error instanceof DOMException) return otherwise();
    throw error;
  }
}

export class Shelf {
  // `kind` is "localStorage" or "sessionStorage".
  constructor(kind, prefix) {
    this.kind = kind;
    this.prefix = prefix;
  }

  read(name) {
    const key = this.prefix + name;
    return trying(
      () => window[this.kind].getItem(key) ?? memory.get(key) ?? null,
      () => memory.get(key) ?? null,
    );
  }

  write(name, text) {
    const key = this.prefix + name;
    memory.set(key, text);
    trying(() => window[this.kind].setItem(key, text), () => undefined);
  }

  remove(name) {
    const key = this.prefix + name;
    memory.delete(key);
    trying(() => window[this.kind].removeItem(key), () => undefined);
  }
}
