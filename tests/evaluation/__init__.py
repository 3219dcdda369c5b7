"""What is measured on labelled examples: run by hand, and asserted by the tests."""
