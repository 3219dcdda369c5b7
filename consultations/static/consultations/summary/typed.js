// What is typed into one form and not saved survives that the page around it is drawn anew after another one was
// sent; and so does what is folded open. The edition that was seen stays with the words: if somebody else has
// changed the sentence meanwhile, saving says so.

function changed(field) {
  if (field.type === "hidden") return false;
  if (field instanceof HTMLSelectElement) return [...field.options].some((o) => o.selected !== o.defaultSelected);
  return field.value !== field.defaultValue;
}

function values(form) {
  return [...form.elements]
    .filter((field) => field.name && field.name !== "csrfmiddlewaretoken" && field.type !== "submit")
    .map((field) => [field.name, field.value]);
}

function unsaved(root, sent) {
  return [...root.querySelectorAll("form[id]")].filter(
    (form) => form !== sent && [...form.elements].some(changed),
  );
}

// A form that names the edition it saw has, once it succeeded, made the next one: that is ours, not somebody else's.
function stillTheOneSeen(form, sent, succeeded) {
  const own = succeeded && sent.elements?.edition && sent.closest(".sentence") === form.closest(".sentence");
  return !own || !form.closest(".sentence");
}

export function keepTyped(root) {
  let typed = [];
  let open = [];

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const sent = event.detail.requestConfig.elt;
    const succeeded = event.detail.xhr.status < 400;
    typed = unsaved(root, sent).map((form) => [
      form.id,
      values(form).filter(([name]) => name !== "edition" || stillTheOneSeen(form, sent, succeeded)),
    ]);
    open = [...root.querySelectorAll("details[open][id]")]
      .filter((details) => !(sent.matches("[data-closes]") && details.contains(sent)))
      .map((details) => details.id);
  });

  document.body.addEventListener("htmx:oobAfterSwap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, fields] of typed) {
      const form = document.getElementById(id);
      for (const [name, value] of form ? fields : []) form.elements[name].value = value;
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (unsaved(root, null).length) event.preventDefault();
  });
}
