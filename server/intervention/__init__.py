"""Learning and running the policy of `tools/stress/intervention`: what needs a file, onnxruntime or PyTorch, and so is not in tools."""
