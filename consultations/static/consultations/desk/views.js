// On a narrow screen one of queue, opened suggestion and controls is shown; changing over needs no request.
export function listenToViews(root) {
  root.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[data-show]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      root.dataset.view = link.dataset.show;
      window.scrollTo(0, 0);
    },
    true,
  );
}
