"""What a person is told beside the mapping: presets that fit, headers given twice, what lacks."""

from pathlib import Path

import pytest
from tests.sources.shops import HEADER, line, write_csv

from regulars.errors import LayoutUnclear
from regulars.lake import ShopHome
from regulars.sources import import_files, propose, reason_text

RETAIL = [
    *("InvoiceNo", "StockCode", "Description", "Quantity"),
    *("InvoiceDate", "UnitPrice", "CustomerID", "Country"),
]
RETAIL_ROW = ["536365", "85123A", "HOLDER", 6, "2010-12-01 08:26", "2.55", 17850, "United Kingdom"]
FITS = (
    "The headers are those of the preset online_retail: --preset online_retail knows more of them."
)
RULE = (
    "has no column for the channel: an order has that of its store, and store where the store "
    "is not known. If one is it: --map channel=<column>."
)
READ = "orders without a channel: 1; read 1 as store."


def test_a_preset_is_named_when_its_headers_stand_in_the_file(
    home: ShopHome, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "r.csv", RETAIL, RETAIL_ROW)
    assert propose(home, [file, file]).notes == (f"r.csv {RULE}", FITS)
    assert import_files(home, [file]).notes == (f"r.csv {RULE}", FITS, READ)
    assert FITS not in propose(home, [file], preset="online_retail").notes


def test_no_preset_is_named_when_the_file_has_other_headers(home: ShopHome, tmp_path: Path) -> None:
    notes = propose(home, [write_csv(tmp_path / "s.csv", HEADER, line("A1"))]).notes
    assert notes == (f"s.csv {RULE}",)


def test_a_duplicated_header_is_a_note_of_proposal_and_account(
    home: ShopHome, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "s.csv", [*HEADER, "实付金额"], [*line("A1"), "9.00"])
    note = "s.csv: duplicated header '实付金额' read as '实付金额_2', which is not used"
    proposal = propose(home, [file])
    assert proposal.notes == (note, f"s.csv {RULE}")
    assert not any("duplicated" in own for own in proposal.files[0].notes)
    assert import_files(home, [file]).notes == (note, f"s.csv {RULE}", READ)


def test_a_used_column_is_not_suggested_when_another_is_missing(
    home: ShopHome, tmp_path: Path
) -> None:
    header = ["Store", "Date", "Temperature", "Fuel_Price", "CPI", "Unemployment", "IsHoliday"]
    row = [1, "2010-02-05", 42.31, 2.572, 211.1, 8.1, "FALSE"]
    (first, *_) = propose(home, [write_csv(tmp_path / "features.csv", header, row)]).unclear
    assert "=Date" not in first
    assert "or name the table: --table" in first or "Or name the table: --table" in first


def test_columns_separated_by_blanks_are_told(home: ShopHome, tmp_path: Path) -> None:
    file = tmp_path / "cdnow.txt"
    file.write_text("customer date  quantity  amount\n00001 19970101  1   11.77\n" * 2)
    with pytest.raises(LayoutUnclear) as caught:
        import_files(home, [file])
    assert str(caught.value) == (
        "cdnow.txt has only one column ('customer date quantity amount'); "
        "separate its columns by comma, semicolon or tab."
    )


@pytest.mark.parametrize(
    "said",
    [
        FITS,
        "s.csv: duplicated header '金额' read as '金额_2', which is not used",
        "s.csv: duplicated header '金额' read as '金额_2'",
        "a.txt has only one column ('x'); separate its columns by comma, semicolon or tab.",
        "Column 'a' not found in s.csv (read as events). Columns: b, c. "
        "Did you mean --map a=b? Or name the table: --table <name>.",
        "Column 'a' not found in s.csv (read as events). Columns: b, c. "
        "Say which it is: --map a=<column>, or name the table: --table <name>.",
    ],
)
def test_hints_read_in_chinese_too(said: str) -> None:
    assert reason_text(said).zh != said
