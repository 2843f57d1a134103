"""What stands around every page: navigation, filters, header, address, the current reader, files to fetch."""
