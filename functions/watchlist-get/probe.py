from world import World

EXPECTED = 200


def probe(w: World):
    return w.stack.send("GET", w.items[0], w.user.token).status
