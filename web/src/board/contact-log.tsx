import { useState, type ReactNode } from "react";
import { shortDay } from "../format/date.ts";
import type { Board, LoggedContact } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { NameLink } from "./name-link.tsx";

/** What came of contacts, and when to come back; the own ones can be taken back. */
export function ContactLog({ board }: { board: Board }): ReactNode {
  const [said, setSaid] = useState("");
  const { contacts } = board;
  return (
    <section aria-labelledby="contacts">
      <h2 id="contacts" tabIndex={-1}>
        {say("contacts.title")}
      </h2>
      <p className="sub">{say(contacts.length ? "contacts.lead" : "contacts.none")}</p>
      {contacts.length > 0 && (
        <table className="ledger contacts" aria-labelledby="contacts">
          <thead>
            <tr>
              <th scope="col">{say("contacts.day")}</th>
              <th scope="col">{say("today.client")}</th>
              <th scope="col" className="why">
                {say("contacts.outcome")}
              </th>
              <th scope="col" className="c-follow">
                {say("contacts.followUp")}
              </th>
              <th scope="col" className="c-log">
                <span className="vh">{say("contacts.undo")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {contacts.map((contact) => (
              <Line key={contact.key} contact={contact} onUndone={() => setSaid(say("contact.undone"))} />
            ))}
          </tbody>
        </table>
      )}
      <p className="small dim" role="status">
        {said}
      </p>
    </section>
  );
}

function Line({ contact, onUndone }: { contact: LoggedContact; onUndone: () => void }): ReactNode {
  const takeBack = useStore((state) => state.takeBack);
  const action = say(`action.${contact.action}`);
  const undo = async (): Promise<void> => {
    if (!(await takeBack(contact.key))) return;
    document.getElementById("contacts")?.focus();
    onUndone();
  };
  return (
    <tr>
      <td className="nb c-day">{shortDay(contact.happened_on)}</td>
      <th scope="row" className="c-who">
        <NameLink name={contact.name} reference={contact.ref} />
      </th>
      <td className="why">
        <span>
          {action}: {say(`outcome.${contact.outcome}`)}
        </span>{" "}
        {contact.note && (
          <span className="dim">
            <bdi>{contact.note}</bdi>
          </span>
        )}
      </td>
      <td className="nb c-follow">{contact.follow_up_on ? shortDay(contact.follow_up_on) : <span className="faint none">{say("followUp.none")}</span>}</td>
      <td className="c-log">
        {contact.mine && (
          <button type="button" className="plain-button" aria-label={say("contacts.undoFor", { action, name: contact.name })} onClick={() => void undo()}>
            {say("contacts.undo")}
          </button>
        )}
      </td>
    </tr>
  );
}
