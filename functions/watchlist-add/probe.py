from world import World

EXPECTED = [201, 201]


def probe(w: World):
    add = lambda: w.stack.send("POST", "/v1/watchlists/items", w.user.token, {"title": "new", "type": "show"}, {"idempotency-key": f"item-{w.run}"})  # noqa: E731
    return [add().status, add().status]
