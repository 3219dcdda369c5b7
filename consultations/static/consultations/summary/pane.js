// Where there is room for it, the document stands beside the editor: as the page of the preview has it, asked for
// anew after each change, at the place where it was being read.

const ROOM = window.matchMedia("(min-width: 1440px)");
const REST = 600;

let shown = null;
let waiting = null;

async function refresh(pane) {
  const edition = document.getElementById("summary-overview").dataset.edition;
  if (!ROOM.matches || edition === shown) return;
  shown = edition;
  const answer = await fetch(pane.dataset.address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const paper = page.querySelector(".paper");
  if (!paper || shown !== edition) return;
  // Two places of one name would be hard to tell apart: in the pane tables are none.
  for (const part of paper.querySelectorAll("[role=region]")) {
    part.removeAttribute("role");
    part.removeAttribute("aria-label");
  }
  const { scrollTop } = pane;
  pane.replaceChildren(document.adoptNode(paper));
  pane.hidden = false;
  pane.scrollTop = scrollTop;
}

export function showPreview() {
  const pane = document.getElementById("summary-pane");
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      refresh(pane).catch((failure) => {
        // No network: the next change, or the next look at what others did, asks again.
        if (!(failure instanceof TypeError)) throw failure;
        shown = null;
      });
    }, REST);
  };
  const fit = () => {
    pane.classList.toggle("fits", ROOM.matches);
    soon();
  };
  document.addEventListener("summary:drawn", soon);
  ROOM.addEventListener("change", fit);
  fit();
}
