// The two pictures of the slider come without a description.
const described = { "#compare img.fixed": "The painting", "#compare img:not(.fixed)": "The photo" };

function describe() {
  for (const [selector, words] of Object.entries(described)) {
    for (const image of document.querySelectorAll(selector)) {
      if (!image.alt) image.alt = words;
    }
  }
}
new MutationObserver(describe).observe(document.documentElement, { childList: true, subtree: true });

// On a narrow page the painting hangs below the styles: a pick leads there.
document.addEventListener("click", (event) => {
  if (event.target.closest("#styles button") && matchMedia("(max-width: 760px)").matches) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const frame = [...document.querySelectorAll(".wall .frame")].find((each) => each.checkVisibility());
    frame?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }
});
