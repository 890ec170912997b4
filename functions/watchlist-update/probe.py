from world import World

EXPECTED = 200


def probe(w: World):
    return w.stack.send("PATCH", w.items[1], w.user.token, {"title": "other"}).status
