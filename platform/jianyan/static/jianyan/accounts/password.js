// A button beside each password that shows what was typed; without script there is none, and nothing is missing.
for (const box of document.querySelectorAll(".password[data-show]")) {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = box.dataset.show;
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.textContent = shown ? box.dataset.show : box.dataset.hide;
  });
  // Nothing readable is left in the field when it is sent or the page is left.
  input.form.addEventListener("submit", () => {
    input.type = "password";
  });
  box.append(button);
}
