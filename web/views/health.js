// Health: whether the API and what it stands on answer, and how quickly; asked again while somebody looks.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Sparkline } from "../app/chart.js";
import { Page, Skeleton, Time } from "../app/page.js";
import { Problem } from "../app/problem.js";

const EVERY_MS = 5000;
const KEPT = 40;
const WHAT = {
  database: { name: "Database", what: "DynamoDB, where everything is kept" },
  redis: { name: "Redis", what: "Caches lists, counts requests; the API does without" },
  queue: { name: "Queue", what: "SQS, on the way to the audit trail; the API does without" },
};
const WORDS = { ok: "Everything answers.", degraded: "The API works; something that it can do without does not answer.", down: "The database does not answer, so little works." };

export default function Health() {
  const { seen, problem, ask } = useWatch();
  const last = seen.at(-1);
  return html`<${Page} title="Health" intro=${last ? WORDS[last.status] : "Asks everything that the API stands on."}
      actions=${last && html`<span class="faint figures">as of <${Time} at=${last.at} relative /></span>`}>
    ${problem && html`<${Problem} problem=${problem} retry=${ask} />`}
    ${last && html`<p role="status" class="hidden">${`Status: ${last.status}`}</p>`}
    <div class="cards">${last ? Object.entries(last.dependencies).map(([name, state]) => html`<${Dependency} key=${name} name=${name} state=${state} past=${seen.map((one) => one.dependencies[name])} />`)
      : !problem && html`<${Skeleton} rows=${3} shape="tile" />`}</div>
    <p class="hint section">Asked every ${EVERY_MS / 1000} seconds while this page can be seen. <a href="/v1/health/detailed">The answer itself</a></p>
  <//>`;
}

/** Asks now and every few seconds, but not while the window is hidden, and one at a time: no answer in that time is none. */
function useWatch() {
  const [state, set] = useState({ seen: [], problem: null });
  const isAsking = useRef(false);
  const ask = async () => {
    if (isAsking.current) return;
    isAsking.current = true;
    try {
      const { data } = await call("GET", "/v1/health/detailed", { signal: AbortSignal.timeout(EVERY_MS) });
      set(({ seen }) => ({ seen: [...seen, { ...data, at: new Date().toISOString() }].slice(-KEPT), problem: null }));
    } catch (problem) {
      const down = problem.body?.dependencies && { ...problem.body, at: new Date().toISOString() };
      set(({ seen }) => ({ seen: down ? [...seen, down].slice(-KEPT) : seen, problem: down ? null : problem }));
    } finally {
      isAsking.current = false;
    }
  };
  useEffect(() => {
    ask();
    const timer = setInterval(() => document.visibilityState === "visible" && ask(), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return { ...state, ask };
}

function Dependency({ name, state, past }) {
  const { name: title, what } = WHAT[name] ?? { name, what: "" };
  const isUp = state.status === "ok";
  return html`<section class="card dependency">
    <div class="section-head"><h2>${title}</h2><span class="pill ${isUp ? "good" : "bad"}">${isUp ? "answers" : "does not answer"}</span></div>
    <p class="hint">${what}</p>
    <p class="big figures">${isUp ? html`${state.latency_ms}<small> ms</small>` : "–"}</p>
    <${Sparkline} least=${12} values=${past.map((one) => (one?.status === "ok" ? one.latency_ms : null))} label="${title}: latency of the last ${past.length} answers in milliseconds" />
  </section>`;
}
