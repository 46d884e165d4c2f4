// What there is on the page while something is painted: a label, or a button that ends it.
const WORKING = [
  "#quick-label .busy, #stop, #leave, #many-stop, #video-stop, #inside-stop, #inside-leave",
  "#teach-stop, #teach-leave",
].join();
// The newest painting of the visit, and what was painted of layers.
const MADE = "#visit .thumbnail-item:first-child img, #large img";

const made = () => [...document.querySelectorAll(MADE)].map((image) => image.src).join();
let downloaded = "";

addEventListener("click", ({ target }) => {
  if (target.closest?.('[id$="download"], #inside-png')) downloaded = made();
}, true);

// To leave the page would lose what is being painted, or was painted and not downloaded, so the browser asks first.
// Gradio, which listens after this, must not hear of it: it would end the work at once, also for who stays.
addEventListener("beforeunload", (event) => {
  if (!document.querySelector(WORKING) && made() === downloaded) return;
  event.preventDefault();
  event.stopImmediatePropagation();
});
