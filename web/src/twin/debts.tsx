import type { ReactNode } from "react";
import { day } from "../format/date.ts";
import { amountMinor } from "../format/fact.ts";
import type { Debt } from "../protocol.d.ts";
import { say, sayName } from "../words/say.ts";

/** What is owed beside what is saved for: each with what it costs a month, and when it is paid off. */
export function Debts({ debts }: { debts: readonly Debt[] }): ReactNode {
  if (debts.length === 0) return null;
  return (
    <>
      <h3>{say("debts.title")}</h3>
      <ul className="debts">
        {debts.map((debt, index) => (
          <li key={index}>
            <p className="head">
              <b>
                <bdi>{debt.name ?? sayName("holding", debt.kind)}</bdi>
              </b>
              <span>{say("debts.owed", { amount: amountMinor(debt.outstanding_minor, debt.currency) })}</span>
            </p>
            <p className="small dim">{debtWords(debt)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

/** "£882 a month at 2.19%. Paid off on 31 March 2049 if payment and rate stay." */
export function debtWords({ instalment_minor, currency, rate_bps, free_on }: Debt): string {
  const rate = rate_bps > 0 ? say("debts.rate", { n: (rate_bps / 100).toFixed(2) }) : say("debts.noRate");
  if (instalment_minor <= 0) return `${say("debts.open", { rate })} ${say("debts.never")}`;
  const paid = say("debts.instalment", { amount: amountMinor(instalment_minor, currency), rate });
  return `${paid} ${free_on ? say("debts.free", { day: day(free_on) }) : say("debts.never")}`;
}
