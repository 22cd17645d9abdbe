"""What a bank may do when strain is seen: contacts and restructuring, the policies that choose among them, and how they are judged."""
