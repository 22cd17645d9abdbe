import type { ReactNode } from "react";
import { AnswerBlock } from "../chat/blocks/answer-block.tsx";
import { Figure } from "../chat/figure.tsx";
import { currencySign, minorDigits, wholeAmount } from "../format/fact.ts";
import type { NormalMonthRow, TwinPage } from "../protocol.d.ts";
import { say } from "../words/say.ts";
import { TwinFacts } from "./intro.tsx";

/** What the twin expects of a normal month with the range that is usual, or what is usual for others while it knows nothing. */
export function NormalMonth({ twin }: { twin: TwinPage }): ReactNode {
  const whole = (minor: number): string => wholeAmount(minor / 10 ** minorDigits(twin.currency));
  const rows = twin.normal_month.filter((row) => row.key !== "left_over");
  const stated = twin.basis === "stated";
  const left = twin.normal_month.find((row) => row.key === "left_over");
  return (
    <TwinFacts twin={twin}>
      <section aria-labelledby="normal-month">
        <h2 id="normal-month">{say(stated ? "month.similar" : "month.title")}</h2>
        <p className="sub">{say(stated ? "month.similarSub" : "month.sub")}</p>
        <table className="ledger">
          <thead>
            <tr>
              <th scope="col">{say(stated ? "month.usual" : "month.expects")}</th>
              <th scope="col" className="num">
                {say("month.each", { currency: currencySign(twin.currency) })}
              </th>
              <th scope="col" className="num">
                {say(stated ? "month.eightOfTen" : "month.range")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.key} row={row} whole={whole} />
            ))}
            {left && <Row row={left} whole={whole} total />}
          </tbody>
        </table>
        {twin.blocks.filter((block) => block.type !== "text").map((block) => (
          <AnswerBlock key={block.id} block={block} caret={false} />
        ))}
      </section>
    </TwinFacts>
  );
}

/** One line; the total is plain where the rows above it can be opened. */
function Row({ row, whole, total = false }: { row: NormalMonthRow; whole: (minor: number) => string; total?: boolean }): ReactNode {
  const text = whole(row.amount_minor);
  const range = row.low_minor === row.high_minor ? whole(row.low_minor) : say("month.between", { low: whole(row.low_minor), high: whole(row.high_minor) });
  return (
    <tr className={total ? "total" : undefined}>
      <th scope="row">{row.label}</th>
      <td className="num">{row.fact && !total ? <Figure factId={row.fact} text={text} place={`month.${row.key}`} /> : text}</td>
      <td className={total ? "num range" : "num range dim"}>{range}</td>
    </tr>
  );
}
