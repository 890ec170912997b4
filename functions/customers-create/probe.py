from world import World

EXPECTED = [201, 201, 409]


def probe(w: World):
    new = {"name": "New", "email": f"new-customer-{w.run}@example.com"}
    add = lambda headers: w.stack.send("POST", "/v1/customers", w.user.token, new, headers).status  # noqa: E731
    return [add({"idempotency-key": f"customer-{w.run}"}), add({"idempotency-key": f"customer-{w.run}"}), add({})]
