from world import World

EXPECTED = (204, 0)


def probe(w: World):
    response = w.stack.send("DELETE", f"{w.customer}/favorites/{w.repriced}", w.user.token)
    customer = w.customer.rsplit("/", 1)[1]
    history = [item for item in w.stack.items(f"CUSTOMER#{customer}#HISTORY") if item["sk"]["S"].startswith(f"PRODUCT#{w.repriced}#")]
    return response.status, len(history)
