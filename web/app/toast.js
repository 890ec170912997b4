// Short news at the edge of the window, read out by screen readers, gone after a while; with something to take back at times. The
// time stands still while somebody points at it or is in it, and Ctrl+Z takes back what can be taken back last.
import { html, render, useEffect, useRef, useState } from "../vendor/preact.js";
import { Icon, session } from "./app.js";
import { beforeSignOut } from "./session.js";

let shown = [];
let count = 0;

/**
 * Shows a text for `ms`, in the place of one about which nothing can be done. `undo` adds a button; `ended` is called when the time
 * is over or the text was closed without it. Answers a function that closes it.
 */
export function toast(text, { undo, ended, ms = 4000, problem } = {}) {
  // News about what somebody did is for nobody else.
  if (session.get().phase !== "in") return () => {};
  const entry = { id: ++count, text, problem, undo };
  const close = (isTakenBack) => {
    clearTimeout(entry.timer);
    if (!shown.includes(entry)) return;
    shown = shown.filter((other) => other !== entry);
    show();
    if (isTakenBack === true) undo();
    else ended?.();
  };
  const run = () => { entry.timer = setTimeout(close, ms); };
  Object.assign(entry, { close, hold: () => clearTimeout(entry.timer), run });
  const isPassing = ({ undo, problem }) => !undo && !problem;
  if (isPassing(entry)) shown.filter(isPassing).forEach((other) => other.close());
  shown = [...shown, entry];
  show();
  run();
  return close;
}

session.subscribe(() => {
  if (session.get().phase !== "out") return;
  for (const { timer } of shown) clearTimeout(timer);
  shown = [];
  show();
});

function show() {
  render(html`${shown.map((entry) => html`<${Toast} key=${entry.id} ...${entry} />`)}`, document.getElementById("toasts"));
}

function Toast({ text, undo, problem, close, hold, run }) {
  return html`<div class="toast ${problem ? "bad" : ""}" onMouseEnter=${hold} onMouseLeave=${run} onFocusIn=${hold} onFocusOut=${run}>
    <p>${text}${problem?.requestId && html`<small> Request <code>${problem.requestId}</code></small>`}</p>
    ${undo && html`<button type="button" class="link" title="Ctrl+Z" aria-keyshortcuts="Control+Z" onClick=${() => close(true)}>Undo</button>`}
    <button type="button" class="icon-button tiny" aria-label="Close" onClick=${close}><${Icon} name="close" /></button>
  </div>`;
}

addEventListener("keydown", (event) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select")) return;
  shown.findLast(({ undo }) => undo)?.close(true);
});

const WAIT_MS = 6000;

/**
 * Removing with a way back: what is removed disappears at once, and is removed for good some seconds later, or when somebody leaves.
 * `remove(thing, { keepalive })` does that, `done()` follows; `keepalive` is for the request that outlives the page, which cannot
 * wait for a new token. What is pending when the session ends elsewhere stays. Answers `{ begin(thing), isPending(id) }`.
 */
export function useDeferredRemoval({ remove, nameOf, done }) {
  const pending = useRef(new Map());
  const isShown = useRef(true);
  const latest = useRef(done);
  latest.current = done;
  const [, renderAgain] = useState(0);
  const render = () => isShown.current && renderAgain((n) => n + 1);

  const finish = async (id, keepalive = false) => {
    const entry = pending.current.get(id);
    if (!entry || entry.isSent || session.get().phase !== "in") return;
    entry.isSent = true;
    entry.close();
    try {
      await remove(entry.thing, { keepalive });
    } catch (problem) {
      if (problem.status !== 404) toast(html`<bdi>${nameOf(entry.thing)}</bdi> could not be removed. ${problem.message}`, { problem, ms: 10_000 });
    }
    if (isShown.current) await latest.current();
    pending.current.delete(id);
    render();
  };
  const begin = (thing) => {
    const { id } = thing;
    const undo = () => {
      pending.current.delete(id);
      render();
    };
    const entry = { thing, isSent: false };
    entry.close = toast(html`<bdi>${nameOf(thing)}</bdi> is removed.`, { undo, ended: () => finish(id), ms: WAIT_MS });
    moveFocus();
    pending.current.set(id, entry);
    render();
  };
  useEffect(() => {
    const flush = (keepalive) => Promise.all([...pending.current.keys()].map((id) => finish(id, keepalive)));
    const leavePage = () => flush(true);
    const forget = beforeSignOut(() => flush());
    addEventListener("pagehide", leavePage);
    return () => {
      isShown.current = false;
      forget();
      removeEventListener("pagehide", leavePage);
      flush();
    };
  }, []);
  return { begin, isPending: (id) => pending.current.has(id) };
}

/** From the button that is about to disappear to that of the next row, so that the keyboard stays where it was. */
function moveFocus() {
  const row = document.activeElement?.closest("li");
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  (neighbour?.querySelector("[title=Remove]") ?? document.querySelector("main h1"))?.focus({ preventScroll: true });
}
