import { useEffect, useId, useRef, useState, type ComponentProps, type ReactNode } from "react";
import { Problem } from "../chat/problem.tsx";
import type { Problem as ProblemValue } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { bank, BankError } from "./bank.ts";

type Form = "sign-in" | "register" | "authenticator";

/** The first page. An invitation in the address opens the form that uses it. */
export function SignInPage(): ReactNode {
  const invited = new URLSearchParams(location.search).get("invitation") ?? "";
  const [form, setForm] = useState<Form>(invited ? "register" : "sign-in");
  const [address, setAddress] = useState("");
  const onRegistered = (totp: string | null): void => {
    setAddress(totp ?? "");
    setForm(totp ? "authenticator" : "sign-in");
  };
  return (
    <main className="sign-in">
      <p className="mark">{say("app.name")}</p>
      {form === "sign-in" && <SignInForm />}
      {form === "register" && <RegisterForm invitation={invited} onDone={onRegistered} />}
      {form === "authenticator" && <Authenticator address={address} onDone={() => setForm("sign-in")} />}
      {form !== "authenticator" && (
        <p>
          <button type="button" className="link" onClick={() => setForm(form === "register" ? "sign-in" : "register")}>
            {say(form === "register" ? "signIn.have" : "signIn.invited")}
          </button>
        </p>
      )}
      <p className="small faint ground">{say("signIn.disclosure")}</p>
    </main>
  );
}

/** The secret of a new login's authenticator, shown this once. */
function Authenticator({ address, onDone }: { address: string; onDone: () => void }): ReactNode {
  return (
    <>
      <h1>{say("register.totpTitle")}</h1>
      <p className="dim">{say("register.totp")}</p>
      <p className="secret">
        <code>{address}</code>
      </p>
      <p className="acts">
        <a className="btn plain" href={address}>
          {say("register.totpOpen")}
        </a>
        <button type="button" className="btn" onClick={onDone}>
          {say("register.continue")}
        </button>
      </p>
    </>
  );
}

/** Why one is here, where there is something to say: a session that ended, a login that is ready. */
function Notice(): ReactNode {
  const notice = useStore((state) => state.signInNotice);
  if (!notice) return <p className="dim">{say("signIn.lead")}</p>;
  return (
    <p className="disclosure" role="status">
      {say(notice === "registered" ? "register.done" : `signIn.${notice}`)}
    </p>
  );
}

const problemOf = (error: unknown): ProblemValue =>
  error instanceof BankError ? { code: error.code, message: error.message } : { code: "page", message: say("problem.unexpected") };

/** Sends a form: busy while it is on its way, and what went wrong afterwards. */
function useSending(send: (form: FormData) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemValue | null>(null);
  const submit = async (form: FormData): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await send(form);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, submit };
}

/** A field as it was typed: a password may begin or end with a space. */
const typed = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
};
const text = (form: FormData, name: string): string => typed(form, name).trim();

function SignInForm(): ReactNode {
  const signIn = useStore((state) => state.signIn);
  const [codeNeeded, setCodeNeeded] = useState(false);
  const { busy, problem, submit } = useSending(async (form) => {
    try {
      await signIn(text(form, "login"), typed(form, "password"), text(form, "code"));
    } catch (error) {
      const first = error instanceof BankError && error.code === "code_needed" && !codeNeeded;
      setCodeNeeded(codeNeeded || first);
      if (!first) throw error;
    }
  });
  return (
    <>
      <h1>{say("signIn.title")}</h1>
      <Notice />
      <form onSubmit={(event) => (event.preventDefault(), void submit(new FormData(event.currentTarget)))}>
        <Field label={say("signIn.login")} name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
        <Field label={say("signIn.password")} name="password" type="password" autoComplete="current-password" required />
        {codeNeeded && (
          <Field label={say("signIn.code")} name="code" hint={say("signIn.codeHint")} inputMode="numeric" autoComplete="one-time-code" required focused />
        )}
        {problem && <Problem problem={problem} />}
        <button className="btn" type="submit" disabled={busy}>
          {say(busy ? "signIn.going" : "signIn.go")}
        </button>
      </form>
    </>
  );
}

function RegisterForm({ invitation, onDone }: { invitation: string; onDone: (totp: string | null) => void }): ReactNode {
  const registered = useStore((state) => state.registered);
  const { busy, problem, submit } = useSending(async (form) => {
    const { totp } = await bank.register(text(form, "invitation"), text(form, "login"), typed(form, "password"), text(form, "name"));
    registered();
    onDone(totp);
  });
  return (
    <>
      <h1>{say("register.title")}</h1>
      <form onSubmit={(event) => (event.preventDefault(), void submit(new FormData(event.currentTarget)))}>
        <Field label={say("register.invitation")} name="invitation" defaultValue={invitation} autoComplete="off" required />
        <Field label={say("register.name")} name="name" autoComplete="name" required />
        <Field label={say("signIn.login")} name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
        <Field
          label={say("signIn.password")} name="password" type="password" autoComplete="new-password" minLength={12}
          hint={say("register.passwordHint")} required
        />
        {problem && <Problem problem={problem} />}
        <button className="btn" type="submit" disabled={busy}>
          {say(busy ? "register.going" : "register.go")}
        </button>
      </form>
    </>
  );
}

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: string;
  focused?: boolean;
}

function Field({ label, hint, focused = false, ...input }: FieldProps): ReactNode {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) field.current?.focus();
  }, [focused]);
  const described = hint ? { "aria-describedby": `${id}-hint` } : {};
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="field-box" ref={field} {...described} {...input} />
      {hint && (
        <p className="small faint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
