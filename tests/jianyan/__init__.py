"""Tests of the Django project: settings, commands, catalogues."""
