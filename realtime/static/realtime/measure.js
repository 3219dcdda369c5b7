// How long a text is, as the server counts: what readers see as characters; piled-up marks count.

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
const MARK = /\p{M}/u;

function weight(cluster) {
  const points = [...cluster];
  if (points.length === 1) return 1;
  const marks = points.filter((point) => MARK.test(point)).length;
  return Math.max(1 + Math.max(0, marks - 2), Math.ceil(points.length / 10));
}

export function measure(text) {
  const tidy = text
    .normalize("NFC")
    .replace(/\r\n?/g, "\n")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ *\n\s*/g, "\n")
    .trim();
  if (!segmenter) return [...tidy].length;
  let length = 0;
  for (const { segment } of segmenter.segment(tidy)) length += weight(segment);
  return length;
}
