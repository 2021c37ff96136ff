// Shows a page at once when it is first opened, instead of piece by piece: until the code of its
// widgets is there, each of them would be a grey bar of another height, and all below would jump.
const root = document.documentElement;
const FRAMES = 4, SCRIPT_MS = 2000, MOST_MS = 4000;
let height = -1, still = 0, began = 0;
root.dataset.opening = root.dataset.bar = "";

const missing = (place) => place.querySelector('[data-testid="stSkeleton"]');
const empty = (component) => component.checkVisibility() && component.offsetHeight === 0;

const look = (now) => {
  const app = document.querySelector(".stApp");
  const page = app?.querySelector('[data-testid="stMainBlockContainer"]');
  const bar = page?.querySelector(".st-key-app_pages");
  if (bar?.childElementCount && !missing(bar)) requestAnimationFrame(() => delete root.dataset.bar);
  if (page?.querySelector('[data-testid="stElementContainer"]')) {
    began ||= now;
    const ran = app.dataset.testScriptState === "notRunning" || now - began > SCRIPT_MS;
    const components = page.querySelectorAll(".stBidiComponent");
    const whole = ran && !missing(page) && ![...components].some(empty);
    still = whole && page.scrollHeight === height ? still + 1 : 0;
    height = page.scrollHeight;
  }
  if (still >= FRAMES || (began && now - began > MOST_MS)) {
    delete root.dataset.opening;
    delete root.dataset.bar;
  } else requestAnimationFrame(look);
};
requestAnimationFrame(look);
