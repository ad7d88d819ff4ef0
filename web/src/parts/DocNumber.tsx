// The number of a document, leading to its page: `T-2026-000001`, its task `T-2026-000001-1`,
// `N-2026-000001`, `A-2026-000001`.
import { Link } from "react-router";
import { placeOf } from "../base/numbers";

export function DocNumber({ of }: { of: string | undefined }) {
  if (!of) return null;
  const place = placeOf(of);
  return place ? (
    <Link className="number" to={place}>
      <code>{of}</code>
    </Link>
  ) : (
    <code>{of}</code>
  );
}
