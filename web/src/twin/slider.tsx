import { useId, type CSSProperties, type ReactNode } from "react";
import type { Lever } from "../protocol.d.ts";
import { endText, leverText } from "./lever.ts";

interface Props {
  lever: Lever;
  value: number;
  currency: string;
  onChange: (value: number) => void;
}

/** One thing to move: its name, what it stands at and what it was, and its ends. */
export function Slider({ lever, value, currency, onChange }: Props): ReactNode {
  const id = useId();
  const part = lever.high === lever.low ? 0 : (value - lever.low) / (lever.high - lever.low);
  const text = leverText(lever, value, currency);
  return (
    <div className="slider">
      <label htmlFor={id}>{lever.label}</label>
      <output htmlFor={id}>{text}</output>
      <input
        id={id} type="range" min={lever.low} max={lever.high} step={lever.step} value={value} aria-valuetext={text}
        style={{ "--at": `${(part * 100).toFixed(1)}%` } as CSSProperties} onChange={(event) => onChange(Number(event.target.value))}
      />
      <div className="ends" aria-hidden="true">
        <span>{endText(lever, lever.low, currency)}</span>
        <span>{endText(lever, lever.high, currency)}</span>
      </div>
    </div>
  );
}
