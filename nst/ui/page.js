// The two pictures of the slider come without a description, and its handle moves by mouse and finger only.
const described = { "#compare img.fixed": "The painting", "#compare img:not(.fixed)": "The photo" };
const HANDLE = '[data-testid="slider"]';
const moved = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 };

function describe() {
  for (const [selector, words] of Object.entries(described)) {
    for (const image of document.querySelectorAll(selector)) {
      if (!image.alt) image.alt = words;
    }
  }
  // A picture to pick is called as it says below it, not by its number.
  for (const caption of document.querySelectorAll(".thumbnail-item > .caption-label")) {
    const name = caption.textContent.trim();
    if (caption.parentElement.ariaLabel !== name) caption.parentElement.ariaLabel = name;
    if (!caption.ariaHidden) caption.ariaHidden = "true";
  }
  for (const empty of document.querySelectorAll(".empty[aria-label]:not([role])")) empty.setAttribute("role", "img");
  const styles = document.querySelector("#styles:not([data-watched])");
  if (styles) {
    styles.dataset.watched = "";
    watch(styles);
  }
  for (const handle of document.querySelectorAll(`${HANDLE}:not([role="slider"])`)) {
    handle.tabIndex = 0;
    const said = { role: "slider", "aria-label": "Before and after", "aria-valuemin": 0, "aria-valuemax": 100 };
    for (const [name, value] of Object.entries(said)) handle.setAttribute(name, value);
    new MutationObserver(() => tell(handle)).observe(handle.parentElement, { attributeFilter: ["style"], subtree: true });
    tell(handle);
  }
  const label = document.querySelector("#quick-label");
  if (label && !label.ariaLive) label.ariaLive = "polite";
  mark(label?.querySelectorAll("cite")[1]?.textContent);
  document.querySelectorAll(".toast-message-text").forEach(inPlainWords);
  document.querySelectorAll('button[aria-dropeffect="copy"]').forEach(ask);
}

// The gallery shows what was picked of it; the second style of a mix is picked elsewhere.
function mark(second) {
  for (const style of document.querySelectorAll("#styles .thumbnail-item")) {
    const isSecond = style.ariaLabel?.replace("\u00a0☁", "") === second;
    if (isSecond === "second" in style.dataset) continue;
    style.toggleAttribute("data-second", isSecond);
    style.ariaDescription = isSecond ? "Mixed in" : null;
  }
}

// Gradio asks for files in words of its own, in English beside these; in other languages they stay.
const ASKED = {
  "Drop File Here": "Drop files here",
  "Drop Video Here": "Drop a video here",
  "- or -": "– or –",
  "Click to Upload": "click to choose",
};

function ask(place) {
  const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = ASKED[texts.currentNode.data.trim()];
    if (words) texts.currentNode.data = words;
  }
}

// Gradio says what a file is not in words for programmers.
function inPlainWords(toast) {
  const wrong = /^Invalid file types?: (.*)\. Only (.*) allowed\.$/.exec(toast.textContent.trim());
  if (!wrong) return;
  const wanted = { "image/*": "a picture", "video/*": "a video" }[wrong[2]] ?? `one of these: ${wrong[2]}`;
  toast.textContent = `${wrong[1]} cannot be used here: give ${wanted}.`;
}

// Where the picture is, in the slider that is as wide as its frame.
function place(handle) {
  const { left, width, height } = handle.parentElement.getBoundingClientRect();
  const picture = handle.parentElement.querySelector("img");
  const shown = Math.min(width, (height * picture.naturalWidth) / picture.naturalHeight) || width;
  return { left, start: (width - shown) / 2, shown };
}

// How much of the photo is seen, in percent.
function seen(handle) {
  const { start, shown } = place(handle);
  const percent = (100 * (new DOMMatrix(handle.style.transform).m41 - start)) / shown;
  return Math.min(100, Math.max(0, percent));
}

function tell(handle) {
  const percent = Math.round(seen(handle));
  if (handle.getAttribute("aria-valuenow") === `${percent}`) return;
  handle.setAttribute("aria-valuenow", percent);
  handle.setAttribute("aria-valuetext", `${percent} % photo, ${100 - percent} % painting`);
}

// Nothing but a mouse moves the handle, so it is given one that presses where the handle shall be.
function move(handle, percent) {
  const { left, start, shown } = place(handle);
  const clientX = left + start + (shown * Math.min(100, Math.max(0, percent))) / 100;
  const press = { clientX, view: window, bubbles: true, cancelable: true };
  handle.dispatchEvent(new MouseEvent("mousedown", press));
  window.dispatchEvent(new MouseEvent("mouseup", press));
}

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.(HANDLE);
  if (!handle || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key in moved) move(handle, seen(handle) + moved[event.key]);
  else if (event.key === "Home" || event.key === "End") move(handle, event.key === "Home" ? 0 : 100);
  else return;
  event.preventDefault();
});
// Gradio opens a list again at the key that leaves it, and does not scroll to what the arrows choose in it.
document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.('input[role="combobox"]');
  if (!list) return;
  if (event.key === "Tab") event.stopPropagation();
  else setTimeout(() => document.querySelector("[role=listbox] .active")?.scrollIntoView({ block: "nearest" }), 50);
}, { capture: true });
new MutationObserver(describe).observe(document.documentElement, { childList: true, characterData: true, subtree: true });

// A button that a person used may give way to another, and a place for a picture to the picture: the focus stays there,
// unless that person has gone on elsewhere.
const NEXT = [
  "#stop, #inside-stop, #teach-stop",
  "#leave, #inside-leave, #teach-leave",
  "#continue.primary",
  "#start, #inside-start, #teach-start",
];
const usable = (element) => element.isConnected && element.checkVisibility() && !element.disabled;
let held = null;

document.addEventListener("focusin", ({ target }) => {
  held = { target, place: target.closest(".place"), wall: target.closest(".wall") };
});
document.addEventListener("pointerdown", ({ target }) => {
  if (!held?.target.contains(target)) held = null; // another that can have the focus gets it now
});

function keepFocus() {
  if (!held || !document.hasFocus() || document.activeElement !== document.body || usable(held.target)) return;
  const buttons = held.place
    ? [...held.place.querySelectorAll("button")]
    : NEXT.flatMap((which) => [...(held.wall?.querySelectorAll(which) ?? [])]);
  buttons.find(usable)?.focus({ preventScroll: true });
}

// The words that a picture is missing go when it is there.
function settle() {
  const missing = [...document.querySelectorAll(".toast-body")].filter((toast) => /no \w+ yet/.test(toast.textContent));
  if (!missing.length) return;
  const wanted = document.querySelectorAll("#custom-photo, #custom-painting, #inside-picture, #teach-painting");
  const places = [...wanted].filter((place) => place.checkVisibility());
  if (!places.length || places.some((place) => !place.querySelector("img"))) return;
  for (const toast of missing) toast.querySelector('[data-testid="toast-close"]')?.click();
}

// Buttons come one after the other: they are all there a moment later.
let settling;
new MutationObserver(() => {
  settling ??= setTimeout(() => {
    settling = undefined;
    keepFocus();
    settle();
  }, 100);
}).observe(document.documentElement, { childList: true, subtree: true });

// On a narrow page the styles are a row: the one that is chosen comes into sight, and a button leads back to them.
const calm = () => ({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });

function follow(styles) {
  const row = styles.querySelector(".grid-container");
  const chosen = row?.querySelector(".selected");
  for (const each of row?.querySelectorAll("button") ?? []) each.ariaPressed = each === chosen;
  if (!chosen) return;
  const [of, at] = [row, chosen].map((each) => each.getBoundingClientRect());
  row.scrollBy({ left: at.left + at.width / 2 - of.left - of.width / 2, ...calm() });
}

function watch(styles) {
  new MutationObserver(() => follow(styles)).observe(styles, { attributeFilter: ["class"], subtree: true });
  new IntersectionObserver(([{ isIntersecting }]) => {
    const back = document.querySelector("#to-styles");
    if (back) back.hidden = isIntersecting || !styles.checkVisibility(); // it may not be there yet, or any more
  }, { rootMargin: "-40% 0px 0px" }).observe(styles); // above, the painting may cover them
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#skip")) {
    event.preventDefault();
    const frame = hanging();
    frame.tabIndex = -1;
    frame.focus();
    return;
  }
  const link = event.target.closest('a[href="#styles"], a[href="#quick-photo"]');
  if (link) {
    event.preventDefault();
    const place = document.querySelector(link.hash);
    place.scrollIntoView(calm());
    if (link.hash === "#quick-photo") place.querySelector("input[type=file]")?.click();
    return;
  }
  if (!matchMedia("(max-width: 760px)").matches) return;
  if (event.target.closest("#start")) document.querySelector("#easel").scrollIntoView({ block: "start", ...calm() });
  const source = event.target.closest("#sources [role=tab]"); // those below it stand in another order for each
  if (source) requestAnimationFrame(() => source.scrollIntoView({ block: "center", behavior: "instant" }));
  if (!event.target.closest("#styles button")) return;
  seeWall();
});

// The painting of the tab that is open.
const hanging = () => [...document.querySelectorAll(".wall .frame")].find((each) => each.checkVisibility());

// Also when a painting of the visit was picked, which may hang on another tab.
function seeWall() {
  hanging()?.scrollIntoView({ block: "nearest", ...calm() });
}

// The tab is in the address, for a reload or a link to lead there. The first to open is Quick, wherever that leads.
let opened = false;
function noteTab(name) {
  if (!opened && name === "quick") {
    opened = true;
    return;
  }
  const address = new URL(location.href);
  address.searchParams.delete("taught");
  if (name === "quick") address.searchParams.delete("tab");
  else address.searchParams.set("tab", name);
  history.replaceState(history.state, "", address);
}

// To sign in leads away, and back to the address as it is then: it names the file of the style that was taught, from
// which a new page has that again.
function noteTaught(file) {
  const key = file?.path.split(/[\\/]/).slice(-2).join("/");
  if (key) history.replaceState(history.state, "", `?taught=${encodeURIComponent(key)}`);
}

// A link to a result goes onto the clipboard; gradio gives the button that link.
const SHARED = {
  share: "Whoever opens it gets this style for a photo of their own.",
  "custom-share": "Whoever opens it gets these settings for pictures of their own.",
};
document.addEventListener("click", async (event) => {
  const shared = event.target.closest("a#share, a#custom-share");
  if (!shared) return;
  event.preventDefault();
  const link = shared.href;
  if (await copied(link)) say(`Link copied. ${SHARED[shared.id]}`, 4);
  else say(`Copy this link: ${link}`, 30);
});

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure connection or a permission there is the older way.
    const place = document.createElement("textarea");
    place.value = text;
    document.body.append(place);
    place.select();
    const done = document.execCommand("copy");
    place.remove();
    return done;
  }
}

// There may be no camera, or it may not be used: gradio says nothing of it.
addEventListener("unhandledrejection", (event) => {
  const why = {
    NotFoundError: "No camera was found on this device: give a photo from a file instead.",
    NotAllowedError: "The browser does not let this page use the camera: allow it there, and try again.",
    NotReadableError: "The camera cannot be used: another program may be using it.",
  }[event.reason instanceof DOMException ? event.reason.name : ""];
  if (!why || !document.querySelector('[title="grant webcam access"]')) return;
  event.preventDefault();
  say(why, 8);
});

function say(words, seconds) {
  let place = document.querySelector("#said");
  if (!place) {
    place = document.createElement("p");
    Object.assign(place, { id: "said", role: "status" });
    document.querySelector(".gradio-container").append(place);
  }
  clearTimeout(say.over);
  say.over = setTimeout(() => (place.textContent = ""), 1000 * seconds);
  requestAnimationFrame(() => (place.textContent = words));
}
