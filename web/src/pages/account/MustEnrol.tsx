// Whoever holds a role that needs a second factor and has none can do nothing else first.
import { useQueryClient } from "@tanstack/react-query";
import { PageHead } from "../../parts/PageHead";
import { account as en } from "../../texts/en/account";
import { useTexts } from "../../texts/use";
import { account as zh } from "../../texts/zh/account";
import { SecondFactor } from "./SecondFactor";

export default function MustEnrol() {
  const t = useTexts({ zh, en });
  const client = useQueryClient();
  return (
    <main className="sign-in must-enrol">
      <PageHead title={t.mustEnrol} purpose={t.mustEnrolPurpose} />
      {/* The session could only enrol; the next sign-in, with a code, may do the rest. */}
      <SecondFactor done={() => client.setQueryData(["me"], null)} />
    </main>
  );
}
