/** Of the service, and of the interface that it describes in `/openapi.json`. */
export const VERSION = '0.1.0';
