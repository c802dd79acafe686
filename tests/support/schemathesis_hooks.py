"""What schemathesis is told of the interface before it tries it (SCHEMATHESIS_HOOKS)."""

import schemathesis

# What is appended to an upload is bytes like any others.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
schemathesis.serializer.alias("image/*", "application/octet-stream")
