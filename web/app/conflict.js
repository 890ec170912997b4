// What to do when a change was refused because the thing is not what it was: nobody's change is lost in silence.
import { html } from "../vendor/preact.js";
import { Icon } from "./app.js";
import { Problem } from "./problem.js";

/** A problem of changing `what`: `reload` shows what it is now, `leave` goes back to where it is no longer listed. */
export function ChangeProblem({ problem, what, reload, leave, retry }) {
  if (problem.status === 412) {
    return html`<${Problem} problem=${problem} title="${what} was changed elsewhere since you opened it." />
      <p class="row"><button type="button" class="button small" onClick=${reload}><${Icon} name="refresh" /> Show what it is now</button><span class="hint">Your change is not saved.</span></p>`;
  }
  if (problem.status === 404) {
    return html`<${Problem} problem=${problem} title="${what} was removed elsewhere." />
      <p><button type="button" class="button small" onClick=${leave}><${Icon} name="refresh" /> Read the list again</button></p>`;
  }
  return html`<${Problem} problem=${problem} retry=${retry} />`;
}
