// How something that went wrong is told: what the API said, the request's id to pass on, and when to try again.
import { html, useEffect, useState } from "../vendor/preact.js";
import { Icon } from "./app.js";

const NETWORK = "The API did not answer. Look at the connection; nothing that was done is lost.";

/** `retry` is what the button does; `credentials` what a 401 means where a password was typed. */
export function Problem({ problem, retry, credentials, title }) {
  const left = useCountdown(problem);
  return html`<div class="problem" role="alert">
    <${Icon} name="warning" />
    <div>
      ${title && html`<p class="problem-title">${title}</p>`}
      <p>${said(problem, credentials)}</p>
      ${problem.errors?.map(({ field, message }) => html`<p key=${field}><code>${field}</code> ${message}</p>`)}
      ${problem.retryAfter > 0 && html`<p>${left > 0 ? html`Possible again in <b class="figures">${left} s</b>.` : "Possible again now."}</p>`}
      ${problem.requestId && html`<p class="request-id">Request <code>${problem.requestId}</code> <${Copy} text=${problem.requestId} label="Copy the request id" /></p>`}
      ${retry && html`<p><button type="button" class="button small" onClick=${retry} aria-disabled=${left > 0 ? "true" : null} disabled=${left > 0}><${Icon} name="refresh" /> Try again</button></p>`}
    </div>
  </div>`;
}

function said(problem, credentials) {
  if (problem.code === "NETWORK") return NETWORK;
  if (problem.status === 401 && credentials) return credentials;
  return problem.message;
}

function useCountdown(problem) {
  const [left, set] = useState(problem.retryAfter ?? 0);
  useEffect(() => {
    // What is no answer of the API is a fault of ours.
    if (!problem.request) console.error(problem);
    if (!problem.retryAfter) return set(0);
    const until = Date.now() + problem.retryAfter * 1000;
    const tick = () => set(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [problem]);
  return left;
}

/** A button that copies a text and says that it did. */
export function Copy({ text, label }) {
  const [isDone, set] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    set(true);
    setTimeout(() => set(false), 2000);
  };
  return html`<button type="button" class="icon-button tiny" onClick=${copy} aria-label=${isDone ? "Copied" : label} title=${label}>
    ${isDone ? html`<span class="done">Copied</span>` : html`<${Icon} name="copy" />`}</button>`;
}

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
