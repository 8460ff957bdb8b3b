"""The demonstration: a believable company, told through the services, at times counted back from now."""
