"""The analyses on UCI Online Retail, against the facts of the file.

Source: Chen, Sain & Guo (2012), UCI Machine Learning Repository, data set 352, CC BY 4.0:
541,909 rows; 4,372 customers (reference_figures.md). The tables are made here straight
from the file, so that what is checked is the analyses and not the import.
"""

from collections import Counter
from datetime import date
from decimal import Decimal

import ibis
import pytest

from regulars.analyses import deviations, find_analysis
from regulars.tables import CANONICAL
from regulars.tables.schema import SQL_TYPES

AS_OF = date(2011, 12, 9)  # the last day of the file
ORDERED = "Quantity > 0 AND UnitPrice > 0 AND InvoiceNo NOT LIKE 'A%'"
STATEMENTS = (
    f"""INSERT INTO orders BY NAME SELECT InvoiceNo AS order_id, max(customer) AS customer_id,
        'web' AS channel, min(InvoiceDate)::TIMESTAMPTZ AS ordered_at, sum(amount) AS gross_amount,
        0 AS discount_amount, sum(amount) AS net_amount FROM raw WHERE {ORDERED} GROUP BY ALL""",
    f"""INSERT INTO order_lines BY NAME SELECT InvoiceNo AS order_id,
        row_number() OVER (PARTITION BY InvoiceNo) AS line_no, StockCode AS product_id,
        Quantity AS quantity, UnitPrice AS unit_price, 0 AS discount_amount, amount AS net_amount
        FROM raw WHERE {ORDERED}""",
    """INSERT INTO returns BY NAME SELECT row_number() OVER ()::VARCHAR AS return_id,
        customer AS customer_id, StockCode AS product_id, InvoiceDate::TIMESTAMPTZ AS returned_at,
        -Quantity AS quantity, -amount AS refund_amount FROM raw
        WHERE Quantity < 0 AND UnitPrice > 0""",
)


@pytest.fixture(scope="module")
def shop(shared_data):
    backend = ibis.duckdb.connect()
    backend.con.execute("SET TimeZone = 'Europe/London'")
    for table in CANONICAL.values():
        columns = ", ".join(f"{c.name} {SQL_TYPES[c.type]}" for c in table.columns)
        backend.con.execute(f"CREATE TABLE {table.name} ({columns})")
    file = shared_data / "online_retail" / "online_retail.csv.gz"
    backend.con.execute(
        f"""CREATE TABLE raw AS SELECT *, replace(CustomerID, '.0', '') AS customer,
            Quantity * UnitPrice AS amount
        FROM read_csv('{file}', types = {{'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR',
            'InvoiceDate': 'TIMESTAMP', 'CustomerID': 'VARCHAR', 'UnitPrice': 'DECIMAL(18,4)'}})"""
    )
    for statement in STATEMENTS:
        backend.con.execute(statement)
    yield backend
    backend.con.close()


def analyse(shop, name, **parameters):
    analysis = find_analysis(name)
    tables = (shop.table(table) for table in analysis.reads)
    answer = analysis.compute(*tables, as_of=AS_OF, **parameters)
    assert deviations(analysis, answer) == []
    return answer.to_pyarrow().to_pylist()


def one(shop, query):
    return shop.con.execute(query).fetchall()[0]


def test_matches_online_retail_facts_of_the_file(shop):
    assert one(shop, "SELECT count(*), count(DISTINCT customer) FROM raw") == (541_909, 4_372)
    money = one(shop, "SELECT sum(amount) FROM raw")[0]
    assert money == Decimal("9747747.9340")


def test_matches_online_retail_customers_less_those_who_only_returned(shop):
    rows = analyse(shop, "rfm")
    never_bought = f"""SELECT count(*) FROM (SELECT customer FROM raw WHERE customer IS NOT NULL
        GROUP BY customer HAVING count(*) FILTER ({ORDERED}) = 0)"""
    assert len(rows) == 4_372 - one(shop, never_bought)[0] == 4_338
    money = sum(row["net_amount"] for row in rows)
    books = f"""SELECT sum(amount) FROM raw WHERE (({ORDERED}) OR (Quantity < 0 AND UnitPrice > 0))
        AND customer IN (SELECT customer_id FROM orders)"""
    assert money == one(shop, books)[0]


def test_matches_online_retail_best_customer(shop):
    best = max(analyse(shop, "rfm"), key=lambda row: row["net_amount"])
    # customer 14646 of the Netherlands: 279,489.02 net of returns
    assert (best["customer_id"], best["net_amount"]) == ("14646", Decimal("279489.0200"))
    assert best["group_en"] == "Champions"
    assert best["group_zh"] == "重要价值"


def test_matches_online_retail_first_cohort(shop):
    rows = analyse(shop, "cohort_retention")
    first = [row for row in rows if row["cohort_on"] == date(2010, 12, 1)]
    count = """SELECT count(DISTINCT customer_id) FROM orders
        WHERE ordered_at < '2011-01-01' AND customer_id IS NOT NULL"""
    assert first[0]["customer_count"] == one(shop, count)[0] == 885
    again = """SELECT count(DISTINCT customer_id) FROM orders WHERE ordered_at >= '2011-11-01'
        AND ordered_at < '2011-12-01' AND customer_id IN (SELECT customer_id FROM orders
        WHERE ordered_at < '2011-01-01')"""
    assert first[11]["active_count"] == one(shop, again)[0]
    assert len(first) == 12  # the running December is left out


def test_matches_online_retail_sales_when_summed_by_month_product_and_store(shop):
    books = """SELECT sum(net_amount) - (SELECT sum(refund_amount) FROM returns
        WHERE returned_at >= '2011-11-01' AND returned_at < '2011-12-01')
        FROM orders WHERE ordered_at >= '2011-11-01' AND ordered_at < '2011-12-01'"""
    money = one(shop, books)[0]
    kpis = {row["metric"]: row for row in analyse(shop, "kpis", period="month")}
    assert kpis["net_sales"]["value"] == pytest.approx(float(money), abs=0.005)
    products = analyse(shop, "product_ranking", period="month")
    assert sum(row["net_sales"] for row in products) == money
    changes = analyse(shop, "sales_change", period="month")
    sums = Counter()
    for row in changes:
        sums[row["dimension"]] += row["net_sales"]
    assert set(sums.values()) == {money}
