"""The bank's store: tables over the plain values, migrations, repositories, and the view of one principal. Synchronous throughout."""
