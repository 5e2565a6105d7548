/**
 * Reads a calendar on standard input as a browser's calendar program would (ical.js), and prints each
 * day it shows: start, summary, status. Called by tests/test_series.py.
 */
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
calendar.getAllSubcomponents("vtimezone").forEach((zone) => ICAL.TimezoneService.register(zone));
const events = calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
const days = [];
events
  .filter((event) => !event.isRecurrenceException())
  .forEach((event) => {
    events
      .filter((other) => other.isRecurrenceException() && other.uid === event.uid)
      .forEach((other) => event.relateException(other));
    if (!event.isRecurring()) {
      days.push(said(event, event.startDate));
      return;
    }
    const steps = event.iterator();
    let next = steps.next();
    while (next && days.length < 1000) {
      const details = event.getOccurrenceDetails(next);
      days.push(said(details.item, details.startDate));
      next = steps.next();
    }
  });
console.log(JSON.stringify(days.sort((a, b) => (a.start < b.start ? -1 : 1))));

function said(event, start) {
  return {
    start: start.isDate ? start.toString() : start.toJSDate().toISOString(),
    summary: event.summary,
    status: event.component.getFirstPropertyValue("status"),
  };
}
