from world import World

EXPECTED = 200


def probe(w: World):
    return w.stack.send("GET", "/v1/auth/me", w.user.token).status
