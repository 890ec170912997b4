from world import World

EXPECTED = [True, True]


def probe(w: World):
    outcomes = [w.stack.invoke("CatalogRefreshFunction", event)[0] for event in ({}, {"begin": True})]
    w.stack.purge("CatalogQueue")
    return outcomes
