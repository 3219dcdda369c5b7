// As large as it fits: each step of the stylesheet is a smaller size; at the last one what is too long is cut.

const LAST = { title: 5, words: 8, notice: 3 };

// Tall characters reach a little over their line; a line too many is more than that.
function overflows(element) {
  const allowed = 0.15 * parseFloat(getComputedStyle(element).fontSize);
  return element.scrollHeight > element.clientHeight + allowed || element.scrollWidth > element.clientWidth + 1;
}

export function fit(element, kind) {
  element.classList.remove("cut");
  for (let step = 0; step <= LAST[kind]; step += 1) {
    element.dataset.step = step;
    if (!overflows(element)) return;
  }
  if (kind !== "words") return;
  const style = getComputedStyle(element);
  element.style.setProperty("--screen-lines", Math.max(1, Math.floor(element.clientHeight / parseFloat(style.lineHeight))));
  element.classList.add("cut");
}
