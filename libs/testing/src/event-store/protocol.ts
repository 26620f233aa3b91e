/* eslint-disable @typescript-eslint/consistent-type-imports -- the modules are loaded below; here only their types are named */
import { createRequire } from 'node:module';

// The vendor's own generated code, so that the double speaks exactly what the client speaks. It is CommonJS and no part
// of the client's public entry, hence `require`; only its types are named here.
const require = createRequire(import.meta.url);
const clientRequire = createRequire(require.resolve('@eventstore/db-client'));

type Streams = typeof import('@eventstore/db-client/generated/streams_pb.js');
type StreamsService = typeof import('@eventstore/db-client/generated/streams_grpc_pb.js');
type Features = typeof import('@eventstore/db-client/generated/serverfeatures_pb.js');
type FeaturesService = typeof import('@eventstore/db-client/generated/serverfeatures_grpc_pb.js');
type Shared = typeof import('@eventstore/db-client/generated/shared_pb.js');
type Status = typeof import('@eventstore/db-client/generated/status_pb.js');
type AnyMessage = typeof import('google-protobuf/google/protobuf/any_pb.js');
type EmptyMessage = typeof import('google-protobuf/google/protobuf/empty_pb.js');

/** Messages of `event_store.client.streams`. */
export const streams = require('@eventstore/db-client/generated/streams_pb') as Streams;
export const { StreamsService } = require('@eventstore/db-client/generated/streams_grpc_pb') as StreamsService;
/** Messages of `event_store.client.server_features`. */
export const features = require('@eventstore/db-client/generated/serverfeatures_pb') as Features;
export const { ServerFeaturesService } =
  require('@eventstore/db-client/generated/serverfeatures_grpc_pb') as FeaturesService;
/** Messages of `event_store.client`. */
export const shared = require('@eventstore/db-client/generated/shared_pb') as Shared;
export const { Status } = require('@eventstore/db-client/generated/status_pb') as Status;
export const { Any } = clientRequire('google-protobuf/google/protobuf/any_pb') as AnyMessage;
export const { Empty: GoogleEmpty } = clientRequire('google-protobuf/google/protobuf/empty_pb') as EmptyMessage;

export type AppendReq = InstanceType<Streams['AppendReq']>;
export type AppendResp = InstanceType<Streams['AppendResp']>;
export type BatchAppendReq = InstanceType<Streams['BatchAppendReq']>;
export type BatchAppendResp = InstanceType<Streams['BatchAppendResp']>;
export type ReadReq = InstanceType<Streams['ReadReq']>;
export type ReadResp = InstanceType<Streams['ReadResp']>;
export type ProtocolStatus = InstanceType<Status['Status']>;
export type StreamIdentifier = InstanceType<Shared['StreamIdentifier']>;
export type SupportedMethods = InstanceType<Features['SupportedMethods']>;

/** Stream names travel as UTF-8 bytes. */
export const streamNameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
