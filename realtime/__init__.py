"""The sockets: they carry what the domain decides, and decide nothing."""
