"""Housekeeping changes files, never rows."""

import pyarrow as pa

from regulars.lake import Lake, connect
from regulars.lake.tidy import MANY_FILES, tidy


def add(home, *customers):
    with Lake(home).transaction("add") as transaction:
        transaction.merge("customers", pa.table({"customer_id": list(customers)}))


def ids(home):
    return sorted(connect(home).table("customers").customer_id.to_pyarrow().to_pylist())


def test_small_files_become_one_when_there_are_many(home):
    names = [f"c{number:02}" for number in range(MANY_FILES)]
    for name in names:
        add(home, name)
    tidied = tidy(Lake(home), retention_hours=0)
    assert tidied.compacted_tables == ("customers",)
    assert tidied.deleted_file_count >= MANY_FILES
    state = Lake(home).head().tables["customers"]
    assert (len(state.files), state.row_count) == (1, MANY_FILES)
    assert ids(home) == names
    add(home, "later")
    assert ids(home) == [*names, "later"]


def test_nothing_is_rewritten_when_files_are_few(home):
    add(home, "a")
    before = Lake(home).head()
    assert tidy(Lake(home)).compacted_tables == ()
    assert Lake(home).head() == before


def test_earlier_readers_go_on_when_their_files_are_young(home):
    add(home, "a", "b")
    reader = connect(home)
    with Lake(home).transaction("change") as transaction:
        transaction.merge("customers", pa.table({"customer_id": ["a"], "city": ["Xi'an"]}))
    tidy(Lake(home))
    assert reader.table("customers").city.notnull().any().to_pyarrow().as_py() is False
