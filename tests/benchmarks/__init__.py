"""Measurements: our server beside the same thing written as the Channels tutorial would. Run by `make bench`."""
