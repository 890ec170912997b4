from world import World

EXPECTED = 200


def probe(w: World):
    product = int(w.new) + 1
    w.stack.delete_items(f"PRODUCT#{product}")
    return w.stack.send("GET", f"/v1/products/{product}", w.user.token).status
