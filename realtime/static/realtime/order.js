// The four orders of the list, as the server has them.

const byNumber = (a, b) => a.number - b.number;
const support = (one) => (one.tally ? one.tally[0] : 0);
const bySupport = (a, b) => support(b) - support(a) || byNumber(a, b);
const byNewest = (a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.number - a.number);

// The same arithmetic as the server's `place`: Mulberry32 of seed and id.
export function place(seed, id) {
  let word = (Math.imul(seed, 0x9e3779b1) + Math.imul(id, 0x85ebca77) + 0x6d2b79f5) | 0;
  word = Math.imul(word ^ (word >>> 15), word | 1);
  word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
  return ((word ^ (word >>> 14)) >>> 0) / 0x100000000;
}

// [{heading: string | null, ids: [number]}]; one group without a heading unless ordered by theme.
export function arranged(all, themes, order, seed, noTheme) {
  const ids = (some, compare) => some.sort(compare).map((one) => one.id);
  if (order === "theme") {
    const groups = themes.map((theme) => ({
      heading: theme.name,
      ids: ids(all.filter((one) => one.theme === theme.id), bySupport),
    }));
    groups.push({ heading: noTheme, ids: ids(all.filter((one) => one.theme === null), bySupport) });
    return groups.filter((group) => group.ids.length > 0);
  }
  if (order === "newest") return [{ heading: null, ids: ids(all, byNewest) }];
  if (order === "shuffled") {
    return [{ heading: null, ids: ids(all, (a, b) => place(seed, a.id) - place(seed, b.id)) }];
  }
  return [{ heading: null, ids: ids(all, bySupport) }];
}
