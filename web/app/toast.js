// Toasts: short messages that screen readers announce, some with an undo button. The timer pauses
// while a toast is hovered or focused. Ctrl+Z undoes the latest one.
import { html, render, useEffect, useRef, useState } from "../vendor/preact.js";
import { Icon } from "./elements.js";
import { beforeSignOut } from "./session.js";
import { session } from "./state.js";

let shown = [];
let count = 0;

/**
 * Shows a text for `ms`, in place of an earlier one that is only informative. `onUndo` adds a
 * button. `onExpire` is called when the toast closes without it. Returns a function that closes the
 * toast.
 */
export function toast(text, { onUndo, onExpire, ms = 4000, problem } = {}) {
  // A message about one account's action must not reach the next account.
  if (session.get().phase !== "in") return () => {};
  const entry = { id: ++count, text, problem, onUndo };
  const close = (isUndo) => {
    clearTimeout(entry.timer);
    if (!shown.includes(entry)) return;
    shown = shown.filter((other) => other !== entry);
    show();
    if (isUndo === true) onUndo();
    else onExpire?.();
  };
  const resume = () => { entry.timer = setTimeout(close, ms); };
  Object.assign(entry, { close, pause: () => clearTimeout(entry.timer), resume });
  const isInformative = ({ onUndo, problem }) => !onUndo && !problem;
  if (isInformative(entry)) shown.filter(isInformative).forEach((other) => other.close());
  shown = [...shown, entry];
  show();
  resume();
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

function Toast({ text, onUndo, problem, close, pause, resume }) {
  return html`<div class="toast ${problem ? "bad" : ""}" onMouseEnter=${pause} onMouseLeave=${resume} onFocusIn=${pause} onFocusOut=${resume}>
    <p>${text}${problem?.requestId && html`<small> Request ID <code>${problem.requestId}</code></small>`}</p>
    ${onUndo && html`<button type="button" class="link" title="Ctrl+Z" aria-keyshortcuts="Control+Z" onClick=${() => close(true)}>Undo</button>`}
    <button type="button" class="icon-button tiny" aria-label="Close" onClick=${close}><${Icon} name="close" /></button>
  </div>`;
}

addEventListener("keydown", (event) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select")) return;
  shown.findLast(({ onUndo }) => onUndo)?.close(true);
});

const UNDO_MS = 6000;

/**
 * Removal with undo: the row disappears at once, and the request follows after six seconds, on
 * navigation or at sign-out. `remove(item, { keepalive })` sends it, then `onRemoved()` is called.
 * With `keepalive` the request outlives the page and cannot wait for a new token. Removals that are
 * pending when the session ends elsewhere are dropped. Returns `{ begin(item), isPending(id) }`.
 */
export function useDeferredRemoval({ remove, nameOf, onRemoved }) {
  const pending = useRef(new Map());
  const isMounted = useRef(true);
  const latest = useRef(onRemoved);
  latest.current = onRemoved;
  const [, setRenders] = useState(0);
  const render = () => isMounted.current && setRenders((n) => n + 1);

  const finish = async (id, keepalive = false) => {
    const entry = pending.current.get(id);
    if (!entry || entry.isSent || session.get().phase !== "in") return;
    entry.isSent = true;
    entry.close();
    try {
      await remove(entry.item, { keepalive });
    } catch (problem) {
      if (problem.status !== 404) toast(html`Couldn't remove <bdi>${nameOf(entry.item)}</bdi>. ${problem.message}`, { problem, ms: 10_000 });
    }
    if (isMounted.current) await latest.current();
    pending.current.delete(id);
    render();
  };
  const begin = (item) => {
    const { id } = item;
    const onUndo = () => {
      pending.current.delete(id);
      render();
    };
    const entry = { item, isSent: false };
    entry.close = toast(html`Removed <bdi>${nameOf(item)}</bdi>`, { onUndo, onExpire: () => finish(id), ms: UNDO_MS });
    moveFocus();
    pending.current.set(id, entry);
    render();
  };
  useEffect(() => {
    const flush = (keepalive) => Promise.all([...pending.current.keys()].map((id) => finish(id, keepalive)));
    const onPageHide = () => flush(true);
    const unregister = beforeSignOut(() => flush());
    addEventListener("pagehide", onPageHide);
    return () => {
      isMounted.current = false;
      unregister();
      removeEventListener("pagehide", onPageHide);
      flush();
    };
  }, []);
  return { begin, isPending: (id) => pending.current.has(id) };
}

/** Moves the focus from a row that is about to disappear to the next one. */
function moveFocus() {
  const row = document.activeElement?.closest("li");
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  (neighbour?.querySelector("[title=Remove]") ?? document.querySelector("main h1"))?.focus({ preventScroll: true });
}
