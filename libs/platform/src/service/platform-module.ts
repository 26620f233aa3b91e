import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Bus, RequestClient, ServiceIdentity } from '@exchequer/bus';
import type { Health } from '../health/health.js';
import type { Logger } from '../logging/create-logger.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Settings } from '../settings/settings.js';

/** What every service has; each part can be injected by its token anywhere in the service. */
export interface Platform {
  readonly service: ServiceIdentity;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly bus: Bus;
  readonly requests: RequestClient;
  readonly health: Health;
  readonly metrics: Metrics;
}

export const SERVICE = Symbol('service identity');
export const SETTINGS = Symbol('settings');
export const LOGGER = Symbol('logger');
export const BUS = Symbol('bus');
export const REQUESTS = Symbol('request client');
export const HEALTH = Symbol('health');
export const METRICS = Symbol('metrics');

const TOKENS = {
  service: SERVICE,
  settings: SETTINGS,
  logger: LOGGER,
  bus: BUS,
  requests: REQUESTS,
  health: HEALTH,
  metrics: METRICS,
} as const satisfies Record<keyof Platform, symbol>;

/** Makes the parts of the platform injectable, and brings in the module of the service. */
@Global()
@Module({})
export class PlatformModule {
  static around(service: Required<DynamicModule>['imports'][number], platform: Platform): DynamicModule {
    const names = Object.keys(TOKENS) as (keyof Platform)[];
    return {
      module: PlatformModule,
      imports: [service],
      providers: names.map((name) => ({ provide: TOKENS[name], useValue: platform[name] })),
      exports: names.map((name) => TOKENS[name]),
    };
  }
}
