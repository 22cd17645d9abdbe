"""From words to calls: normalise, split, intent, slots, follow-ups. Everything here is deterministic and sees only words (invariant I4)."""
