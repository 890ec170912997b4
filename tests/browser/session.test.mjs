// Signing up, in and out, and what a session survives.

import assert from "node:assert/strict";

import { register, signedIn } from "./accounts.mjs";
import { API } from "./stack.mjs";
import { inBrowser, loaded, until } from "./support.mjs";

const PASSWORD = "correct horse battery staple";
const WATCHLIST = { level: 1, name: "Watchlist" };

inBrowser("a first visitor signs up and is at an empty watchlist", async ({ page }) => {
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await page.getByLabel("E-mail").fill(`visitor-${Date.now()}-${process.pid}@example.com`);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", WATCHLIST).waitFor();
    await page.getByText("Your list starts here").waitFor();
});

inBrowser("what is wrong with a registration is said at its fields, before and after it is sent", async ({ visitor, page }) => {
    const taken = await register();
    visitor.expect(/^4(09|22) POST .*\/register/);
    await page.goto("/");
    await page.getByRole("button", { name: "Create account" }).click();
    const email = page.getByLabel("E-mail");
    await until("the e-mail is marked", async () => (await email.getAttribute("aria-invalid")) === "true");
    assert.ok(await email.evaluate((field) => field === document.activeElement), "the first faulty field has the focus");
    await email.fill(taken.email);
    await page.getByLabel("Password", { exact: true }).fill("password1");
    await page.getByRole("button", { name: "Create account" }).click();
    const password = page.getByLabel("Password", { exact: true });
    await until("the password is too guessable", async () => (await password.getAttribute("aria-invalid")) === "true");
    await password.fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("alert").getByText(/^Request /).waitFor();
});

inBrowser("a wrong password is told with the id of the request", async ({ visitor, page }) => {
    const account = await register();
    visitor.expect(/^401 POST .*\/login/);
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password", { exact: true }).fill("incorrect horse battery staple");
    const answered = page.waitForResponse(/\/v1\/auth\/login/);
    await page.locator("form").getByRole("button", { name: "Sign in" }).click();
    const id = (await answered).headers()["x-request-id"];
    await page.getByRole("alert").getByText(id).waitFor();
});

inBrowser("a reload keeps the session, and no script can find the refresh token", { signedIn: true }, async ({ visitor, page }) => {
    await page.reload();
    await page.getByRole("heading", WATCHLIST).waitFor();
    await page.getByText(visitor.account.email).waitFor();

    const cookies = await visitor.context.cookies(`${API}/v1/auth/refresh`);
    const cookie = cookies.find(({ name }) => name === "refresh_token");
    assert.ok(cookie, "there is a cookie");
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Strict", "/v1/auth"]);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
    assert.ok(!kept.includes(cookie.value) && !kept.includes("refresh_token"), kept);
    assert.ok(!kept.includes("eyJ"), `no access token is stored either: ${kept}`);
});

inBrowser("who has lost the cookie signs in again, and sees no fault", { signedIn: true }, async ({ visitor, page }) => {
    visitor.expect(/^422 POST .*\/refresh/);
    await visitor.context.clearCookies();
    await page.reload();
    await page.getByText("Your session is over. Please sign in again.").waitFor();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

inBrowser("a token that is about to end is renewed before anybody notices", async ({ visitor, page }) => {
    await page.clock.install();
    await visitor.signIn(page, await register());
    const renewed = page.waitForResponse(/\/v1\/auth\/refresh/);
    await page.clock.fastForward("14:30");
    assert.equal((await renewed).status(), 200);
    await page.getByRole("radio", { name: "Shows" }).check();
    await page.getByText("No shows yet").waitFor();
});

inBrowser("a token that the API refuses is renewed, and the request repeated", { signedIn: true }, async ({ visitor, page }) => {
    visitor.expect(/^401 GET .*\/v1\/watchlists/);
    const problem = { type: "about:blank", title: "Unauthorized", status: 401, code: "UNAUTHORIZED", message: "Sign in.", request_id: "x" };
    await page.route(/\/v1\/watchlists\?/, (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify(problem) }), { times: 1 });
    const renewed = page.waitForResponse(/\/v1\/auth\/refresh/);
    await page.getByRole("radio", { name: "Shows" }).check();
    assert.equal((await renewed).status(), 200);
    await page.getByText("No shows yet").waitFor();
});

inBrowser("two tabs renew one after the other, and signing out in one ends both", { signedIn: true }, async ({ visitor, page }) => {
    const second = await visitor.newPage();
    const areIn = () => Promise.all([page, second].map(async (tab) => {
        await tab.getByRole("heading", WATCHLIST).waitFor();
        await loaded(tab);
    }));
    await Promise.all([second.goto("/"), page.reload()]);
    await areIn();
    await Promise.all([second.reload(), page.reload()]);
    await areIn();

    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await second.getByRole("heading", { name: "Sign in" }).waitFor();
});

inBrowser("signing out ends the session, also for who goes back or reloads", { signedIn: true }, async ({ visitor, page }) => {
    let token;
    page.on("request", (request) => { token = request.headers().authorization ?? token; });
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const answer = await fetch(`${API}/v1/auth/me`, { headers: { authorization: token } });
    assert.equal(answer.status, 401, "the access token is over");
    assert.deepEqual((await visitor.context.cookies(`${API}/v1/auth/refresh`)).map(({ name }) => name), []);
    await page.goBack();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

inBrowser("a session that was ended elsewhere is told, not shown as a fault", { signedIn: true }, async ({ visitor, page }) => {
    visitor.expect(/^401 (GET|POST) /);
    const elsewhere = await signedIn(visitor.account);
    await elsewhere("POST", "/v1/auth/logout", { all: true });
    await page.getByRole("radio", { name: "Shows" }).check();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByRole("status").getByText("Your session is over").waitFor();
});

inBrowser("what one account did is nobody else's to read: not its requests, its news or its place", { signedIn: true }, async ({ visitor, page }) => {
    await page.getByLabel("Title").fill("Something private");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.locator(".toast", { hasText: "Something private" }).waitFor();
    await page.getByRole("link", { name: "Activity" }).click();
    await page.evaluate(() => { location.hash = "#/activity?action=watchlist.item_added"; });
    await loaded(page);
    visitor.expect(/^401 (GET|POST) /);
    const elsewhere = await signedIn(visitor.account);
    await elsewhere("POST", "/v1/auth/logout", { all: true });
    await page.getByRole("button", { name: "Read again" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.locator(".toast").count(), 0, "no news are left");
    assert.equal(new URL(page.url()).hash, "#/", "the address tells nothing");

    const next = await register();
    const requests = async () => {
        await page.getByRole("button", { name: /^Requests/ }).click();
        const text = await page.getByRole("dialog").innerText();
        await page.keyboard.press("Escape");
        return text;
    };
    const enter = async ({ email, password }, heading) => {
        await page.getByLabel("E-mail").fill(email);
        await page.getByLabel("Password", { exact: true }).fill(password);
        await page.locator("form").getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    };
    await page.evaluate(() => { location.hash = "#/activity?action=auth.logged_in"; });
    await enter(next, "Watchlist");
    await loaded(page);
    const asked = await requests();
    assert.ok(asked.includes("/v1/watchlists") && !asked.includes("/v1/auth/audit") && !asked.includes("/items"), asked);
});

inBrowser("the same account comes back to where it was", { signedIn: true }, async ({ visitor, page }) => {
    visitor.expect(/^401 (GET|POST) /);
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
    await loaded(page);
    const elsewhere = await signedIn(visitor.account);
    await elsewhere("POST", "/v1/auth/logout", { all: true });
    await page.getByRole("button", { name: "Read again" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("E-mail").fill(visitor.account.email);
    await page.getByLabel("Password", { exact: true }).fill(visitor.account.password);
    await page.locator("form").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
    await loaded(page);
});

inBrowser("a title whose removal is pending when another tab signs out is not told on, and stays", { signedIn: true }, async ({ visitor, page }) => {
    const api = await signedIn(visitor.account);
    await api("POST", "/v1/watchlists/items", { title: "Kept after all", type: "movie" });
    await page.reload();
    await page.getByRole("button", { name: "Remove Kept after all" }).click();
    await page.locator(".toast", { hasText: "Kept after all" }).waitFor();
    const second = await visitor.newPage();
    await second.goto("/#/account");
    await second.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.locator(".toast").count(), 0);
    const { watchlist } = await api("GET", "/v1/watchlists");
    assert.deepEqual(watchlist.map(({ title }) => title), ["Kept after all"]);
});

inBrowser("a removal that meets an old token is repeated with a new one", { signedIn: true }, async ({ visitor, page }) => {
    const api = await signedIn(visitor.account);
    await api("POST", "/v1/watchlists/items", { title: "Soon gone", type: "movie" });
    await page.reload();
    await page.getByRole("button", { name: "Remove Soon gone" }).click();
    visitor.expect(/^401 DELETE .*\/items\//);
    const problem = { type: "about:blank", title: "Unauthorized", status: 401, code: "UNAUTHORIZED", message: "Sign in.", request_id: "x" };
    await page.route(/\/items\//, (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify(problem) }), { times: 1 });
    await page.getByRole("link", { name: "Health" }).click();
    await until("the title is gone", async () => (await api("GET", "/v1/watchlists")).watchlist.length === 0);
});

const aProblem = (status) => ({ status, contentType: "application/problem+json", headers: { "retry-after": "0" }, body: JSON.stringify({ status, code: "UNAVAILABLE", message: "Not now.", request_id: "x" }) });

/** Fills the form of the visitors' page and sends it. */
async function send(page, button, { email, password = PASSWORD }) {
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.locator("form").getByRole("button", { name: button }).click();
}

inBrowser("who is registered but could not be signed in tries again, and is in", async ({ visitor, page }) => {
    visitor.expect(/^503 POST .*\/login/);
    await page.route(/\/v1\/auth\/login/, (route) => route.fulfill(aProblem(503)), { times: 1 });
    await page.goto("/");
    await send(page, "Create account", { email: `again-${Date.now()}-${process.pid}@example.com` });
    await page.getByRole("alert").getByText("Not now.").waitFor();
    await page.locator("form").getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", WATCHLIST).waitFor();
    await loaded(page);
});

inBrowser("a registration whose answer is lost is repeated as the same one", async ({ visitor, page }) => {
    visitor.expect(/POST .*\/register/, /^console: Failed to load resource/);
    await page.route(/\/v1\/auth\/register/, async (route) => {
        await route.fetch();
        await route.abort("connectionreset");
    }, { times: 1 });
    await page.goto("/");
    await send(page, "Create account", { email: `lost-${Date.now()}-${process.pid}@example.com` });
    await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", WATCHLIST).waitFor();
    await loaded(page);
});

inBrowser("who has an account already goes to the sign-in with what was typed, without the complaint and the clear text", async ({ visitor, page }) => {
    const account = await register();
    visitor.expect(/^409 POST .*\/register/);
    await page.goto("/");
    await page.getByLabel("Show the password").check();
    await send(page, "Create account", account);
    await page.getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    assert.equal(await page.getByLabel("E-mail").inputValue(), account.email);
    assert.equal(await page.getByLabel("Password", { exact: true }).getAttribute("type"), "password");
    assert.equal(await page.getByLabel("Show the password").isChecked(), false);
});

inBrowser("a part that cannot be loaded says so where it was asked for, and offers to load anew", async ({ visitor, page }) => {
    visitor.expect(/^404 GET .*\/app\/(session|problem)\.js/);
    await page.route(/\/app\/(session|problem)\.js$/, (route) => route.fulfill({ status: 404 }));
    await page.goto("/");
    await send(page, "Create account", { email: "nobody@example.com" });
    const alert = page.getByRole("alert");
    await alert.getByText("could not be loaded").waitFor();
    await page.unrouteAll();
    await alert.getByRole("button", { name: "Reload" }).click();
    await alert.waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
});

inBrowser("where the browser stores nothing, the console works until it is closed", async ({ visitor, page }) => {
    await page.addInitScript(() => {
        Object.defineProperty(window, "localStorage", { get() { throw new DOMException("blocked", "SecurityError"); } });
    });
    const account = await register();
    await visitor.signIn(page, account);
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
    await loaded(page);
});

inBrowser("a session that ended elsewhere is told as that, not as a wrong password", { signedIn: true }, async ({ visitor, page }) => {
    visitor.expect(/^401 (GET|POST|PUT) /);
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByLabel("Current password").fill(visitor.account.password);
    await page.getByLabel("New password").fill("another correct horse battery");
    await loaded(page);
    const elsewhere = await signedIn(visitor.account);
    await elsewhere("POST", "/v1/auth/logout", { all: true });
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByRole("status").getByText("Your session is over").waitFor();
});
