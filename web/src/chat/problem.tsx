import type { ReactNode } from "react";
import type { Problem as ProblemValue } from "../protocol.d.ts";

/** What happened and what to do, in ink, with the code for whoever is asked for help. */
export function Problem({ problem, children }: { problem: { code: string | null; message: ProblemValue["message"] }; children?: ReactNode }): ReactNode {
  return (
    <div className="problem" role="alert">
      <p>
        {problem.message} {problem.code && <code>{problem.code}</code>}
      </p>
      {children && <p className="acts">{children}</p>}
    </div>
  );
}
