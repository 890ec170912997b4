from world import World

EXPECTED = [202, 202]


def probe(w: World):
    responses = [w.stack.send("POST", f"{customer}/favorites/refresh", w.user.token, {}) for customer in (w.customer, w.large_customer)]
    w.stack.purge("CatalogQueue")
    return [response.status for response in responses]
