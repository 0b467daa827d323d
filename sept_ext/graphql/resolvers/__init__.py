"""Resolvers, one module for each noun; see binding.py for their form."""
