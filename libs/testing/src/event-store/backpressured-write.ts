import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from './protocol.js';

/** Writes, and waits until the consumer can take more or is gone. */
export async function backpressuredWrite(
  call: ServerWritableStream<ReadReq, ReadResp>,
  response: ReadResp,
): Promise<void> {
  if (call.write(response) || call.cancelled) return;
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      call.off('drain', goOn).off('cancelled', goOn);
      resolve();
    };
    call.on('drain', goOn).on('cancelled', goOn);
  });
}
