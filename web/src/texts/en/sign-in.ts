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
  byCertificate: "Sign in with a certificate",
  haveInvitation: "I have an invitation",
  havePassword: "I have a password",
  invitation: "Invitation",
  invitationHint: "Handed over by the platform's administrator; good once",
  notGood: "This invitation is not good",
  notGoodWhy:
    "It is mistyped, was used already, or has expired or been revoked. Look whether all of it was copied; otherwise ask the platform's administrator for a new one.",
  choose: "Set the password and sign in",
};
