// What this browser remembers for one member and one topic. Some browsers inside other apps refuse storage: then it is
// remembered until the page closes.

const memory = new Map();

// `localStorage` itself throws where it is refused, and so does writing where nothing fits any more.
function trying(action, otherwise) {
  try {
    return action();
  } catch (error) {
    if (error instanceof DOMException) return otherwise;
    throw error;
  }
}

export class Shelf {
  constructor(prefix) {
    this.prefix = prefix;
  }

  read(name) {
    const key = this.prefix + name;
    return trying(() => window.localStorage?.getItem(key), null) ?? memory.get(key) ?? null;
  }

  write(name, text) {
    const key = this.prefix + name;
    memory.set(key, text);
    trying(() => window.localStorage?.setItem(key, text));
  }

  remove(name) {
    const key = this.prefix + name;
    memory.delete(key);
    trying(() => window.localStorage?.removeItem(key));
  }

  // The object kept under that name; null where there is none, or something that is not ours.
  readObject(name) {
    try {
      return JSON.parse(this.read(name) ?? "null");
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }
}
