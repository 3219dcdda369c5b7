"""The fault rig: what is acknowledged stays, whatever fails. README.md says how it is used."""
