from world import World

EXPECTED = 200


def probe(w: World):
    w.stack.delete_items("PRODUCTS")
    return w.stack.send("GET", "/v1/products", w.user.token).status
