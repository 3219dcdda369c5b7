"""Jianyan 建言: the Django project round the consultations, and the `jianyan` command."""
