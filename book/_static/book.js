// Small things that CSS cannot do. The book reads without them.

// Tables are shown when all their rows are there: each row may move the columns.
document.documentElement.classList.add("read");

// On paper all is open but a lab's plotting code, and light; afterwards as it was.
const opened = [], page = document.documentElement;
let theme = "";
window.addEventListener("beforeprint", () => {
  theme = theme || page.dataset.theme;
  page.dataset.theme = "light";
  document.querySelectorAll(".bd-article details:not([open], .hide)").forEach((part) => {
    part.open = true;
    opened.push(part);
  });
});
window.addEventListener("afterprint", () => {
  page.dataset.theme = theme;
  theme = "";
  opened.splice(0).forEach((part) => { part.open = false; });
});

// A link to something inside a folded part opens the part.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  let inside = false;
  for (let part = target.closest("details"); part;
       part = part.parentElement.closest("details")) {
    inside = inside || !part.open;
    part.open = true;
  }
  if (inside) target.scrollIntoView();
}
window.addEventListener("hashchange", reveal);
document.addEventListener("DOMContentLoaded", reveal);

// What scrolls sideways can be scrolled from the keyboard, and fades at its edge.
function edges() {
  document.querySelectorAll(
    ".bd-article :is(pre, table, .drawing-room, mjx-container[display])"
  ).forEach((box) => {
    const over = box.scrollWidth > box.clientWidth + 1;
    box.classList.toggle("scrolls", over);
    if (over) {
      box.tabIndex = 0;
      const fade = () => box.classList.toggle(
        "at-end", box.scrollLeft + box.clientWidth >= box.scrollWidth - 2);
      if (!box.dataset.fades) box.addEventListener("scroll", fade, { passive: true });
      box.dataset.fades = "yes";
      fade();
    } else if (box.hasAttribute("tabindex") && box.tagName !== "MJX-CONTAINER") {
      box.removeAttribute("tabindex");
    }
  });
}
let waiting = 0;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(
    () => Promise.resolve(window.formulasFit && formulasFit()).then(edges), 120);
}
window.addEventListener("resize", later);
document.addEventListener("toggle", later, true);
window.addEventListener("load", () => {
  Promise.resolve(window.formulasFit && formulasFit()).then(edges);
});
