"""Who speaks when: by channel, or by voice."""
