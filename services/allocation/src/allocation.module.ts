import { RequestClient } from '@exchequer/bus';
import { REQUESTS } from '@exchequer/platform';
import { Module } from '@nestjs/common';
import { AllocationController } from './allocation.controller.js';

@Module({
  controllers: [AllocationController],
  providers: [{ provide: RequestClient, useExisting: REQUESTS }],
})
export class AllocationModule {}
