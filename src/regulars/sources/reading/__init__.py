"""Any file becomes a uniform raw relation: ``read_files`` -> one ``RawTable`` per sheet or file."""

from regulars.sources.reading.files import read_files
from regulars.sources.reading.raw_table import LINE, RawTable

__all__ = ["LINE", "RawTable", "read_files"]
