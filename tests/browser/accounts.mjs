// Accounts and what they have, made through the API: the pages are what the tests look at, not the way there.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { API, CATALOG } from "./stack.mjs";

const run = promisify(execFile);
let count = 0;

/** A person who is registered: `{ email, password, id }`. */
export async function register(name = "person") {
    const unique = `${process.pid.toString(36)}${Date.now().toString(36)}${(++count).toString(36)}`;
    const account = { email: `${name}.${unique}@example.com`, password: "correct horse battery staple" };
    const { id } = await ask("POST", "/v1/auth/register", { body: account });
    return { ...account, id };
}

/** The same with the role `admin`. */
export async function registerAdministrator(name = "administrator") {
    const account = await register(name);
    await run("make", ["--silent", "admin", `EMAIL=${account.email}`], { cwd: new URL("../..", import.meta.url).pathname });
    return account;
}

/** Somebody who calls the API: `await api("POST", "/v1/watchlists/items", { title, type })`. */
export async function signedIn(account) {
    const { email, password } = account;
    const { access_token: token } = await ask("POST", "/v1/auth/login", { body: { email, password } });
    return (method, path, body) => ask(method, path, { body, token });
}

async function ask(method, path, { body, token }) {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${API}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (answer.status === 429) throw new Error(`${path} is limited: start the stack with make run RATE_LIMIT_FACTOR=1000`);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
}

/** Turns a switch of the catalogue; docs/LOCAL_STACK.md lists them. */
export async function catalog(method, path, body) {
    const answer = await fetch(`${CATALOG}${path}`, { method, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}
