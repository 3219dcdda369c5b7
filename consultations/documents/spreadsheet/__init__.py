"""XLSX: what the summary says and rests on, in tables to sort, filter and count on."""
