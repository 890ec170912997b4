// The health page: the state and the latency of the API's dependencies, polled while it is visible.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Sparkline } from "../app/chart.js";
import { Page, Problem, Skeleton, Time } from "../app/page.js";

const INTERVAL_MS = 5000;
const MAX_REPORTS = 40;
const DEPENDENCIES = {
  database: { name: "Database", purpose: "DynamoDB, stores all data" },
  redis: { name: "Redis", purpose: "Caches lists, counts requests · optional" },
  queue: { name: "Queue", purpose: "SQS, delivers audit events · optional" },
};
const STATUS = { ok: "All systems operational", degraded: "Operational. An optional dependency is unavailable.", down: "The database is unavailable, so most requests fail." };

export default function Health() {
  const { reports, problem, check } = useHealth();
  const last = reports.at(-1);
  return html`<${Page} title="Health" intro=${last ? STATUS[last.status] : "Checks the dependencies of the API."}
      actions=${last && html`<span class="faint figures">Updated <${Time} at=${last.at} relative /></span>`}>
    ${problem && html`<${Problem} problem=${problem} retry=${check} />`}
    ${last && html`<p role="status" class="hidden">${`Status: ${last.status}`}</p>`}
    <div class="cards">${last ? Object.entries(last.dependencies).map(([name, state]) => html`<${Dependency} key=${name} name=${name} state=${state} history=${reports.map((report) => report.dependencies[name])} />`)
      : !problem && html`<${Skeleton} rows=${3} shape="tile" />`}</div>
    <p class="hint section">Checked every ${INTERVAL_MS / 1000} seconds while this page is visible. <a href="/v1/health/detailed">View JSON</a></p>
  <//>`;
}

/** Polls one report at a time while the window is visible. The interval is also the timeout. */
function useHealth() {
  const [state, setState] = useState({ reports: [], problem: null });
  const isChecking = useRef(false);
  const check = async () => {
    if (isChecking.current) return;
    isChecking.current = true;
    try {
      const { data } = await call("GET", "/v1/health/detailed", { signal: AbortSignal.timeout(INTERVAL_MS) });
      setState(({ reports }) => ({ reports: append(reports, data), problem: null }));
    } catch (problem) {
      // A 503 has a report too.
      const report = problem.body?.dependencies && problem.body;
      setState(({ reports }) => (report ? { reports: append(reports, report), problem: null } : { reports, problem }));
    } finally {
      isChecking.current = false;
    }
  };
  useEffect(() => {
    check();
    const timer = setInterval(() => document.visibilityState === "visible" && check(), INTERVAL_MS);
    return () => clearInterval(timer);
  }, []);
  return { ...state, check };
}

const append = (reports, report) => [...reports, { ...report, at: new Date().toISOString() }].slice(-MAX_REPORTS);

function Dependency({ name, state, history }) {
  const { name: title, purpose } = DEPENDENCIES[name] ?? { name };
  const isUp = state.status === "ok";
  return html`<section class="card dependency">
    <div class="section-head"><h2>${title}</h2><span class="pill ${isUp ? "good" : "bad"}">${isUp ? "Operational" : "Unavailable"}</span></div>
    <p class="hint">${purpose}</p>
    <p class="big figures">${isUp ? html`${state.latency_ms}<small> ms</small>` : "–"}</p>
    <${Sparkline} minPoints=${12} values=${history.map((past) => (past?.status === "ok" ? past.latency_ms : null))} label="${title}: latency of the last ${history.length} checks in milliseconds" />
  </section>`;
}
