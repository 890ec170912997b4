from world import World

EXPECTED = 200


def probe(w: World):
    return w.stack.send("GET", f"/v1/admin/users/{w.user.id}", w.admin.token).status
