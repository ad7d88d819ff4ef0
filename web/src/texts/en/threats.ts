import type { Same } from "../use";
import type { threats as zh } from "../zh/threats";

export const threats: Same<typeof zh> = {
  title: "Threats",
  purpose:
    "All cases that your unit may see, newest first; query by state, class, indicator or unit.",
  help: "Conditions with blanks between all have to hold; quoted words stand side by side; - excludes. Such as: state:open kind:url -state:closed",
  number: "Number",
  state: "State",
  subject: "Title",
  class: "Class",
  indicators: "Indicators",
  more: (n: string) => `of ${n}`,
  discovered: "Discovered",
  deadline: "Deadline",
  finder: "Found by",
  provinces: "Provinces",
  tlp: "TLP",
  sightings: "Sightings",
  overview: "Overview",
  byState: "By state",
  byClass: "By class",
  byKind: "By kind of indicator",
  counted: (n: string) => `Over the newest ${n}`,
  cut: " (no more than a thousand are counted)",
};
