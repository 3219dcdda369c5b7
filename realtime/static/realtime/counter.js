// How many characters are left in a box, as the server will count them.

import { measure } from "./measure.js";

export function count(box, counter, limit, strings) {
  const left = limit - measure(box.value);
  counter.textContent = left >= 0 ? strings.left.replace("{n}", left) : strings.over.replace("{n}", -left);
  counter.classList.toggle("over", left < 0);
}
