"""The demo bank and described cases, as plain values. Nothing here touches a database or knows a password."""
