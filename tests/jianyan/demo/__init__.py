"""jianyan.demo."""
