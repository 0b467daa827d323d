"""The demo: a small shop with customers, products and orders, and the notebook that tells its story."""
