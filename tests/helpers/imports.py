"""Files imported as the command line does it."""

from import_csv import Connection, Importer
from import_mapping import find_mapping, read_mapping


def run_import(connection: Connection, folder, rejected, **options) -> dict:
    """Import a folder; return its reports by their titles."""
    mapping = read_mapping(find_mapping(folder))
    importer = Importer(connection, mapping, folder, rejected, **options)
    return {report.title: report for report in importer.run()}
