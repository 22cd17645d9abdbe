"""A twin from a history, and from what somebody states before there is one."""
