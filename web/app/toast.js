// Short news at the edge of the window, read out by screen readers, gone after a while; with something to take back at times.
import { html, render } from "../vendor/preact.js";
import { Icon } from "./app.js";

let shown = [];
let count = 0;

/** Shows a text for `ms`, in the place of a text that nothing can be done about; `undo` adds a button. Answers what takes it away. */
export function toast(text, { undo, ms = 4000, problem } = {}) {
  const entry = { id: ++count, text, undo, problem };
  const dismiss = () => {
    clearTimeout(entry.timer);
    shown = shown.filter((other) => other !== entry);
    show();
  };
  entry.dismiss = dismiss;
  const isPassing = ({ undo, problem }) => !undo && !problem;
  if (isPassing(entry)) shown.filter(isPassing).forEach((other) => other.dismiss());
  entry.timer = setTimeout(dismiss, ms);
  shown = [...shown, entry];
  show();
  return dismiss;
}

function show() {
  render(html`${shown.map((entry) => html`<${Toast} key=${entry.id} ...${entry} />`)}`, document.getElementById("toasts"));
}

function Toast({ text, undo, problem, dismiss }) {
  const takeBack = () => {
    dismiss();
    undo();
  };
  return html`<div class="toast ${problem ? "bad" : ""}">
    <p>${text}${problem?.requestId && html`<small> Request <code>${problem.requestId}</code></small>`}</p>
    ${undo && html`<button type="button" class="link" onClick=${takeBack}>Undo</button>`}
    <button type="button" class="icon-button tiny" aria-label="Dismiss" onClick=${dismiss}><${Icon} name="close" /></button>
  </div>`;
}
