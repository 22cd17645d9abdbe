import type { ReactNode } from "react";
import { usePreferences, type Preferences } from "../state/preferences.ts";
import { useStore } from "../state/store.ts";
import { say, type Key } from "../words/say.ts";
import { InsightSettings } from "./insight-settings.tsx";
import { ModelLine } from "./panel.tsx";
import { Sheet } from "./sheet.tsx";
import { Switch } from "./switch.tsx";

const keys: [string[], Key][] = [
  [["/"], "key.slash"],
  [["j", "k"], "key.turns"],
  [["[", "]"], "key.figures"],
  [["?"], "key.help"],
  [["Enter"], "key.enter"],
  [["Shift", "Enter"], "key.shiftEnter"],
  [["Esc"], "key.esc"],
];

/** Appearance, text size, keys, what is told unasked, and signing out. Opened by the name in the top bar, and by the question mark. */
export function Settings(): ReactNode {
  const close = useStore((state) => state.openDialog);
  const signOut = useStore((state) => state.signOut);
  const name = useStore((state) => state.me?.principal.name ?? "");
  const role = useStore((state) => state.me?.principal.role);
  return (
    <Sheet label={say("settings.title")} kind="dialog" onClose={() => close(null)}>
      <div className="settings">
        <h2>{say("settings.title")}</h2>
        <Choice of="theme" legend="settings.appearance" options={{ system: "settings.system", light: "settings.light", dark: "settings.dark" }} />
        <Choice of="text" legend="settings.text" options={{ normal: "settings.normal", large: "settings.large" }} />
        <h3>{say("settings.keys")}</h3>
        <dl className="keys">
          {keys.map(([names, words]) => (
            <div key={words}>
              <dt>
                {names.map((each) => (
                  <kbd key={each}>{each}</kbd>
                ))}
              </dt>
              <dd>{say(words)}</dd>
            </div>
          ))}
        </dl>
        <SingleKeys />
        {(role === "customer" || role === "rm") && <InsightSettings />}
        <h3>{say("settings.signedInAs", { name })}</h3>
        <ModelLine />
        <button type="button" className="btn plain" onClick={() => void signOut()}>
          {say("settings.signOut")}
        </button>
      </div>
    </Sheet>
  );
}

interface ChoiceProps<Name extends "theme" | "text"> {
  of: Name;
  legend: Key;
  options: Record<Preferences[Name], Key>;
}

function Choice<Name extends "theme" | "text">({ of, legend, options }: ChoiceProps<Name>): ReactNode {
  const chosen = usePreferences((state) => state[of]);
  const prefer = usePreferences((state) => state.prefer);
  return (
    <fieldset>
      <legend>{say(legend)}</legend>
      {(Object.entries(options) as [Preferences[Name], Key][]).map(([value, words]) => (
        <label key={value}>
          <input type="radio" name={of} checked={chosen === value} onChange={() => prefer({ [of]: value })} />
          {say(words)}
        </label>
      ))}
    </fieldset>
  );
}

function SingleKeys(): ReactNode {
  const on = usePreferences((state) => state.singleKeys);
  const prefer = usePreferences((state) => state.prefer);
  return <Switch label={say("settings.single")} note={say("settings.singleNote")} on={on} onChange={(singleKeys) => prefer({ singleKeys })} />;
}
