from world import World

EXPECTED = [201, 201]


def probe(w: World):
    body = {"product_ids": [w.new, w.existing]}
    add = lambda: w.stack.send("POST", f"{w.customer}/favorites", w.user.token, body, {"idempotency-key": f"favorite-{w.run}"}).status  # noqa: E731
    return [add(), add()]
