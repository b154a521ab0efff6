/** Dates, times and durations of RFC 3339. */

/** A day of the calendar. */
export function isDate(text: string): boolean {
  const [, year = "", month = "", day = ""] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? [];
  const nDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1] ?? 0;
  const isLeap = year.endsWith("00") ? Number(year) % 400 === 0 : Number(year) % 4 === 0;
  return Number(day) >= 1 && Number(day) <= nDays + Number(isLeap && month === "02");
}

const TIME = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/;

/** A time with its offset; a leap second only at the end of a day of UTC. */
export function isTime(text: string): boolean {
  const found = TIME.exec(text);
  if (found === null) {
    return false;
  }
  const [hour = 0, minute = 0, second = 0] = found.slice(1, 4).map(Number);
  const [offsetHour, offsetMinute] = [Number(found[5] ?? 0), Number(found[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) {
    return false;
  }
  const offset = (offsetHour * 60 + offsetMinute) * (found[4] === "-" ? -1 : 1);
  const day = 24 * 60;
  return second < 60 || (((hour * 60 + minute - offset) % day) + day) % day === day - 1;
}

/** A date and a time with `T` between. */
export function isDateTime(text: string): boolean {
  return /^.{10}[Tt]/s.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

const DATE_UNITS = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)";
const TIME_UNITS = "(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";
const DURATION = new RegExp(`^P(?:[0-9]+W|${DATE_UNITS}(?:T${TIME_UNITS})?|T${TIME_UNITS})$`);

/** Units in order, none left out between two. */
export function isDuration(text: string): boolean {
  return DURATION.test(text);
}
