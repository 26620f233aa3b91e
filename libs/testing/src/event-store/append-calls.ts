import type { handleClientStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { AppendDesk, AppendRequest, SentAnswer } from './append-desk.js';
import type { ExpectedRevision, ProposedEvent } from './event-log.js';
import {
  Any,
  type AppendReq,
  type AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
  GoogleEmpty,
  type ProtocolStatus,
  shared,
  Status,
  streamNameOf,
  streams,
} from './protocol.js';
import { refusal } from './refusal.js';

/** Both kinds of append carry events of the same shape under different names. */
type ProposedMessage = Pick<
  InstanceType<typeof streams.BatchAppendReq.ProposedMessage>,
  'getId' | 'getMetadataMap' | 'getData_asU8' | 'getCustomMetadata_asU8'
>;

const proposed = (message: ProposedMessage): ProposedEvent => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

function batchExpectation(options: InstanceType<typeof streams.BatchAppendReq.Options>): ExpectedRevision {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  return Number(options.getStreamPosition());
}

function expectation(options: InstanceType<typeof streams.AppendReq.Options> | undefined): ExpectedRevision {
  if (options?.hasNoStream() === true) return 'no-stream';
  if (options?.hasStreamExists() === true) return 'stream-exists';
  return options?.hasRevision() === true ? Number(options.getRevision()) : 'any';
}

type StatusDetail = Parameters<InstanceType<typeof Any>['pack']>[0];

function statusWith(message: string, detail: StatusDetail, typeName: string): ProtocolStatus {
  const details = new Any();
  details.pack(detail, typeName);
  return new Status().setMessage(message).setDetails(details);
}

function wrongVersion(current: number, expected: ExpectedRevision): ProtocolStatus {
  const detail = new shared.WrongExpectedVersion();
  if (current < 0) detail.setCurrentNoStream(new GoogleEmpty());
  else detail.setCurrentStreamRevision(String(current));
  if (expected === 'any') detail.setExpectedAny(new GoogleEmpty());
  else if (expected === 'no-stream') detail.setExpectedNoStream(new GoogleEmpty());
  else if (expected === 'stream-exists') detail.setExpectedStreamExists(new GoogleEmpty());
  else detail.setExpectedStreamPosition(String(expected));
  return statusWith('WrongExpectedVersion', detail.serializeBinary(), 'event_store.client.WrongExpectedVersion');
}

function batchAnswer(answer: SentAnswer, expected: ExpectedRevision): BatchAppendResp {
  const response = new streams.BatchAppendResp();
  switch (answer.kind) {
    case 'stored':
    case 'repeated': {
      const position = new shared.AllStreamPosition();
      position.setCommitPosition(String(answer.position)).setPreparePosition(String(answer.position));
      const success = new streams.BatchAppendResp.Success();
      return response.setSuccess(success.setCurrentRevision(String(answer.revision)).setPosition(position));
    }
    case 'nothing-to-store':
      return response.setSuccess(
        new streams.BatchAppendResp.Success().setCurrentRevision('0').setNoPosition(new GoogleEmpty()),
      );
    case 'wrong-revision':
      return response.setError(wrongVersion(answer.current, expected));
    case 'too-large': {
      const detail = new shared.MaximumAppendSizeExceeded().setMaxappendsize(answer.bytesMax);
      return response.setError(
        statusWith(
          'MaximumAppendSizeExceeded',
          detail.serializeBinary(),
          'event_store.client.MaximumAppendSizeExceeded',
        ),
      );
    }
    case 'timeout':
      return response.setError(
        statusWith('Timeout', new shared.Timeout().serializeBinary(), 'event_store.client.Timeout'),
      );
    case 'not-ready':
      return response.setError(
        statusWith('Server Is Not Ready', new GoogleEmpty().serializeBinary(), 'google.protobuf.Empty'),
      );
  }
}

/** `Streams.BatchAppend`: many appends over one stream of messages, answered as each is decided. */
export const batchAppendCall =
  (desk: AppendDesk) =>
  (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    const collecting = new Map<string, AppendRequest & { readonly events: ProposedEvent[] }>();

    const finish = async (message: BatchAppendReq, request: AppendRequest): Promise<void> => {
      const answer = await desk.handle(request);
      if (answer.kind === 'silence' || call.cancelled || call.destroyed) return;
      const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(request.stream));
      call.write(
        batchAnswer(answer, request.expected)
          .setCorrelationId(message.getCorrelationId())
          .setStreamIdentifier(identifier),
      );
    };

    call.on('data', (message: BatchAppendReq) => {
      const id = message.getCorrelationId()?.getString() ?? '';
      const options = message.getOptions();
      if (options !== undefined)
        collecting.set(id, {
          stream: streamNameOf(options.getStreamIdentifier()),
          expected: batchExpectation(options),
          events: [],
          deadlineMs: options.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY,
        });
      const request = collecting.get(id);
      if (request === undefined) return;
      request.events.push(...message.getProposedMessagesList().map(proposed));
      if (!message.getIsFinal()) return;
      collecting.delete(id);
      void finish(message, request);
    });
    call.on('end', () => call.end());
    call.on('error', () => call.destroy());
  };

/** `Streams.Append`: one append a call. The client takes this way when it is given credentials for one call. */
export const appendCall =
  (desk: AppendDesk): handleClientStreamingCall<AppendReq, AppendResp> =>
  (call, callback) => {
    let options: InstanceType<typeof streams.AppendReq.Options> | undefined;
    const events: ProposedEvent[] = [];
    call.on('data', (message: AppendReq) => {
      options = message.getOptions() ?? options;
      const event = message.getProposedMessage();
      if (event !== undefined) events.push(proposed(event));
    });
    call.on('end', () => {
      const expected = expectation(options);
      const deadlineMs = Number.POSITIVE_INFINITY;
      const request = { stream: streamNameOf(options?.getStreamIdentifier()), expected, events, deadlineMs };
      void desk.handle(request).then((answer) => {
        if (answer.kind === 'silence') return;
        const response = unaryAnswer(answer);
        if (response instanceof Error) callback(response);
        else callback(null, response);
      });
    });
  };

function unaryAnswer(answer: SentAnswer): AppendResp | ReturnType<typeof refusal> {
  const response = new streams.AppendResp();
  switch (answer.kind) {
    case 'stored':
    case 'repeated': {
      const position = new streams.AppendResp.Position();
      position.setCommitPosition(String(answer.position)).setPreparePosition(String(answer.position));
      const success = new streams.AppendResp.Success();
      return response.setSuccess(success.setCurrentRevision(String(answer.revision)).setPosition(position));
    }
    case 'nothing-to-store':
      return response.setSuccess(
        new streams.AppendResp.Success().setCurrentRevision('0').setNoPosition(new shared.Empty()),
      );
    case 'wrong-revision': {
      const wrong = new streams.AppendResp.WrongExpectedVersion();
      if (answer.current < 0) wrong.setCurrentNoStream(new shared.Empty());
      else wrong.setCurrentRevision(String(answer.current));
      return response.setWrongExpectedVersion(wrong);
    }
    case 'too-large':
      return refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${answer.bytesMax} Exceeded.`, {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': String(answer.bytesMax),
      });
    case 'timeout':
      return refusal(status.ABORTED, 'Operation timed out');
    case 'not-ready':
      return refusal(status.UNAVAILABLE, 'Server Is Not Ready');
  }
}
