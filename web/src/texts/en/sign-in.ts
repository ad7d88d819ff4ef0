import type { Same } from "../use";
import type { signIn as zh } from "../zh/sign-in";

export const signIn: Same<typeof zh> = {
  title: "Sign in to Tocsin",
  purpose: "Monitoring and disposing of threats on the public internet",
  login: "Login",
  password: "Password",
  code: "One-time code",
  codeHint: "Six digits from the authenticator",
  submit: "Sign in",
};
