"""What if: changes of a schedule, their recipes, and the difference they make."""
