// What merged suggestions stand for together, as the site counts it (docs/verify.md).

export class Groups {
  constructor() {
    this.parents = new Map();
    this.children = new Map();
  }

  // Takes the edges of an entry; false where they make no tree.
  take(kind, edges, revision) {
    return edges.every(([child, parent]) =>
      kind === "merged" ? this.merge(child, parent, revision) : this.split(child),
    );
  }

  merge(child, parent, revision) {
    if (this.isMerged(child) || this.root(parent) === child) return false;
    this.parents.set(child, parent);
    if (!this.children.has(parent)) this.children.set(parent, new Map());
    this.children.get(parent).set(child, revision);
    return true;
  }

  split(child) {
    if (!this.isMerged(child)) return false;
    this.children.get(this.parents.get(child)).delete(child);
    return this.parents.delete(child);
  }

  isMerged(suggestion) {
    return this.parents.has(suggestion);
  }

  root(suggestion) {
    return this.isMerged(suggestion) ? this.root(this.parents.get(suggestion)) : suggestion;
  }

  // The choice of a voter who said this of the suggestions, for what is at and below this one; null for none.
  stand(suggestion, said) {
    return this.standing(suggestion, said)?.choice ?? null;
  }

  standing(suggestion, said) {
    const own = said.get(suggestion);
    let latest = own?.choice ? own : null;
    const below = [...(this.children.get(suggestion) ?? [])].sort(([one], [other]) => other - one);
    for (const [child, merged] of below) {
      // A vote since the merge replaces what its voter had said below it.
      if (own && own.revision > merged) continue;
      const found = this.standing(child, said);
      if (found && (!latest || found.revision > latest.revision)) latest = found;
    }
    return latest;
  }
}
