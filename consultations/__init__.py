"""Deliberations, their topics and suggestions, and what is written about them: the domain and its HTTP face."""
