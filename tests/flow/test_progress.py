"""Parts of a long work are told as stretches of the whole."""

from regulars.flow.progress import Stage


def test_stretches_follow_each_other_when_stages_are_told():
    seen = []
    first = Stage(lambda *told: seen.append(told), 0, 40)
    first("simulate", 1, 2)
    first("simulate", 2, 2)
    first.until(100)("import", 1, 2)
    first.until(100)("import", 5, 0)
    assert seen == [
        ("simulate", 20, 100), ("simulate", 40, 100), ("import", 70, 100), ("import", 40, 100),
    ]  # fmt: skip
