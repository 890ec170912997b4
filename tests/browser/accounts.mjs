// Accounts and their data, created through the API, since these tests are about the pages.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { API, CATALOG } from "./stack.mjs";

const run = promisify(execFile);
let count = 0;

/** Registers a new account: `{ email, password, id }`. */
export async function register(name = "person") {
    const unique = `${process.pid.toString(36)}${Date.now().toString(36)}${(++count).toString(36)}`;
    const account = { email: `${name}.${unique}@example.com`, password: "correct horse battery staple" };
    const { id } = await request("POST", "/v1/auth/register", { body: account });
    return { ...account, id };
}

/** Registers a new account with the role `admin`. */
export async function registerAdministrator(name = "administrator") {
    const account = await register(name);
    await run("make", ["--silent", "admin", `EMAIL=${account.email}`], { cwd: new URL("../..", import.meta.url).pathname });
    return account;
}

/**
 * Signs in and returns an API client: `await api("POST", "/v1/watchlists/items", { title, type })`.
 */
export async function apiClient(account) {
    const { email, password } = account;
    const { access_token: token } = await request("POST", "/v1/auth/login", { body: { email, password } });
    return (method, path, body) => request(method, path, { body, token });
}

async function request(method, path, { body, token }) {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(`${API}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (response.status === 429) throw new Error(`${path} is rate-limited: start the stack with make run RATE_LIMIT_FACTOR=1000`);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
}

/** Calls a control route of the local catalogue; docs/LOCAL_STACK.md lists them. */
export async function controlCatalog(method, path, body) {
    const response = await fetch(`${CATALOG}${path}`, { method, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}
