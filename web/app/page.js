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

/** What stands where nothing is yet: what this place is for, and how to begin. */
export function Empty({ title, children }) {
  return html`<div class="empty"><p class="empty-title">${title}</p>${children}</div>`;
}

/** As many grey rows as will probably come, so that nothing jumps when they do. */
export function Skeleton({ rows = 3, shape = "row" }) {
  return html`<div role="status"><span class="hidden">Loading</span>
    ${Array.from({ length: rows }, (_, n) => html`<div key=${n} class="skeleton ${shape}" aria-hidden="true"></div>`)}</div>`;
}
