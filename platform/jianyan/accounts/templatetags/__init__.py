"""Filters for the account pages."""
