// 大字 and colours change at once, without leaving the page; without this module their forms do the same with a reload.

function press(form, chosen) {
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === chosen));
  }
}

function show(form, button) {
  document.documentElement.dataset[button.name] = button.value;
  if (button.name === "theme") {
    press(form, button);
    return;
  }
  const large = button.value === "large";
  button.setAttribute("aria-pressed", String(large));
  button.value = large ? "normal" : "large";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("form[data-appearance]") || !button) return;
  event.preventDefault();
  const wish = new FormData(form);
  wish.set(button.name, button.value);
  show(form, button);
  // The look is already there; should the answer fail to come, it is only not remembered.
  fetch(form.action, { method: "POST", body: wish, redirect: "manual", keepalive: true }).catch(() => {});
});
