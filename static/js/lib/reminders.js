/**
 * Favourites as an iCalendar file with alarms, made in the browser (RFC 5545).
 *
 * Printed hours become instants with an alarm an hour before; a day without hours stays a DATE, its
 * alarm at six in the evening before. Nothing here invents an hour.
 */

const LINE = 75; // octets
const HOUR_BEFORE = "-PT1H";
const EVENING_BEFORE = "-PT6H";

/** @param {object[]} entries of favourites.js  @param {string} stamp ISO 8601  @param {string} home */
export function calendarOf(entries, stamp, home) {
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//yitu//favourites//ZH", "METHOD:PUBLISH"];
  entries.forEach((one) => lines.push(...eventOf(one, stamp, home)));
  lines.push("END:VCALENDAR");
  return lines.map(fold).join("\r\n") + "\r\n";
}

function eventOf(one, stamp, home) {
  const isExact = one.precision === "exact";
  const title = isExact || !one.hours ? one.title : `${one.hours} ${one.title}`;
  const when = isExact
    ? [`DTSTART:${utc(one.startsAt)}`, `DTEND:${utc(one.endsAt)}`]
    : [`DTSTART;VALUE=DATE:${one.day.replace(/-/g, "")}`];
  return [
    "BEGIN:VEVENT",
    `UID:${one.id}-${one.day}-favourite@yitu`,
    `DTSTAMP:${utc(stamp)}`,
    ...when,
    `SUMMARY:${escape(title)}`,
    `LOCATION:${escape(one.where || "")}`,
    `URL:${home}${one.url}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    `DESCRIPTION:${escape(title)}`,
    `TRIGGER:${isExact ? HOUR_BEFORE : EVENING_BEFORE}`,
    "END:VALARM",
    "END:VEVENT",
  ];
}

function utc(moment) {
  return new Date(moment).toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "");
}

function escape(text) {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
}

/** Long lines are folded between characters, by their length in UTF-8. */
function fold(line) {
  const parts = [];
  let part = "";
  let size = 0;
  Array.from(line).forEach((letter) => {
    const octets = new TextEncoder().encode(letter).length;
    if (size + octets > LINE) {
      parts.push(part);
      part = " ";
      size = 1;
    }
    part += letter;
    size += octets;
  });
  parts.push(part);
  return parts.join("\r\n");
}
