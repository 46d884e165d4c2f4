// What there is on the page while something is painted: a label, or a button that ends it.
const WORKING = "#quick-label .busy, #stop, #leave, #many-stop, #video-stop, #inside-stop, #inside-leave, #teach-stop, #teach-leave";

// To leave the page would lose it, so the browser asks first. Gradio, which listens after this, must not hear of it:
// it would end the work at once, also for who stays.
addEventListener("beforeunload", (event) => {
  if (!document.querySelector(WORKING)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
});
