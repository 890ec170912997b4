// The harness of the browser tests: one Chromium, and a context of its own for each test.
//
// A test fails when one of its pages logs an error to the console, throws, violates the content
// security policy, fails to load something or gets a 4xx or 5xx, unless the test allowed it before
// with `visitor.allow(...)`. Continue with `accounts.mjs` and `axe.mjs`.

import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

import { register } from "./accounts.mjs";
import { API } from "./stack.mjs";

/** The timeout of one step, generous enough for slow machines. */
const STEP_MS = 15_000;

let browser;
before(async () => {
    await requireStack();
    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    });
});
after(() => browser?.close());

/**
 * Fails without a stack, or with the default rate limits, which the sign-ins of these tests exceed.
 */
async function requireStack() {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${API}/v1/auth/login`, { method: "POST", headers, body: "{}" }).catch(() => null);
    if (!response) throw new Error(`no stack responds at ${API}; start one with make run RATE_LIMIT_FACTOR=1000`);
    if (Number(response.headers.get("x-ratelimit-limit")) < 1000 && !process.env.SCREENSHOTS) {
        throw new Error("the stack has the default rate limits; start it with make run RATE_LIMIT_FACTOR=1000");
    }
}

/**
 * Defines a test that runs `body({ visitor, page })` in a browser context of its own. With the
 * option `signedIn`, a new account is signed in first. The other options are Playwright's, such as
 * `viewport` and `colorScheme`.
 */
export function browserTest(name, options, body) {
    if (typeof options === "function") return browserTest(name, {}, options);
    const { signedIn = false, ...context } = options;
    test(name, { timeout: 60_000 }, async () => {
        const visitor = await Visitor.create(context);
        try {
            const page = await visitor.newPage();
            if (signedIn) await visitor.signIn(page, await register());
            await body({ visitor, page });
            visitor.assertNoErrors();
        } catch (error) {
            // An error of the page is often the cause.
            if (visitor.errors.length === 0) throw error;
            throw new Error(`${error.message}\n${visitor.errors.map((line) => `  page: ${line}`).join("\n")}`, { cause: error });
        } finally {
            await visitor.close();
        }
    });
}

/** A browser context and the errors of its pages. */
export class Visitor {
    #context;
    #errors = [];
    #allowed = [];
    account = null;

    static async create(options) {
        const visitor = new Visitor();
        visitor.#context = await browser.newContext({ baseURL: API, viewport: { width: 1280, height: 800 }, ...options });
        visitor.#context.setDefaultTimeout(STEP_MS);
        // Runs before the scripts of the page, so that no policy violation is missed.
        await visitor.#context.exposeBinding("reportViolation", (_, text) => visitor.#report(text));
        await visitor.#context.addInitScript(() => {
            addEventListener("securitypolicyviolation", (event) => {
                window.reportViolation(`policy violation: ${event.violatedDirective} ${event.blockedURI} in ${event.sourceFile}`);
            });
        });
        visitor.#context.on("page", (page) => visitor.#watch(page));
        return visitor;
    }

    get context() {
        return this.#context;
    }

    newPage() {
        return this.#context.newPage();
    }

    close() {
        return this.#context.close();
    }

    /** Allows later errors that match a pattern, such as `/^401 .*login/`. */
    allow(...patterns) {
        this.#allowed.push(...patterns);
    }

    /** The errors that were not allowed. */
    get errors() {
        return this.#errors;
    }

    assertNoErrors() {
        if (this.#errors.length > 0) throw new Error("the page had errors");
    }

    /** Signs in through the form. */
    async signIn(page, account) {
        this.account = account;
        await page.goto("/");
        const toSignIn = page.getByRole("button", { name: "Sign in" });
        if (await page.getByRole("heading", { name: "Create your account" }).isVisible()) await toSignIn.click();
        await page.getByLabel("E-mail").fill(account.email);
        await page.getByLabel("Password", { exact: true }).fill(account.password);
        await page.locator("form").getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("heading", { level: 1, name: "Watchlist" }).waitFor();
        await loaded(page);
    }

    #report(text) {
        if (!this.#allowed.some((pattern) => pattern.test(text))) this.#errors.push(text);
    }

    #watch(page) {
        page.on("console", (message) => {
            const text = message.text();
            // The browser logs each 4xx and 5xx. The response handler below reports it with its
            // address.
            if (/^Failed to load resource: the server responded/.test(text)) return;
            if (message.type() === "error" || /content security policy/i.test(text)) {
                this.#report(`console: ${text} (${message.location().url})`);
            }
        });
        page.on("pageerror", (error) => this.#report(`error: ${error.stack ?? error}`));
        page.on("requestfailed", (request) => {
            const failure = request.failure()?.errorText;
            // The page aborts requests itself, such as the list of an outdated filter.
            if (failure !== "net::ERR_ABORTED") this.#report(`${failure} ${request.method()} ${request.url()}`);
        });
        page.on("response", (response) => {
            if (response.status() >= 400) this.#report(`${response.status()} ${response.request().method()} ${response.url()}`);
        });
    }
}

/** Waits until the page shows no placeholder. Its heading must be visible already. */
export function loaded(page) {
    return page.getByText("Loading", { exact: true }).first().waitFor({ state: "detached" });
}

/** Polls every 100 ms until `condition` holds. The error of a timeout names `description`. */
export async function waitUntil(description, condition, { timeout = STEP_MS } = {}) {
    const deadline = Date.now() + timeout;
    let last;
    for (;;) {
        try {
            if (await condition()) return;
            last = undefined;
        } catch (error) {
            last = error;
        }
        if (Date.now() > deadline) throw new Error(`timed out waiting until ${description}`, { cause: last });
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

/** Saves a screenshot to the folder SCREENSHOTS, if it is set. */
export async function screenshot(page, name) {
    const folder = process.env.SCREENSHOTS;
    if (!folder) return;
    await mkdir(folder, { recursive: true });
    await page.mouse.move(0, 0);
    // Playwright's own option to hide the caret adds inline styles, which the page's policy blocks.
    const hideTransient = (isHidden) => page.evaluate((hidden) => {
        document.getElementById("toasts").hidden = hidden;
        document.activeElement.blur();
    }, isHidden);
    await hideTransient(true);
    await animationsFinished(page);
    await page.screenshot({ path: `${folder}/${name}.png`, animations: "allow", caret: "initial" });
    await hideTransient(false);
}

/** Waits for all animations that are not infinite. */
export function animationsFinished(page) {
    return page.evaluate(() => {
        const finite = document.getAnimations().filter((animation) => animation.effect.getTiming().iterations !== Infinity);
        return Promise.all(finite.map((animation) => animation.finished.catch(() => {})));
    });
}
