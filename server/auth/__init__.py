"""Who is signed in: passwords, tokens, sessions, socket tickets, lockout, second factor, registration by invitation."""
