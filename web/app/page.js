// The parts of pages: the heading, empty states, placeholders, times, error messages and dialogs.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Icon, SubmitButton } from "./elements.js";
import { headingFocus } from "./state.js";

/**
 * A page below its heading, which names the window and takes the focus after navigation. `intro` is
 * one sentence, `actions` are buttons beside the heading, `above` is a link to the parent page.
 */
export function Page({ title, intro, actions, above, children }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${title} · Watchlist`;
    if (!headingFocus.isPending) return;
    headingFocus.isPending = false;
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

export function NotFound() {
  return html`<${Page} title="Page not found" intro=${html`<a href="#/watchlist">Go to your watchlist</a>`} />`;
}

/** Takes the place of an empty list. */
export function EmptyState({ title, children }) {
  return html`<div class="empty"><p class="empty-title">${title}</p>${children}</div>`;
}

/** Placeholders for the expected number of rows, so that the layout does not shift. */
export function Skeleton({ rows = 3, shape = "row" }) {
  return html`<div role="status"><span class="hidden">Loading</span>
    ${Array.from({ length: rows }, (_, n) => html`<div key=${n} class="skeleton ${shape}" aria-hidden="true"></div>`)}</div>`;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const relativeTime = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const UNITS = [["second", 1], ["minute", 60], ["hour", 3600], ["day", 86400]];

/**
 * A local time, with the exact one as its title. `at` is RFC 3339. `relative` shows the age up to
 * two weeks.
 */
export function Time({ at, relative }) {
  if (!at) return html`<span class="faint">never</span>`;
  const date = new Date(at);
  return html`<time datetime=${at} title="${at} (UTC)">${relative ? age(date) : exact.format(date)}</time>`;
}

function age(date) {
  const seconds = Math.max(0, (Date.now() - date) / 1000);
  if (seconds > 14 * 86400) return exact.format(date);
  if (seconds < 5) return "just now";
  const [unit, length] = UNITS.findLast(([, size]) => seconds >= size);
  return relativeTime.format(-Math.floor(seconds / length), unit);
}

// ---- Error messages

/**
 * The message of an error, the request ID for support and the time until a retry is allowed.
 * `retry` adds a button. `unauthorized` replaces the message of a 401 where a password was entered.
 */
export function Problem({ problem, retry, unauthorized, title }) {
  const seconds = useCountdown(problem);
  return html`<div class="problem" role="alert">
    <${Icon} name="warning" />
    <div>
      ${title && html`<p class="problem-title">${title}</p>`}
      <p>${messageOf(problem, unauthorized)}</p>
      ${problem.errors?.map(({ field, message }) => html`<p key=${field}><code>${field}</code> ${message}</p>`)}
      ${problem.retryAfter > 0 && html`<p>${seconds > 0 ? html`Try again in <b class="figures">${seconds} s</b>.` : "You can try again now."}</p>`}
      ${problem.requestId && html`<p class="request-id">Request ID <code>${problem.requestId}</code> <${CopyButton} text=${problem.requestId} label="Copy request ID" /></p>`}
      ${retry && html`<p><button type="button" class="button small" onClick=${retry} aria-disabled=${seconds > 0 ? "true" : null} disabled=${seconds > 0}><${Icon} name="refresh" /> Try again</button></p>`}
    </div>
  </div>`;
}

function messageOf(problem, unauthorized) {
  if (problem.code === "NETWORK") return "Can't reach the API. Check your connection and try again.";
  if (problem.status === 401 && unauthorized) return unauthorized;
  return problem.status === 429 ? "You're going too fast." : problem.message;
}

/** Returns the seconds until a retry is allowed. */
function useCountdown(problem) {
  const [seconds, setSeconds] = useState(problem.retryAfter ?? 0);
  useEffect(() => {
    // An error without a request is a bug in the console.
    if (!problem.request) console.error(problem);
    if (!problem.retryAfter) return setSeconds(0);
    const until = Date.now() + problem.retryAfter * 1000;
    const update = () => setSeconds(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    update();
    const timer = setInterval(update, 500);
    return () => clearInterval(timer);
  }, [problem]);
  return seconds;
}

/** A button that copies a text and confirms it for two seconds. */
export function CopyButton({ text, label }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), 2000);
  };
  return html`<button type="button" class="icon-button tiny" onClick=${copy} aria-label=${isCopied ? "Copied" : label} title=${label}>
    ${isCopied ? html`<span class="done">Copied</span>` : html`<${Icon} name="copy" />`}</button>`;
}

/**
 * The error of a change to `what`, such as `title`. After a conflict `reload` loads the latest
 * version; after a deletion `leave` returns to the list.
 */
export function ChangeProblem({ problem, what, reload, leave, retry }) {
  if (problem.status === 412) {
    return html`<${Problem} problem=${problem} title="Someone else changed this ${what}." />
      <p class="row"><button type="button" class="button small" onClick=${reload}><${Icon} name="refresh" /> Load latest version</button><span class="hint">Your change was not saved.</span></p>`;
  }
  if (problem.status === 404) {
    return html`<${Problem} problem=${problem} title="This ${what} was deleted." />
      <p><button type="button" class="button small" onClick=${leave}><${Icon} name="refresh" /> Refresh list</button></p>`;
  }
  return html`<${Problem} problem=${problem} retry=${retry} />`;
}

// ---- Modal dialogs. The native <dialog> traps the focus, closes on Escape and restores the focus.

/** Open while it is rendered. `onClose` must stop rendering it. */
export function Dialog({ title, onClose, children, wide }) {
  const dialog = useRef(null);
  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element.showModal();
    return () => {
      element.close();
      if (opener?.isConnected) opener.focus();
    };
  }, []);
  const onCancel = (event) => {
    event.preventDefault();
    onClose();
  };
  const onMouseDown = (event) => event.target === dialog.current && onClose();
  return html`<dialog ref=${dialog} class=${wide ? "wide" : null} aria-labelledby="dialog-title" onCancel=${onCancel} onMouseDown=${onMouseDown}>
    <div class="dialog-body">
      <div class="dialog-head"><h2 id="dialog-title">${title}</h2><button type="button" class="icon-button" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button></div>
      ${children}
    </div>
  </dialog>`;
}

/**
 * Confirms an action that cannot be undone. Shows the error of `onConfirm`, else closes after it.
 */
export function ConfirmDialog({ title, action, onConfirm, onClose, children }) {
  const [state, setState] = useState({ busy: false, problem: null });
  const confirm = async () => {
    if (state.busy) return;
    setState({ busy: true, problem: null });
    try {
      await onConfirm();
      onClose();
    } catch (problem) {
      setState({ busy: false, problem });
    }
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    ${children}
    ${state.problem && html`<${Problem} problem=${state.problem} />`}
    <${DialogFoot} onClose=${onClose}><${SubmitButton} type="button" kind="danger" busy=${state.busy} onClick=${confirm}>${action}<//><//>
  <//>`;
}

/** A cancel button beside the buttons in `children`. */
export function DialogFoot({ onClose, children }) {
  return html`<div class="dialog-foot"><button type="button" class="button" onClick=${onClose}>Cancel</button>${children}</div>`;
}
