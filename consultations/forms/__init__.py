"""What people fill in: checked here in their own words, then handed to the actions as plans."""
