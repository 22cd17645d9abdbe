"""The commands, one file a noun."""

import typer

from server.cli.ask import ask
from server.cli.audit import audit
from server.cli.bench import bench
from server.cli.catalogue import catalogue
from server.cli.chat import chat
from server.cli.doctor import doctor
from server.cli.evaluate import evaluate, train
from server.cli.imports import imports
from server.cli.intervention import evaluate_intervention, train_intervention
from server.cli.network import evaluate_network
from server.cli.patterns import evaluate_patterns
from server.cli.protocol import protocol
from server.cli.replay import replay
from server.cli.seed import seed
from server.cli.serve import serve
from server.cli.simulate import simulate
from server.cli.stress import evaluate_stress, train_stress
from server.cli.user import user
from server.cli.worker import worker

app = typer.Typer(
    name="personaforge",
    help="A bank's conversational assistant over digital twins of its customers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serve)
app.command()(ask)
app.command()(chat)
app.command()(seed)
app.command()(doctor)
app.command()(protocol)
app.command()(bench)
app.command()(simulate)
app.command()(replay)
app.command()(worker)
evaluate.command("stress")(evaluate_stress)
train.command("stress")(train_stress)
evaluate.command("network")(evaluate_network)
evaluate.command("patterns")(evaluate_patterns)
evaluate.command("intervention")(evaluate_intervention)
train.command("intervention")(train_intervention)
app.add_typer(evaluate, name="evaluate")
app.add_typer(train, name="train")
app.add_typer(imports, name="import")
app.add_typer(user, name="user")
app.add_typer(audit, name="audit")
app.add_typer(catalogue, name="catalogue")
