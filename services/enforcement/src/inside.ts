/** The inside of the service, for those that put it to the proof without its process: the simulation drives it in one. */
export type { IncomingMessage } from './edge/incoming-message.js';
export { Intake, type Method } from './edge/intake.js';
export { AccountHosts } from './host/account-hosts.js';
export type { HostContext } from './host/host-context.js';
export { advanceMethod } from './methods/advance.js';
export { authorizeMethod } from './methods/authorize.js';
export { captureMethod } from './methods/capture.js';
export { configureMethod } from './methods/configure.js';
export { correctMethod } from './methods/correct.js';
export { grantMethod, transferMethod } from './methods/fund.js';
export { extendMethod, voidMethod } from './methods/hold-end.js';
export { outcomeMethod } from './methods/outcome.js';
export { pauseMethod, resumeMethod } from './methods/pause.js';
export { recordMethod } from './methods/record.js';
export { endSessionMethod, openSessionMethod } from './methods/sessions.js';
export { balanceMethod } from './queries/balance.js';
export { Explainer } from './queries/explain.js';
export type { RefusalRow } from './refusals/refusal-row.js';
