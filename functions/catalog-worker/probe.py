from world import World

EXPECTED = (True, {"batchItemFailures": []}, "2.50", 0)


def probe(w: World):
    """Refreshes a repriced product, a delisted one, and one that is no longer a favourite."""
    w.stack.catalog("PUT", f"/control/products/{w.existing}", {"price": 2.5})
    w.stack.catalog("PUT", f"/control/products/{w.delisted}", {"gone": True})
    unlisted = str(int(w.new) + 2)
    held_mark = {"pk": {"S": f"PRODUCT#{unlisted}"}, "sk": {"S": "HELD"}, "directory": {"S": "PRODUCTS"}, "held_at": {"S": "2026-01-01T00:00:00.000Z"}}
    w.stack.dynamodb.put_item(TableName=w.stack.table, Item=held_mark)
    succeeded, result = w.stack.invoke("CatalogWorkerFunction", w.refresh_request([w.existing, w.delisted, unlisted]))
    customer = w.customer.rsplit("/", 1)[1]
    favorites = {item["sk"]["S"].split("#")[1]: item for item in w.stack.items(f"CUSTOMER#{customer}#FAVORITES")}
    price = favorites[w.existing]["current"]["M"]["price"]["S"] if w.existing in favorites else None
    marks = [item for item in w.stack.items(f"PRODUCT#{unlisted}") if item["sk"]["S"] == "HELD"]
    return succeeded, result, price, len(marks)
