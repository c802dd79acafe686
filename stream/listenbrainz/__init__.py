"""The interface of ListenBrainz: programs tell here what their listeners listened to elsewhere."""
