"""The published site: finished files, built, swapped in and served."""
