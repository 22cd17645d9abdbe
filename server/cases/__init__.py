"""Where the cases come from that stress models are learned from and judged on."""
