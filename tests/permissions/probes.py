"""One probe per function, which makes the function use all its permissions.

A probe returns its outcome: statuses, and the state of the table where no response shows it. The
outcome is the same each time as long as no permission is missing.
"""

import base64
import json
import uuid

from stack import wait_until
from world import PASSWORD, World, sqs_event

PROBES = {}


def expects(outcome):
    """Registers a probe for the function of the same name, with its expected outcome."""

    def register(probe):
        function = "".join(word.capitalize() for word in probe.__name__.split("_")) + "Function"
        PROBES[function] = (probe, outcome)
        return probe

    return register


def run_probes(world: World) -> dict:
    """Runs all probes.

    Returns the outcome and the expected outcome of each one that failed, by function.
    """
    outcomes = {function: (probe(world), expected) for function, (probe, expected) in PROBES.items()}
    return {function: outcome for function, (outcome, expected) in outcomes.items() if outcome != expected}


@expects([201, 409])
def auth_register(w: World):
    new = {"email": f"new-{w.run}@example.com", "password": PASSWORD}
    return [w.stack.send("POST", "/v1/auth/register", body=body).status for body in (new, new)]


@expects([200, 401])
def auth_login(w: World):
    responses = [w.stack.send("POST", "/v1/auth/login", body={"email": w.user.email, "password": password}) for password in (PASSWORD, "wrong")]
    return [response.status for response in responses]


@expects(200)
def auth_me(w: World):
    return w.stack.send("GET", "/v1/auth/me", w.user.token).status


@expects(([200, 200, 401], 0))
def auth_refresh(w: World):
    token = {"refresh_token": w.refreshing.sessions[0]["refresh_token"]}
    first = w.stack.send("POST", "/v1/auth/refresh", body=token)
    second = w.stack.send("POST", "/v1/auth/refresh", body={"refresh_token": first.body.get("refresh_token", "none")})
    # Reusing a refresh token ends the session.
    third = w.stack.send("POST", "/v1/auth/refresh", body=token)
    return [response.status for response in (first, second, third)], session_count(w, w.refreshing)


@expects(([204, 204], 0))
def auth_logout(w: World):
    first, second = w.logging_out.sessions[0]["access_token"], w.logging_out.sessions[1]["access_token"]
    responses = [w.stack.send("POST", "/v1/auth/logout", first), w.stack.send("POST", "/v1/auth/logout", second, {"all": True})]
    return [response.status for response in responses], session_count(w, w.logging_out)


@expects(200)
def auth_sessions(w: World):
    return w.stack.send("GET", "/v1/auth/sessions", w.user.token).status


@expects((204, 1))
def auth_session_revoke(w: World):
    other = next(item["sk"]["S"].split("#")[1] for item in w.stack.items(f"USER#{w.revoking.id}") if item["sk"]["S"].startswith("SESSION#"))
    token = next(session["access_token"] for session in w.revoking.sessions if other not in claims(session["access_token"]))
    return w.stack.send("DELETE", f"/v1/auth/sessions/{other}", token).status, session_count(w, w.revoking)


@expects(([401, 204], 1))
def auth_password(w: World):
    change = lambda current: {"current_password": current, "new_password": "analytical engine 1843"}  # noqa: E731
    responses = [w.stack.send("PUT", "/v1/auth/password", w.changing_password.token, change(current)) for current in ("wrong", PASSWORD)]
    return [response.status for response in responses], session_count(w, w.changing_password)


@expects(([204, 204], [0, 0]))
def auth_delete_account(w: World):
    accounts = [w.deleting, w.deleted_admins["by-self"]]
    responses = [w.stack.send("DELETE", "/v1/auth/me", account.token, {"password": PASSWORD}) for account in accounts]
    return [response.status for response in responses], [len(w.stack.items(f"USER#{account.id}")) for account in accounts]


@expects(200)
def auth_audit(w: World):
    return w.stack.send("GET", "/v1/auth/audit", w.user.token).status


@expects([200, 200])
def watchlist_list(w: World):
    return [w.stack.send("GET", f"/v1/watchlists{query}", w.user.token).status for query in ("", "?type=movie")]


@expects([201, 201])
def watchlist_add(w: World):
    add = lambda: w.stack.send("POST", "/v1/watchlists/items", w.user.token, {"title": "new", "type": "show"}, {"idempotency-key": f"item-{w.run}"})  # noqa: E731
    return [add().status, add().status]


@expects(200)
def watchlist_get(w: World):
    return w.stack.send("GET", w.items[0], w.user.token).status


@expects(200)
def watchlist_update(w: World):
    return w.stack.send("PATCH", w.items[1], w.user.token, {"title": "other"}).status


@expects(204)
def watchlist_remove(w: World):
    return w.stack.send("DELETE", w.items[2], w.user.token).status


@expects(200)
def admin_stats(w: World):
    return w.stack.send("GET", "/v1/admin/stats", w.admin.token).status


@expects([200, 200])
def admin_users(w: World):
    return [w.stack.send("GET", f"/v1/admin/users?{query}", w.admin.token).status for query in ("limit=3", f"email={w.user.email}")]


@expects(200)
def admin_user_get(w: World):
    return w.stack.send("GET", f"/v1/admin/users/{w.user.id}", w.admin.token).status


@expects(([200, 200, 200], 0))
def admin_user_update(w: World):
    changes = [("disabled", {"disabled": True}), ("promoted", {"role": "admin"}), ("promoted", {"role": "user"})]
    responses = [w.stack.send("PATCH", f"/v1/admin/users/{w.managed[name].id}", w.admin.token, change) for name, change in changes]
    return [response.status for response in responses], session_count(w, w.managed["disabled"])


@expects(([204, 204], [0, 0]))
def admin_user_delete(w: World):
    accounts = [w.managed["deleted"], w.deleted_admins["by-admin"]]
    paths = [f"/v1/admin/users/{account.id}" for account in accounts]
    # `If-Match` makes the deletion conditional.
    responses = [w.stack.send("DELETE", path, w.admin.token, headers={"if-match": "*"}) for path in paths]
    return [response.status for response in responses], [len(w.stack.items(f"USER#{account.id}")) for account in accounts]


@expects([200, 200])
def admin_user_watchlist(w: World):
    path = f"/v1/admin/users/{w.user.id}/watchlist"
    return [w.stack.send("GET", path + query, w.admin.token).status for query in ("", "?type=movie")]


@expects([200, 200])
def admin_audit(w: World):
    return [w.stack.send("GET", f"/v1/admin/audit{query}", w.admin.token).status for query in ("", f"?user_id={w.user.id}")]


@expects((True, 0))
def admin_bootstrap(w: World):
    succeeded, _ = w.stack.invoke("AdminBootstrapFunction", {"email": w.bootstrapped.email})
    return succeeded, session_count(w, w.bootstrapped)


@expects((True, {"batchItemFailures": []}))
def audit_worker(w: World):
    succeeded, result = w.stack.invoke("AuditWorkerFunction", sqs_event(w.audit_message()))
    return succeeded, result


@expects((True, True, 1))
def audit_relay(w: World):
    message = w.audit_message()
    event = message["event"]["id"]
    shard = f"OUTBOX#{uuid.UUID(event).int % 4}"
    entry = {"pk": {"S": shard}, "sk": {"S": f"EVENT#{event}"}, "body": {"S": json.dumps(message)}}
    w.stack.dynamodb.put_item(TableName=w.stack.table, Item=entry)
    succeeded, _ = w.stack.invoke("AuditRelayFunction", {})
    # A scheduled run may have moved the entry and not deleted it yet.
    is_gone = wait_until(lambda: all(item["sk"]["S"] != f"EVENT#{event}" for item in w.stack.items(shard)), 3)
    stored = [item for item in w.stack.items(f"AUDIT#{w.user.id}") if item["sk"]["S"] == f"EVENT#{event}"]
    return succeeded, is_gone, len(stored)


@expects([201, 201, 409])
def customers_create(w: World):
    new = {"name": "New", "email": f"new-customer-{w.run}@example.com"}
    add = lambda headers: w.stack.send("POST", "/v1/customers", w.user.token, new, headers).status  # noqa: E731
    return [add({"idempotency-key": f"customer-{w.run}"}), add({"idempotency-key": f"customer-{w.run}"}), add({})]


@expects([200, 200, 200, 200])
def customers_list(w: World):
    email = f"?email=unchanged-of-{w.user.email}"
    return [w.stack.send("GET", f"/v1/customers{query}", account.token).status for account in (w.user, w.admin) for query in ("", email)]


@expects([200, 200])
def customers_get(w: World):
    return [w.stack.send("GET", w.customer, account.token).status for account in (w.user, w.admin)]


@expects([200, 200])
def customers_update(w: World):
    changes = [{"name": "Other"}, {"email": f"other-{w.run}@example.com"}]
    return [w.stack.send("PATCH", w.changed_customer, w.user.token, change).status for change in changes]


@expects((204, [0, 0]))
def customers_delete(w: World):
    response = w.stack.send("DELETE", w.removed_customer, w.user.token)
    customer = w.removed_customer.rsplit("/", 1)[1]
    return response.status, [len(w.stack.items(f"CUSTOMER#{customer}#{part}")) for part in ("FAVORITES", "HISTORY")]


@expects([200, 200])
def favorites_list(w: World):
    return [w.stack.send("GET", f"{w.customer}/favorites", account.token).status for account in (w.user, w.admin)]


@expects([201, 201])
def favorites_add(w: World):
    body = {"product_ids": [w.new, w.existing]}
    add = lambda: w.stack.send("POST", f"{w.customer}/favorites", w.user.token, body, {"idempotency-key": f"favorite-{w.run}"}).status  # noqa: E731
    return [add(), add()]


@expects((204, 0))
def favorites_remove(w: World):
    response = w.stack.send("DELETE", f"{w.customer}/favorites/{w.repriced}", w.user.token)
    customer = w.customer.rsplit("/", 1)[1]
    history = [item for item in w.stack.items(f"CUSTOMER#{customer}#HISTORY") if item["sk"]["S"].startswith(f"PRODUCT#{w.repriced}#")]
    return response.status, len(history)


@expects([202, 202])
def favorites_refresh(w: World):
    responses = [w.stack.send("POST", f"{customer}/favorites/refresh", w.user.token, {}) for customer in (w.customer, w.large_customer)]
    w.stack.purge("CatalogQueue")
    return [response.status for response in responses]


@expects([200, 200])
def favorites_history(w: World):
    return [w.stack.send("GET", f"{w.customer}/favorites/{w.existing}/history", account.token).status for account in (w.user, w.admin)]


@expects(200)
def products_list(w: World):
    w.stack.delete_items("PRODUCTS")
    return w.stack.send("GET", "/v1/products", w.user.token).status


@expects(200)
def products_get(w: World):
    product = int(w.new) + 1
    w.stack.delete_items(f"PRODUCT#{product}")
    return w.stack.send("GET", f"/v1/products/{product}", w.user.token).status


@expects((True, {"batchItemFailures": []}, "2.50", 0))
def catalog_worker(w: World):
    """Refreshes a repriced product, a delisted one, and one that is no longer a favourite."""
    w.stack.catalog("PUT", f"/control/products/{w.existing}", {"price": 2.5})
    w.stack.catalog("PUT", f"/control/products/{w.delisted}", {"gone": True})
    unlisted = str(int(w.new) + 2)
    held_mark = {"pk": {"S": f"PRODUCT#{unlisted}"}, "sk": {"S": "HELD"}, "directory": {"S": "PRODUCTS"}, "held_at": {"S": "2026-01-01T00:00:00.000Z"}}
    w.stack.dynamodb.put_item(TableName=w.stack.table, Item=held_mark)
    succeeded, result = w.stack.invoke("CatalogWorkerFunction", w.refresh_request([w.existing, w.delisted, unlisted]))
    customer = w.customer.rsplit("/", 1)[1]
    favorites = {item["sk"]["S"].split("#")[1]: item for item in w.stack.items(f"CUSTOMER#{customer}#FAVORITES")}
    price = favorites[w.existing]["current"]["M"]["price"]["S"] if w.existing in favorites else None
    marks = [item for item in w.stack.items(f"PRODUCT#{unlisted}") if item["sk"]["S"] == "HELD"]
    return succeeded, result, price, len(marks)


@expects([True, True])
def catalog_refresh(w: World):
    outcomes = [w.stack.invoke("CatalogRefreshFunction", event)[0] for event in ({}, {"begin": True})]
    w.stack.purge("CatalogQueue")
    return outcomes


@expects(200)
def health_ready(w: World):
    return w.stack.send("GET", "/v1/health/ready").status


@expects("ok")
def health_detailed(w: World):
    return w.stack.send("GET", "/v1/health/detailed").body.get("status")


def session_count(w: World, account) -> int:
    """Returns the number of stored sessions of the account."""
    return sum(item["sk"]["S"].startswith("SESSION#") for item in w.stack.items(f"USER#{account.id}"))


def claims(token: str) -> str:
    """Returns the decoded claims of an access token."""
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
