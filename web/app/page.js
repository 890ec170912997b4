// What every page begins with: its heading, which names the window and takes the focus when somebody came here.
import { html, useEffect, useRef } from "../vendor/preact.js";
import { arrival } from "./app.js";

/** `intro` is one sentence below the title, `actions` stand beside it, `above` is the way back. */
export function Page({ title, intro, actions, above, children }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${title} · Watchlist`;
    if (!arrival.isPending) return;
    arrival.isPending = false;
    heading.current.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [title]);
  return html`
    ${above && html`<p class="above">${above}</p>`}
    <header class="page-head">
      <div><h1 tabindex="-1" ref=${heading}>${title}</h1>${intro && html`<p class="intro">${intro}</p>`}</div>
      ${actions && html`<div class="actions">${actions}</div>`}
    </header>
    ${children}`;
}

/** An address that leads to no page. */
export function Nowhere() {
  return html`<${Page} title="No such page" intro=${html`<a href="#/watchlist">Go to the watchlist</a>`} />`;
}

/** What stands where nothing is yet: what this place is for, and how to begin. */
export function Empty({ title, children }) {
  return html`<div class="empty"><p class="empty-title">${title}</p>${children}</div>`;
}

/** As many grey rows as will probably come, so that nothing jumps when they do. */
export function Skeleton({ rows = 3, shape = "row" }) {
  return html`<div role="status"><span class="hidden">Loading</span>
    ${Array.from({ length: rows }, (_, n) => html`<div key=${n} class="skeleton ${shape}" aria-hidden="true"></div>`)}</div>`;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const distance = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const STEPS = [["second", 1], ["minute", 60], ["hour", 3600], ["day", 86400]];

/** A time as people read it, and exactly for who points at it. `at` is RFC 3339; `relative` says "5 min. ago" for whatever is less than two weeks old. */
export function Time({ at, relative }) {
  if (!at) return html`<span class="faint">never</span>`;
  const date = new Date(at);
  return html`<time datetime=${at} title="${at} (UTC)">${relative ? ago(date) : exact.format(date)}</time>`;
}

function ago(date) {
  const seconds = Math.max(0, (Date.now() - date) / 1000);
  if (seconds > 14 * 86400) return exact.format(date);
  if (seconds < 5) return "just now";
  const [unit, length] = STEPS.findLast(([, size]) => seconds >= size);
  return distance.format(-Math.floor(seconds / length), unit);
}
