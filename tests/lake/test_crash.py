"""A process that is killed leaves the last good state; readers go on while one writes."""

import signal
import subprocess
import sys
import textwrap

import pyarrow as pa

from regulars.lake import Lake, connect


def count(home, table):
    return connect(home).table(table).count().to_pyarrow().as_py()


def start(home, body):
    """A process that opens a transaction, does ``body``, says so, and waits to be killed."""
    program = f"""
        import sys, time
        import pyarrow as pa
        from regulars.lake import Lake, ShopHome
        home = ShopHome.find({str(home.path)!r})
        with Lake(home).transaction("doomed") as transaction:
            {body}
            print("now", flush=True)
            time.sleep(60)
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True
    )


def kill_in_the_middle(home, body):
    process = start(home, body)
    assert process.stdout.readline() == "now\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_last_good_state_stays_when_writer_is_killed_between_tables(home):
    with Lake(home).transaction("good") as transaction:
        transaction.merge("customers", pa.table({"customer_id": ["a"]}))
    before = Lake(home).head()
    kill_in_the_middle(
        home,
        """transaction.merge("customers", pa.table({"customer_id": ["b", "c"]}))
            stores = {"store_id": ["s"], "store_name": ["S"], "channel": ["web"]}
            transaction.merge("stores", pa.table(stores))""",
    )
    assert Lake(home).head() == before
    assert (count(home, "customers"), count(home, "stores")) == (1, 0)


def test_next_writer_succeeds_when_one_was_killed(home):
    for _ in range(2):
        kill_in_the_middle(
            home, """transaction.merge("customers", pa.table({"customer_id": ["b", "c"]}))"""
        )
    with Lake(home).transaction("good") as transaction:
        transaction.merge("customers", pa.table({"customer_id": ["a"]}))
    assert count(home, "customers") == 1


READER = """
import sys
from regulars.lake import ShopHome, connect
home = ShopHome.find(sys.argv[1])
print("ready", flush=True)
last = 0
while last < 20:
    backend = connect(home)
    rows = "(SELECT count(*) FROM customers) AS c, (SELECT count(*) FROM products) AS p"
    customers, products = backend.con.execute(f"SELECT {rows}").fetchone()
    backend.con.close()
    assert customers == products, f"half a state: {customers} customers, {products} products"
    assert customers >= last, f"back in time: {customers} after {last}"
    if customers != last:
        print(customers, flush=True)
    last = customers
"""


def test_many_processes_read_whole_states_when_one_writes(home):
    """Three readers, ten commits over two tables: never half a commit, never an older one."""
    command = [sys.executable, "-c", READER, str(home.path)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    try:
        assert [reader.stdout.readline() for reader in readers] == ["ready\n"] * 3
        for number in range(10):
            with Lake(home).transaction("step") as transaction:
                ids = [f"{number}-{i}" for i in range(2)]
                transaction.merge("customers", pa.table({"customer_id": ids}))
                transaction.merge("products", pa.table({"product_id": ids, "product_name": ids}))
        ended = [reader.communicate(timeout=60) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
    assert [reader.returncode for reader in readers] == [0] * 3, ended
    seen = [[int(line) for line in said.split()] for said, _ in ended]
    assert all(states[-1] == 20 for states in seen)
    assert max(map(len, seen)) > 1  # they did read while it wrote
