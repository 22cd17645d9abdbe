"""The learned stress model: its file, its trees as flat arrays, its calibration, its contributions and its card."""
