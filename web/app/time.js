// Times as people read them; exactly, and in UTC, for who points at them.
import { html } from "../vendor/preact.js";

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const distance = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const STEPS = [["second", 1], ["minute", 60], ["hour", 3600], ["day", 86400]];

/** `at` is RFC 3339; `relative` says "5 min. ago" for whatever is less than two weeks old. */
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
