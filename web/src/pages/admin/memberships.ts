// For which units a person acts, the first one and the further ones alike.
import type { User } from "../../api/shapes";

/** Ids of the units that the person acts for today, the first one first. */
export function unitsOf(user: User): string[] {
  const further = user.memberships?.filter((m) => !m.left) ?? [];
  return [user.organization, ...further.map((m) => m.organization)].filter(
    (id) => id !== undefined,
  );
}

/** The roles that the person holds in that unit; nothing: acts for others only. */
export function rolesIn(user: User, unit: string): string[] | undefined {
  if (user.organization === unit) return user.roles ?? [];
  return user.memberships?.find((m) => !m.left && m.organization === unit)?.roles;
}
