"""Learning a stress model: cases with their labels, splits, training, measures and the baselines beside them."""
