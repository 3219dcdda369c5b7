"""The page of an official document after GB/T 9704-2012, as WordprocessingML."""
