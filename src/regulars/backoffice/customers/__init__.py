"""The list of customers and one customer's whole story."""
