export { readSettings, SETTINGS_FILE, settingsFrom } from './read-settings.js';
export { redact } from './redact.js';
export * from './settings.js';
export { showSettings } from './show-settings.js';
