"""The doors for masters: thin handlers, one module a protocol, over one upload object."""
