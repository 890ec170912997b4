from world import World

EXPECTED = 204


def probe(w: World):
    return w.stack.send("DELETE", w.items[2], w.user.token).status
