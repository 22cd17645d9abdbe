import { useRef, type ReactNode } from "react";
import type { Column, Rich, TableBlock } from "../../protocol.d.ts";
import { RichText } from "../rich-text.tsx";
import { useWidth } from "../use-width.ts";
import { fitColumns } from "./fit-columns.ts";

/** A fact table. What has no room is folded below its row, so nothing is lost and nothing scrolls sideways. */
export function Table({ block }: { block: TableBlock }): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const kept = fitColumns(block.columns, block.total ? [...block.rows, block.total] : block.rows, useWidth(frame, 624));
  const shown = block.columns.map((column, index) => ({ column, index })).filter(({ index }) => kept[index]);
  return (
    <div className="fact-table" ref={frame}>
      <table className="ledger">
        {block.title && <caption>{block.title}</caption>}
        <thead>
          <tr>
            {shown.map(({ column }) => (
              <th key={column.key} scope="col" className={column.align === "right" ? "num" : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, index) => (
            <Row key={index} block={block} row={row} kept={kept} place={`${block.id}.${index}`} />
          ))}
          {block.total && <Row block={block} row={block.total} kept={kept} place={`${block.id}.total`} total />}
        </tbody>
      </table>
      {block.note && (
        <p className="small dim note">
          <RichText rich={block.note} place={`${block.id}.note`} />
        </p>
      )}
    </div>
  );
}

interface RowProps {
  block: TableBlock;
  row: Rich[];
  kept: boolean[];
  place: string;
  total?: boolean;
}

/** A row, and below it across the whole width what had no column. */
function Row({ block, row, kept, place, total = false }: RowProps): ReactNode {
  const folded = block.columns.flatMap((column, index) => {
    const cell = row[index];
    return kept[index] || !cell?.text ? [] : [{ column, cell }];
  });
  // A total is plain where the rows above it can be opened.
  const content = (cell: Rich, column: Column): ReactNode => (total ? cell.text : <RichText rich={cell} place={`${place}.${column.key}`} />);
  return (
    <>
      <tr className={[total ? "total" : "", folded.length ? "folded" : ""].join(" ").trim() || undefined}>
        {block.columns.map((column, index) => {
          const cell = row[index];
          if (!kept[index] || !cell) return null;
          if (index === 0) return <th key={column.key} scope="row">{content(cell, column)}</th>;
          return <td key={column.key} className={column.align === "right" ? "num" : undefined}>{content(cell, column)}</td>;
        })}
      </tr>
      {folded.length > 0 && (
        <tr>
          <td className="more" colSpan={kept.filter(Boolean).length}>
            {folded.map(({ column, cell }, nth) => (
              <span key={column.key}>
                {nth > 0 && ", "}
                {column.align === "right" && `${column.label.toLowerCase()} `}
                {content(cell, column)}
              </span>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}
