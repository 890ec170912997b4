from world import PASSWORD, World

EXPECTED = [201, 409]


def probe(w: World):
    new = {"email": f"new-{w.run}@example.com", "password": PASSWORD}
    return [w.stack.send("POST", "/v1/auth/register", body=body).status for body in (new, new)]
