// Checking a summary: the file may be dropped, is sent at once, and one that is too large is not sent at all.

const form = document.querySelector(".verify-form");
const zone = form.querySelector(".verify-drop");
const input = form.querySelector("input[type=file]");
const wrong = document.getElementById("verify-wrong");

// Whether it may be sent; otherwise it is said why not.
function fits() {
  const large = [...input.files].some((file) => file.size > Number(form.dataset.most));
  wrong.textContent = large ? form.dataset.large : "";
  wrong.hidden = !large;
  return !large;
}

function over(event) {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  zone.classList.add("over");
}

function drop(event) {
  event.preventDefault();
  zone.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  form.requestSubmit();
}

form.addEventListener("submit", (event) => {
  if (!fits()) event.preventDefault();
});
input.addEventListener("change", fits);
// Anywhere in the form: whoever misses the frame by a little would otherwise leave the page.
form.addEventListener("dragover", over);
form.addEventListener("dragleave", ({ relatedTarget }) => {
  if (!form.contains(relatedTarget)) zone.classList.remove("over");
});
form.addEventListener("drop", drop);
form.querySelector(".verify-droppable").hidden = false;
