"""What may be said: grounding of every figure, the rules of the gate, and the notices that must stand beside a product."""
