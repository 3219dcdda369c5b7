// Which edition of the summary this page shows, and up to which its reader has seen all that others did.

let seen = 0;

/** The edition that is drawn. */
export const drawnEdition = () => Number(document.getElementById("summary-overview").dataset.edition);

export const seenEdition = () => seen;

/** What is drawn has been fetched as a whole. */
export function sawAll() {
  seen = drawnEdition();
}

/** After an answer to something of ours: if that made the very next edition, nobody else has changed anything. */
export function sawAnswer() {
  if (drawnEdition() === seen + 1) seen += 1;
}
