/* The form of an event: a host is found by any part of its name, and a channel ticks what its events usually count as. */

const form = document.getElementById("event-form");
const channel = form?.elements.namedItem("channel");
const host = form?.elements.namedItem("host");

/** The select stays what is sent; beside it one types, and picks from what fits. */
function findByTyping(select) {
  const box = document.createElement("input");
  const list = document.createElement("datalist");
  const chosen = (option) => option.text.replace(/^\u3000+/, "");
  list.id = `${select.id}-list`;
  list.append(...[...select.options].filter((option) => option.value).map((option) => new Option(chosen(option))));
  box.type = "text";
  box.autocomplete = "off";
  box.setAttribute("list", list.id);
  box.value = select.value ? chosen(select.selectedOptions[0]) : "";
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name));
  }
  const follow = () => {
    const typed = box.value.trim();
    const options = [...select.options].filter((option) => option.value);
    const exact = options.filter((option) => chosen(option) === typed);
    const part = options.filter((option) => typed && chosen(option).includes(typed));
    const found = exact[0] ?? (part.length === 1 ? part[0] : undefined);
    select.value = found ? found.value : "";
    return found;
  };
  box.addEventListener("input", () => {
    box.setCustomValidity("");
    follow();
  });
  box.addEventListener("change", () => {
    const found = follow();
    if (found) box.value = chosen(found);
  });
  // What fits nobody would be lost on the way.
  form.addEventListener("submit", (event) => {
    box.setCustomValidity(box.value.trim() && !select.value ? form.dataset.nobody : "");
    if (!box.reportValidity()) event.preventDefault();
  });
  box.id = select.id;
  select.id = `${select.id}-select`;
  select.hidden = true;
  select.before(box, list);
}

/** As long as nobody has ticked anything by hand, the boxes follow the channel. */
function followChannel() {
  const usual = JSON.parse(document.getElementById("event-usual").textContent);
  const boxes = [...form.querySelectorAll('input[name="counts_as"]')];
  let own = boxes.some((box) => box.checked);
  const tick = () => {
    if (own) return;
    const ticked = (usual[channel.value] ?? []).map(String);
    for (const box of boxes) box.checked = ticked.includes(box.value);
  };
  for (const box of boxes) box.addEventListener("change", () => (own = true));
  channel.addEventListener("change", tick);
  tick();
}

if (channel && host) {
  findByTyping(host);
  followChannel();
}
