"""The OpenID Connect provider: applications sign people in with us, and act for them."""
