"""Values in, text out: pages, feeds, JSON and Markdown."""
