"""jianyan.simulation."""
