// Short news at the edge of the window, read out by screen readers, gone after a while; with something to take back at times. The
// time stands still while somebody points at it or is in it, and Ctrl+Z takes back what can be taken back last.
import { html, render } from "../vendor/preact.js";
import { Icon } from "./app.js";

let shown = [];
let count = 0;

/**
 * Shows a text for `ms`, in the place of one about which nothing can be done. `undo` adds a button; `ended` is called when the time
 * is over or the text was closed without it. Answers a function that closes it.
 */
export function toast(text, { undo, ended, ms = 4000, problem } = {}) {
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
