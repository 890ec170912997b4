from world import World

EXPECTED = (204, [0, 0])


def probe(w: World):
    response = w.stack.send("DELETE", w.removed_customer, w.user.token)
    customer = w.removed_customer.rsplit("/", 1)[1]
    return response.status, [len(w.stack.items(f"CUSTOMER#{customer}#{part}")) for part in ("FAVORITES", "HISTORY")]
