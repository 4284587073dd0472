// A WebSocket client, as much of RFC 6455 as WebDriver BiDi needs: text messages both ways on this machine.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';

/** Sends one text message; clients mask what they send. */
function frame(text) {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65536 ? 4 : 10);
  head[0] = 0x81; // final, text
  if (head.length === 2) head[1] = 0x80 | payload.length;
  else if (head.length === 4) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  const mask = randomBytes(4);
  payload.forEach((byte, i) => (payload[i] = byte ^ mask[i & 3]));
  return Buffer.concat([head, mask, payload]);
}

/** Takes the first whole frame off `data`: {opcode, final, payload, rest}; undefined while it is not whole. */
function parse(data) {
  if (data.length < 2) return undefined;
  let length = data[1] & 127;
  let at = 2;
  if (length === 126) {
    if (data.length < 4) return undefined;
    length = data.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (data.length < 10) return undefined;
    length = Number(data.readBigUInt64BE(2));
    at = 10;
  }
  if (data.length < at + length) return undefined;
  const payload = data.subarray(at, at + length);
  return { opcode: data[0] & 15, final: data[0] >= 128, payload, rest: data.subarray(at + length) };
}

/** Resolves to {send(text), close()}; `onText` gets each message, `onEnd` is called once. */
export function connect(url, onText, onEnd) {
  return new Promise((done, fail) => {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    };
    const asked = request(url.replace(/^ws/, 'http'), { headers });
    asked.on('error', fail);
    asked.on('response', ({ statusCode }) => fail(new Error(`${url} answered ${statusCode}`)));
    asked.on('upgrade', (_, socket, first) => {
      let data = first;
      let parts = [];
      const take = (more) => {
        data = Buffer.concat([data, more]);
        for (let it; (it = parse(data)); data = it.rest) {
          if (it.opcode === 8) socket.end();
          if (it.opcode > 2) continue;
          parts.push(it.payload);
          if (!it.final) continue;
          const text = Buffer.concat(parts).toString();
          parts = [];
          onText(text);
        }
      };
      socket.on('data', take);
      socket.on('error', () => {});
      socket.on('close', onEnd);
      take(Buffer.alloc(0));
      done({ send: (text) => socket.write(frame(text)), close: () => socket.destroy() });
    });
    asked.end();
  });
}
