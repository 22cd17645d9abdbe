import { createContext, useContext } from "react";
import { newTurn, type Turn } from "../turn/turn.ts";

/** The turn that a block belongs to: its facts and citations are looked up here. */
export const TurnContext = createContext<Turn>(newTurn("", "", ""));
export const useTurn = (): Turn => useContext(TurnContext);
