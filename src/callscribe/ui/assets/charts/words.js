// Numbers and days as the page's language writes them.

const language = () => document.documentElement.lang || "en";

export function number(value, digits = 0) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

export function percent(value) {
  const digits = value > 0 && value < 0.1 ? 1 : 0;
  return new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: digits }).format(value);
}

/** A value in its unit, short. */
export function said(value, unit) {
  if (unit === "share") return percent(value);
  return number(value, unit === "hours" && value < 100 ? 1 : 0);
}

/** The first day of a period, `YYYY-MM-DD`: short for an axis, long for a sentence. */
export function day(iso, by, long = false) {
  const [year, month, date] = iso.split("-").map(Number);
  const form = by === "month" ? { month: long ? "long" : "short", year: "numeric" } : { day: "numeric", month: long ? "long" : "short" };
  if (long) form.year = "numeric";
  return new Intl.DateTimeFormat(language(), form).format(new Date(year, month - 1, date));
}
