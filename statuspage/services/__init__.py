"""The verbs of the product: the only code that writes."""
