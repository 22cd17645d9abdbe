import { createContext, useContext } from "react";
import { newTurn, type Turn } from "../turn/turn.ts";

/** What the blocks of an answer refer to: their facts and citations. `runId` tells apart what stands outside of a conversation too. */
export type Told = Pick<Turn, "runId" | "facts" | "blocks">;

export const TurnContext = createContext<Told>(newTurn("", "", ""));
export const useTurn = (): Told => useContext(TurnContext);
