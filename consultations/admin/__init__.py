"""Django's administration of the domain: what is prepared may be edited, what has happened may only be read.

Everything that touches a topic or the books goes through the actions, which lock, decide and keep what was; a form here
would pass them by.
"""

from . import books, deliberations, summaries

__all__ = ["books", "deliberations", "summaries"]
