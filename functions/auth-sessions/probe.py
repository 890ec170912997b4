from world import World

EXPECTED = 200


def probe(w: World):
    return w.stack.send("GET", "/v1/auth/sessions", w.user.token).status
