// Runs the collection against the stack at API_PORT, with a new administrator. `make postman` calls
// it. Prints failures and a summary, or every request with VERBOSE=1. Exits with status 1 after a
// failure.

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { promisify } from "node:util";

// Where the tests' packages are installed.
const newman = createRequire(new URL("../tests/package.json", import.meta.url))("newman");
const run = promisify(execFile);

const api = `http://127.0.0.1:${process.env.API_PORT}`;
const here = (name) => new URL(name, import.meta.url).pathname;

function stop(message) {
    console.error(`error: ${message}`);
    process.exit(1);
}

/// Registers an account and promotes it to administrator.
async function administrator() {
    const email = `postman-${Date.now()}@example.com`;
    const password = randomBytes(16).toString("hex");
    const response = await fetch(`${api}/v1/auth/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password }),
        signal: AbortSignal.timeout(20_000),
    }).catch(() => stop(`no stack responds at ${api}; start one with make run`));
    if (response.status !== 201) stop(`the administrator was not registered: ${await response.text()}`);
    await run("make", ["--silent", "admin", `EMAIL=${email}`], { cwd: here("..") })
        .catch((error) => stop(`the account was not promoted: ${error.stderr || error.message}`));
    return { email, password };
}

const { email, password } = await administrator();
const environment = { base_url: api, admin_email: email, admin_password: password };
newman.run({
    collection: here("watchlist.postman_collection.json"),
    environment: here("local.postman_environment.json"),
    envVar: Object.entries(environment).map(([key, value]) => ({ key, value })),
    timeoutRequest: 20_000,
    timeout: 120_000,
    reporters: process.env.VERBOSE ? ["cli"] : [],
}, (error, summary) => {
    if (error) stop(error.message);
    const { stats, failures, timings } = summary.run;
    for (const { source, parent, error } of failures) {
        console.error(`failed: ${parent?.name} / ${source?.name}: ${error.test ?? error.name}: ${error.message}`);
    }
    console.log(`${stats.requests.total} requests, ${stats.assertions.total} assertions, ${failures.length} failed, `
        + `${((timings.completed - timings.started) / 1000).toFixed(1)} s`);
    // A run without assertions checks nothing.
    process.exitCode = failures.length === 0 && stats.assertions.total > 0 ? 0 : 1;
});
