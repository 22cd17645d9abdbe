"""A progress bar on standard error, for work that takes more than a moment."""

from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def told(title: str) -> Generator[Callable[[str, int], None]]:
    """Show how far a job is: call the yielded function with a step's name and how many are done."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f}"), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True)) as bar:

        def tell(step: str, done: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(f"{title}: {step}", total=None)
            bar.update(tasks[step], completed=done)

        yield tell
