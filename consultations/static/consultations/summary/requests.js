// What a request may leave behind: a refusal is an answer too, and no answer is said.

export function listenToRequests(root) {
  const line = () => document.getElementById("summary-line");

  root.addEventListener("click", (event) => {
    const ended = event.target.closest('[aria-disabled="true"]');
    if (ended) event.preventDefault();
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) {
      event.preventDefault();
      const sentence = dismiss.closest(".sentence");
      dismiss.closest(".attempt").remove();
      sentence.focus();
    }
  });

  // A refusal brings the fresh state and what was typed: shown like any other answer.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { status } = event.detail.xhr;
    const drawn = event.detail.xhr.getResponseHeader("X-Summary") === "regions";
    if (status >= 400 && drawn) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
    if (!drawn && !event.detail.xhr.getResponseHeader("HX-Redirect")) event.detail.shouldSwap = false;
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const answered = event.detail.xhr.getResponseHeader("X-Summary") === "regions";
    const leaving = event.detail.xhr.getResponseHeader("HX-Redirect");
    if (answered) root.querySelector(".attempt textarea, [role=alert] ~ form textarea")?.focus();
    else if (!leaving) {
      line().replaceChildren(document.getElementById("summary-no-answer").content.cloneNode(true));
    }
  });
}
