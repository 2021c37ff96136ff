// Shows a page at once when it is first opened, instead of piece by piece: until the code of its
// widgets is there, each of them would be a grey bar of another height, and all below would jump.
const root = document.documentElement;
const STILL = 4, SCRIPT = 100, MOST = 200; // frames: a busy computer has fewer of them a second
let height = -1, still = 0, frames = 0;
root.dataset.opening = root.dataset.bar = "";

const missing = (place) => place.querySelector('[data-testid="stSkeleton"]');
const empty = (component) => component.checkVisibility() && component.offsetHeight === 0;

const look = () => {
  const app = document.querySelector(".stApp");
  const page = app?.querySelector('[data-testid="stMainBlockContainer"]');
  const bar = page?.querySelector(".st-key-app_pages");
  if (bar?.childElementCount && !missing(bar)) requestAnimationFrame(() => delete root.dataset.bar);
  if (page?.querySelector('[data-testid="stElementContainer"]')) {
    frames += 1;
    const ran = app.dataset.testScriptState === "notRunning" || frames > SCRIPT;
    const components = page.querySelectorAll(".stBidiComponent");
    const whole = ran && !missing(page) && ![...components].some(empty);
    still = whole && page.scrollHeight === height ? still + 1 : 0;
    height = page.scrollHeight;
  }
  if (still >= STILL || frames > MOST) {
    delete root.dataset.opening;
    delete root.dataset.bar;
  } else requestAnimationFrame(look);
};
requestAnimationFrame(look);

// What Streamlit leaves out, mostly for people who use the keyboard or have the page read to them: a
// pane that scrolls can be reached with Tab, the bar says that it leads to pages, and to which; and
// the colours of dialogs and menus are those of the theme that was chosen here.
const name = (pane) => {
  if (pane.tabIndex < 0) Object.assign(pane, { tabIndex: 0, role: "group", ariaLabel: "Text that scrolls" });
};
const help = () => {
  document.querySelectorAll('[data-testid="stVerticalBlock"][overflow="auto"]').forEach(name);
  const app = document.querySelector(".stApp");
  const bar = document.querySelector(".st-key-app_pages");
  if (app) root.style.colorScheme = getComputedStyle(app).colorScheme;
  if (!bar) return;
  Object.assign(bar, { role: "navigation", ariaLabel: "Pages" });
  const here = location.pathname.split("/").pop();
  for (const link of bar.querySelectorAll("a")) {
    const current = link.getAttribute("href").split("?")[0].split("/").pop() === here;
    if (current !== (link.ariaCurrent === "page")) link.ariaCurrent = current ? "page" : null;
  }
};
let asked = 0;
const soon = () => (asked ||= requestAnimationFrame(() => ((asked = 0), help())));
new MutationObserver(soon).observe(root, { childList: true, subtree: true });
