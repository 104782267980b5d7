// calendar.cjs FILE: what ical.js reads in a calendar, as JSON: each event's id, words, and instants.
'use strict';
const { readFileSync } = require('node:fs');
const required = require('ical.js');
const ICAL = required.default ?? required;

ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], 'utf8')));
for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
const events = calendar.getAllSubcomponents('vevent').map((part) => {
  for (const name of ['uid', 'dtstamp', 'dtstart', 'summary']) {
    if (!part.getFirstPropertyValue(name)) throw new Error(`an event has no ${name}`);
  }
  const event = new ICAL.Event(part);
  const instant = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString());
  return { uid: event.uid, summary: event.summary, start: instant(event.startDate), end: instant(event.endDate) };
});
console.log(JSON.stringify(events));
