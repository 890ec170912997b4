// The own account: sessions, the password, the trail of what was done; and the health that anybody may see.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { signedIn } from "./accounts.mjs";
import { inBrowser, until } from "./support.mjs";

inBrowser("a session elsewhere is listed and ended, this one stays", { signedIn: true }, async ({ visitor, page }) => {
    const elsewhere = await signedIn(visitor.account);
    await page.getByRole("link", { name: "Account" }).click();
    const sessions = page.getByRole("region", { name: "Where you are signed in" });
    await sessions.getByText("this one").waitFor();
    await sessions.getByRole("button", { name: /^End/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
    await until("one session is left", async () => (await sessions.getByRole("button", { name: /^End/ }).count()) === 0);
    await assert.rejects(elsewhere("GET", "/v1/auth/me"), /401/);
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
});

inBrowser("a password is changed; the wrong one is refused at its field and ends nothing", { signedIn: true }, async ({ visitor, page }) => {
    visitor.expect(/^401 PUT .*\/password/);
    const old = visitor.account.password;
    await page.getByRole("link", { name: "Account" }).click();
    const form = page.getByRole("region", { name: "Password" });
    const current = form.getByLabel("Current password");
    await current.fill("something else entirely");
    await form.getByLabel("New password").fill("purple monkeys juggle seventeen lamps");
    await form.getByRole("button", { name: "Change the password" }).click();
    await until("the field is marked", async () => (await current.getAttribute("aria-invalid")) === "true");
    await current.fill(old);
    await form.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("The password is changed").waitFor();
    await signedIn({ ...visitor.account, password: "purple monkeys juggle seventeen lamps" });
});

inBrowser("an account is deleted with its password", { signedIn: true }, async ({ visitor, page }) => {
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("button", { name: "Delete account…" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete the account?" });
    await dialog.getByLabel("Your password").fill(visitor.account.password);
    await dialog.getByRole("button", { name: "Delete for good" }).click();
    await page.getByText("Your account is deleted").waitFor();
    await assert.rejects(signedIn(visitor.account), /401/);
});

inBrowser("what was done is in the activity, can be narrowed and taken along as CSV", { signedIn: true }, async ({ visitor, page }) => {
    const api = await signedIn(visitor.account);
    await api("POST", "/v1/watchlists/items", { title: "Metropolis", type: "movie" });
    await until("the trail has it", async () => (await api("GET", "/v1/auth/audit?action=watchlist.item_added")).events.length === 1, { within: 30_000 });
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByRole("cell", { name: /Title added/ }).waitFor();
    await page.getByRole("cell", { name: /Signed up/ }).waitFor();
    await page.getByLabel("Action").selectOption({ label: "Signed up" });
    await until("only one is left", async () => (await page.getByRole("row").count()) === 2);
    const downloaded = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    const text = await readFile(await (await downloaded).path(), "utf8");
    assert.match(text.split("\n")[0], /action/);
    assert.match(text, /auth\.registered/);
});

inBrowser("anybody sees whether the API and what it stands on answer", async ({ page }) => {
    await page.goto("/#/health");
    for (const name of ["Database", "Redis", "Queue"]) await page.getByRole("heading", { name }).waitFor();
    await until("all three answer", async () => (await page.getByText("answers", { exact: true }).count()) === 3);
});

inBrowser("a part that does not answer is named", async ({ page }) => {
    const dependencies = { database: { status: "ok", latency_ms: 2 }, redis: { status: "down", latency_ms: null }, queue: { status: "ok", latency_ms: 3 } };
    await page.route(/\/v1\/health\/detailed/, (route) => route.fulfill({ json: { status: "degraded", dependencies } }));
    await page.goto("/#/health");
    await page.getByText("does not answer", { exact: true }).waitFor();
});
