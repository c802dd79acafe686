"""What others are told of our own releases: messages of ERN 4.3, and deliveries of them."""
