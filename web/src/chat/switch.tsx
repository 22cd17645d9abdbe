import { useId, type ReactNode } from "react";

interface Props {
  label: string;
  note?: string | undefined;
  on: boolean;
  onChange: (on: boolean) => void;
}

/** A switch for what acts at once; the line below says what stops. */
export function Switch({ label, note, on, onChange }: Props): ReactNode {
  const id = useId();
  return (
    <div className="switch-row">
      <div>
        <label htmlFor={id}>{label}</label>
        {note && (
          <p className="small dim" id={`${id}-note`}>
            {note}
          </p>
        )}
      </div>
      <input
        id={id} className="switch" type="checkbox" role="switch" aria-checked={on} aria-describedby={note ? `${id}-note` : undefined}
        checked={on} onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  );
}
