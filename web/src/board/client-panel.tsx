import { useEffect, useRef, type ReactNode } from "react";
import { Problem } from "../chat/problem.tsx";
import { Sheet } from "../chat/sheet.tsx";
import { useLate } from "../chat/use-late.ts";
import { day, shortDay } from "../format/date.ts";
import { amountMinor } from "../format/fact.ts";
import type { BookedLine, ClientStress, ShownDriver } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { BandWord } from "./band-word.tsx";
import { driverText, scoreText } from "./figures.ts";
import { Sparkline } from "./sparkline.tsx";

interface Props {
  onLog: (client: ClientStress) => void;
}

/** One client in depth beside the lists. */
export function ClientPanel({ onLog }: Props): ReactNode {
  const ref = useStore((state) => state.clientRef);
  const name = useStore((state) => state.client?.name ?? "");
  const close = useStore((state) => state.openClient);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (ref !== null) panel.current?.scrollTo({ top: 0 });
  }, [ref]);
  if (ref === null) {
    return (
      <aside className="client-panel" aria-label={say("client.drivers")}>
        <p className="dim">{say("client.none")}</p>
      </aside>
    );
  }
  return (
    <aside className="client-panel" ref={panel} aria-label={say("client.label", { name })} aria-live="polite">
      <Content onLog={onLog} />
      <p className="close-row">
        <button type="button" className="plain-button" onClick={() => void close(null)}>
          {say("client.close")}
        </button>
      </p>
    </aside>
  );
}

/** The same where there is no room beside: a dialog, or a sheet on a phone. */
export function ClientSheet({ onLog, kind }: Props & { kind: "sheet" | "dialog" }): ReactNode {
  const ref = useStore((state) => state.clientRef);
  const name = useStore((state) => state.client?.name ?? "");
  const close = useStore((state) => state.openClient);
  if (ref === null) return null;
  return (
    <Sheet label={say("client.label", { name })} kind={kind} onClose={() => void close(null)}>
      <div className="client-panel">
        <Content onLog={onLog} />
      </div>
    </Sheet>
  );
}

function Content({ onLog }: Props): ReactNode {
  const client = useStore((state) => state.client);
  const problem = useStore((state) => state.clientProblem);
  const late = useLate(!client && !problem);
  if (problem) return <Problem problem={problem} />;
  if (!client) return late ? <p className="dim">{say("client.loading")}</p> : null;
  return <Client client={client} onLog={onLog} />;
}

function Client({ client, onLog }: { client: ClientStress } & Props): ReactNode {
  const askAfresh = useStore((state) => state.askAfresh);
  const question = say("insight.question.client", { name: client.name });
  const first = client.history.find((point) => point.score !== null);
  return (
    <>
      <h2>
        <bdi>{client.name}</bdi>
      </h2>
      <p className="dim small">
        {say("client.ref", { ref: client.ref })}, {say("client.asOf", { day: day(client.as_of) })}
      </p>
      <div className="score">
        <span className="big">{client.score === null ? say("today.noScore") : scoreText(client.score)}</span>
        <span>
          <BandWord band={client.band} />
          {first?.score != null && first.as_of !== client.as_of && <span className="small faint">{say("client.before", { score: scoreText(first.score), day: shortDay(first.as_of) })}</span>}
        </span>
      </div>
      <p className="acts">
        <button type="button" className="btn" onClick={() => onLog(client)}>
          {say("client.log")}
        </button>
        <button type="button" className="btn plain" title={question} onClick={() => void askAfresh(question)}>
          {say("client.ask")}
        </button>
      </p>
      <section aria-labelledby="client-history">
        <h3 id="client-history">{say("client.history")}</h3>
        <Sparkline history={client.history} />
      </section>
      <section aria-labelledby="client-drivers">
        <h3 id="client-drivers">{say("client.drivers")}</h3>
        <Drivers drivers={client.drivers} />
      </section>
      {client.contacts.length > 0 && <Contacts client={client} />}
      <section aria-labelledby="client-bookings">
        <h3 id="client-bookings">{say("client.bookings")}</h3>
        <Bookings lines={client.transactions} />
      </section>
    </>
  );
}

function Drivers({ drivers }: { drivers: readonly ShownDriver[] }): ReactNode {
  if (drivers.length === 0) return <p className="small dim">{say("today.noReason")}</p>;
  return (
    <ol className="plain-list">
      {drivers.map((driver) => (
        <li key={driver.name}>{driverText(driver)}</li>
      ))}
    </ol>
  );
}

function Contacts({ client }: { client: ClientStress }): ReactNode {
  return (
    <section aria-labelledby="client-contacts">
      <h3 id="client-contacts">{say("client.contacts")}</h3>
      <ul className="plain-list">
        {client.contacts.map((contact) => (
          <li key={contact.key}>
            {shortDay(contact.happened_on)}, {say(`action.${contact.action}`)}: {say(`outcome.${contact.outcome}`)}
            {contact.follow_up_on && `, ${say("followUp.due", { day: shortDay(contact.follow_up_on) })}`}{" "}
            {contact.note && (
              <span className="dim">
                <bdi>{contact.note}</bdi>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Bookings({ lines }: { lines: readonly BookedLine[] }): ReactNode {
  if (lines.length === 0) return <p className="small dim">{say("client.noBookings")}</p>;
  return (
    <table className="ledger small bookings" aria-labelledby="client-bookings">
      <tbody>
        {lines.map((line, index) => (
          <tr key={index}>
            <td className="nb dim">{shortDay(line.booked_on)}</td>
            <th scope="row">
              <bdi>{line.description}</bdi> {line.status === "failed" && <span className="dim">{say("client.failed")}</span>}
            </th>
            <td className="num">{amountMinor(line.amount_minor, line.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
