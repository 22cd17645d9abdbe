import type { ReactNode } from "react";
import { day, shortDay } from "../format/date.ts";
import type { Band, Board, SourceBands } from "../protocol.d.ts";
import { say } from "../words/say.ts";
import { BandWord } from "./band-word.tsx";

const BANDS: readonly Band[] = ["critical", "watchlist", "healthy", "too_short"];

/** How many clients are in each band, worst first, and how that has changed. Sources have dates of their own and are not added up. */
export function Bands({ board }: { board: Board }): ReactNode {
  return (
    <section className="band-counts" aria-label={say("bands.label")}>
      {board.bands.map((counts) => (
        <div key={counts.source}>
          {board.bands.length > 1 && <p className="small dim">{say("bands.source", { source: counts.source, day: day(counts.as_of) })}</p>}
          <dl>
            {BANDS.filter((band) => band !== "too_short" || counts.too_short > 0).map((band) => (
              <div key={band}>
                <dt>
                  <BandWord band={band} />
                </dt>
                <dd>
                  <b>{counts[band]}</b> <span>{beside(band, counts, board)}</span>
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </section>
  );
}

const total = (counts: SourceBands): number => BANDS.reduce((sum, band) => sum + counts[band], 0);

/** What came less what went, where that is known; else of how many. */
function beside(band: Band, counts: SourceBands, board: Board): string {
  if (board.bands.length > 1 || board.compared === 0) return say("bands.of", { n: total(counts) });
  const came = sum(board, (flow) => flow.band === band) - sum(board, (flow) => flow.band_before === band);
  const slots = { n: Math.abs(came), day: shortDay(board.since) };
  return came === 0 ? say("bands.same", slots) : say(came > 0 ? "bands.more" : "bands.fewer", slots);
}

const sum = (board: Board, counted: (flow: Board["flow"][number]) => boolean): number => board.flow.filter(counted).reduce((clients, flow) => clients + flow.clients, 0);
