// The sessions of one's account, each of which can be ended.
import { html, useState } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Confirm } from "../app/dialog.js";
import { Loaded, useLoad } from "../app/load.js";
import { Skeleton } from "../app/page.js";
import { Time } from "../app/time.js";
import { toast } from "../app/toast.js";

export function Sessions() {
  const sessions = useLoad((signal) => call("GET", "/v1/auth/sessions", { signal }).then(({ data }) => data.sessions), []);
  const [ending, setEnding] = useState(null);
  const end = async () => {
    await call("DELETE", `/v1/auth/sessions/${ending.id}`);
    toast("The session has ended.");
    sessions.reload();
  };
  return html`<${Loaded} from=${sessions} title="The sessions could not be read." skeleton=${html`<${Skeleton} rows=${2} />`}>
    ${(all) => html`<div class="table-box"><table>
      <thead><tr><th>Device</th><th>Address</th><th>Signed in</th><th>Last used</th><th><span class="hidden">Actions</span></th></tr></thead>
      <tbody>${all.map((one) => html`<tr key=${one.id}>
        <td class="main"><span title=${one.user_agent}>${device(one.user_agent)}</span>${one.current && html` <span class="pill accent">this one</span>`}</td>
        <td data-label="Address">${one.ip ?? "–"}</td>
        <td data-label="Signed in"><${Time} at=${one.created_at} relative /></td>
        <td data-label="Last used"><${Time} at=${one.last_used_at} relative /></td>
        <td class="number">${!one.current && html`<button type="button" class="button small" onClick=${() => setEnding(one)}>End<span class="hidden"> the session of ${device(one.user_agent)}</span></button>`}</td>
      </tr>`)}</tbody></table></div>`}
  <//>
  ${ending && html`<${Confirm} title="End this session?" action="End it" act=${end} onClose=${() => setEnding(null)}><p>${device(ending.user_agent)} is signed out at once.</p><//>`}`;
}

const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"], ["curl/", "curl"]];
const SYSTEMS = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]];

/** A name for people; the text itself is its title. */
function device(agent) {
  const find = (names) => names.find(([mark]) => agent?.includes(mark))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  if (browser) return system ? `${browser} on ${system}` : browser;
  return agent?.slice(0, 40) || "Unknown device";
}
