from world import World

EXPECTED = $expected


def probe(w: World):
    $calls
