"""The audit chain: every action of consequence, in an order that nobody can change afterwards without it being seen.

Each record's `link` is the SHA-256 of the link before it and of this record (with the hash of its sealed payload, so the chain
still verifies after its subject was erased). `mac` is HMAC-SHA256 of the link: without the key nobody extends the chain. The new
head is signed (Ed25519) into `anchors.jsonl` outside the database at every append: who rewrites or cuts the table cannot make the
signed heads agree with it. Links and anchors need no secret: a third party verifies them with the public key alone.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from server.keys import KeyRing, verify_anchor
from server.store.cipher import Cipher, place_of
from server.store.database import Database
from server.store.tables.audit import AUDIT_RECORDS
from tools.errors import NotFoundError, UnavailableError
from tools.value import Value

START = "0" * 64
_PAGE = 5000


class AuditEntry(Value):
    """One record as it is read back. `payload` is None once its subject is erased."""

    seq: int
    id: str
    at: datetime
    action: str
    subject: str
    run_id: str | None
    payload: dict[str, Any] | None


class Anchor(Value):
    """A signed head of the chain: as of `seq` it ended with `link`."""

    seq: int
    link: str
    key_id: str
    signature: str


class AuditReport(Value):
    """What verifying found; an empty list of problems is a chain that holds.

    `unsigned` records follow the last signed head, as after a crash between a commit and its signature. The keyed marks still
    prove them to the bank; the next append signs over them.
    """

    records: int
    anchors: int
    unsigned: int
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was changed."""
        return not self.problems


class AuditChain:
    """Appends to the chain and verifies it."""

    def __init__(self, database: Database, cipher: Cipher, keyring: KeyRing, anchors: Path, clock: Callable[[], datetime]) -> None:
        """`anchors` is `PERSONAFORGE_HOME/anchors.jsonl`; keep a copy of it elsewhere and the database alone proves nothing."""
        self._database = database
        self._cipher = cipher
        self._keyring = keyring
        self._anchors = anchors
        self._clock = clock

    def append(self, action: str, subject: str, payload: Mapping[str, Any], *, run_id: str | None = None) -> str:
        """Record one action (`sign_in`, `sign_in_failed`, `import`, ...) of a subject, in a transaction of its own. Returns its id."""
        self._cipher.key(subject)
        with self._database.writing() as connection:
            anchor = self.add(connection, action, subject, payload, run_id=run_id)
            record = self._id_of(connection, anchor.seq)
        self.publish(anchor)
        return record

    def add(self, connection: Connection, action: str, subject: str, payload: Mapping[str, Any], *, run_id: str | None = None) -> Anchor:
        """Record one action inside somebody else's transaction; `publish` the anchor once that is committed.

        The key of `subject` must exist already: see `Cipher`.
        """
        self._database.lock(connection, "audit")
        last = connection.execute(
            select(AUDIT_RECORDS.c.seq, AUDIT_RECORDS.c.link).order_by(AUDIT_RECORDS.c.seq.desc()).limit(1)
        ).one_or_none()
        key = self._keyring.audit().current
        record_id = secrets.token_hex(12)
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=str)
        row: dict[str, Any] = {
            "seq": last.seq + 1 if last else 1,
            "id": record_id,
            "at": self._clock().astimezone(UTC).isoformat(),
            "action": action,
            "subject": subject,
            "run_id": run_id,
            "payload": self._cipher.key(subject).seal(text, _place(record_id)),
            "key_id": key.id,
        }
        row["link"] = _link(last.link if last else START, row)
        row["mac"] = _mac(key.secret, row["link"])
        connection.execute(insert(AUDIT_RECORDS).values(row))
        return self._sign(row["seq"], row["link"])

    def publish(self, anchor: Anchor) -> None:
        """Write a signed head outside the database. Raises UnavailableError when that cannot be done."""
        try:
            self._anchors.parent.mkdir(parents=True, exist_ok=True)
            # One short line in append mode is written whole, also beside other programs.
            with self._anchors.open("a", encoding="utf-8") as file:
                file.write(anchor.model_dump_json() + "\n")
        except OSError as error:
            raise UnavailableError(
                f"The audit anchors in {self._anchors} cannot be written. Free some space or correct the permissions of the file.",
                code="anchors_not_writable",
            ) from error

    def entries(self, *, subject: str | None = None, action: str | None = None, newest: int = 100) -> tuple[AuditEntry, ...]:
        """The newest records, newest first, of one subject or action where given."""
        query = select(AUDIT_RECORDS).order_by(AUDIT_RECORDS.c.seq.desc()).limit(newest)
        query = query if subject is None else query.where(AUDIT_RECORDS.c.subject == subject)
        query = query if action is None else query.where(AUDIT_RECORDS.c.action == action)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(self._entry(dict(row)) for row in rows)

    def entry(self, record_id: str) -> AuditEntry:
        """One record. Raises NotFoundError."""
        with self._database.reading() as connection:
            row = connection.execute(select(AUDIT_RECORDS).where(AUDIT_RECORDS.c.id == record_id)).mappings().one_or_none()
        if row is None:
            raise NotFoundError("There is no audit record with this id. List the newest with `personaforge audit`.")
        return self._entry(dict(row))

    def verify(self) -> AuditReport:
        """Recompute the whole chain, its keyed marks and the signed heads."""
        problems: list[str] = []
        keys = self._keyring.audit()

        def marked(row: Mapping[str, Any]) -> bool:
            key = keys.keys.get(row["key_id"])
            return key is not None and hmac.compare_digest(_mac(key.secret, row["link"]), row["mac"])

        links = _recompute(self._rows(), problems, marked)
        anchors = _read_anchors(self._anchors, problems)
        _check_anchors(anchors, links, problems, self._keyring.anchor().public)
        return _report(links, anchors, problems)

    def export(self) -> Iterator[dict[str, Any]]:
        """Every record as stored, sealed: what a third party verifies with `verify_exported`."""
        return self._rows()

    def _sign(self, seq: int, link: str) -> Anchor:
        keys = self._keyring.anchor()
        return Anchor(seq=seq, link=link, key_id=keys.current_id, signature=keys.sign(_head(seq, link)).hex())

    def _rows(self) -> Iterator[dict[str, Any]]:
        after = -(2**62)
        while True:
            query = select(AUDIT_RECORDS).where(AUDIT_RECORDS.c.seq > after).order_by(AUDIT_RECORDS.c.seq).limit(_PAGE)
            with self._database.reading() as connection:
                rows = connection.execute(query).mappings().all()
            yield from map(dict, rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1]["seq"]

    def _id_of(self, connection: Connection, seq: int) -> str:
        return connection.execute(select(AUDIT_RECORDS.c.id).where(AUDIT_RECORDS.c.seq == seq)).scalar_one()

    def _entry(self, row: Mapping[str, Any]) -> AuditEntry:
        fields = {name: row[name] for name in ("seq", "id", "action", "subject", "run_id")}
        return AuditEntry(at=datetime.fromisoformat(row["at"]), payload=self._payload(row), **fields)

    def _payload(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        try:
            key = self._cipher.key(row["subject"])
        except UnavailableError as error:
            if error.code == "erased":
                return None
            raise
        return json.loads(key.open(row["payload"], _place(row["id"])))


def verify_exported(records: Iterable[Mapping[str, Any]], anchors: Path, public_keys: Mapping[str, bytes]) -> AuditReport:
    """What a third party can check without any secret: the links, and the heads signed by the bank's public keys (by id)."""
    problems: list[str] = []
    links = _recompute(records, problems, None)
    signed = _read_anchors(anchors, problems)
    _check_anchors(signed, links, problems, public_keys.get)
    report = _report(links, signed, problems)
    if report.unsigned and signed:
        more = f"The chain has {report.records} records, but the last {report.unsigned} are covered by no signed head."
        return report.model_copy(update={"problems": (*report.problems, more)})
    return report


def _report(links: Sequence[str], anchors: Sequence[Anchor], problems: Sequence[str]) -> AuditReport:
    newest = max((anchor.seq for anchor in anchors), default=0)
    return AuditReport(records=len(links), anchors=len(anchors), unsigned=max(0, len(links) - newest), problems=tuple(problems))


def _recompute(rows: Iterable[Mapping[str, Any]], problems: list[str], marked: Callable[[Mapping[str, Any]], bool] | None) -> list[str]:
    """The links as the records give them; what does not fit is told in `problems`."""
    links: list[str] = []
    previous = START
    for expected, row in enumerate(rows, start=1):
        if row["seq"] != expected:
            problems.append(f"Record {expected} is missing or out of order: {row['seq']} stands in its place.")
            return links
        if _link(previous, row) != row["link"]:
            problems.append(f"Record {expected} was changed, or the one before it was.")
        elif marked is not None and not marked(row):
            problems.append(f"Record {expected} was not written by this bank.")
        previous = row["link"]
        links.append(previous)
    return links


def _check_anchors(anchors: Sequence[Anchor], links: Sequence[str], problems: list[str], public: Callable[[str], bytes | None]) -> None:
    """Compare every signed head with the chain. The last one vouches for all before it, so its signature is what counts."""
    if not anchors:
        if links:
            problems.append("The anchors file is missing or empty, so nothing proves that the chain is whole.")
        return
    last = max(anchors, key=lambda anchor: anchor.seq)
    if last.seq > len(links):
        problems.append(f"The chain ends at record {len(links)}, but record {last.seq} has been signed: its end was cut off.")
    problems += [
        f"Record {a.seq} is not the one that was signed." for a in anchors if 1 <= a.seq <= len(links) and links[a.seq - 1] != a.link
    ]
    key = public(last.key_id)
    if key is None or not verify_anchor(key, _head(last.seq, last.link), bytes.fromhex(last.signature)):
        problems.append(f"The signature of the head at record {last.seq} does not hold.")


def _read_anchors(path: Path, problems: list[str]) -> list[Anchor]:
    anchors: list[Anchor] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else (), start=1):
        try:
            anchor = Anchor.model_validate_json(line)
            bytes.fromhex(anchor.signature)
        except ValueError:
            problems.append(f"Line {number} of the anchors file is damaged.")
        else:
            anchors.append(anchor)
    return anchors


def _link(previous: str, row: Mapping[str, Any]) -> str:
    payload = hashlib.sha256(row["payload"].encode()).hexdigest()
    content = [previous, row["seq"], row["id"], row["at"], row["action"], row["subject"], row["run_id"], payload, row["key_id"]]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def _mac(secret: bytes, link: str) -> str:
    return hmac.new(secret, link.encode(), hashlib.sha256).hexdigest()


def _head(seq: int, link: str) -> bytes:
    return f"personaforge audit head {seq} {link}".encode()


def _place(record_id: str) -> str:
    return place_of("audit_record", record_id, "payload")
