import type { ReactNode } from "react";
import { Band, isBand } from "../chat/band.tsx";
import type { Band as BandName } from "../protocol.d.ts";
import { say } from "../words/say.ts";

/** A band by mark and word; too little history is no band, so it has no mark. */
export function BandWord({ band }: { band: BandName }): ReactNode {
  if (!isBand(band)) return <span className="dim">{say(`band.${band}`)}</span>;
  return <Band band={band}>{say(`band.${band}`)}</Band>;
}
