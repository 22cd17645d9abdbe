"""Messages that leave the bank: one port, by e-mail, SMS, chat app or into a folder. Only what a person approved is handed to it."""
