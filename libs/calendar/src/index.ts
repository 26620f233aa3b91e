export { createCalendar } from './calendar.js';
