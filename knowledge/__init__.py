"""What the bank publishes: products and policies, and finding the passage that answers."""
