"""Use cases: one module for each noun. They know neither SQL nor HTTP."""
