import * as assert from 'uvu/assert';
import { bytesOfText, textOfBytes } from '../../../engine/document/byte_text.ts';
import { parseYaml } from '../../../engine/document/yaml.ts';
import { Random } from '../../support/random.ts';
import { describe } from '../../support/suite.ts';

describe('bytes as text', ({ test }) => {
  test('bytes that are not UTF-8 become lone surrogates, as in Python', () => {
    const bytes = Buffer.from('caf\xe9 \xc3\xa9 \xed\xa0\x80 \xf0\x9f\x98', 'latin1');
    assert.is(textOfBytes(bytes), 'caf\udce9 é \udced\udca0\udc80 \udcf0\udc9f\udc98');
  });

  test('every text of bytes gives its bytes back', () => {
    const random = new Random(7);
    const parts = [0x80, 0xe9, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0xed, 0xa0, 0xff, 0x61, 0x0a, 0xef, 0xbb, 0xbf];
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.from(Array.from({ length: random.below(12) }, () => random.pick(parts)));
      assert.equal([...bytesOfText(textOfBytes(bytes))], [...bytes]);
    }
  });

  test('YAML that is not UTF-8 is an error at its place', () => {
    const { diagnostics, documents } = parseYaml(
      textOfBytes(Buffer.from('a: 1\nb: caf\xe9\n', 'latin1')),
      'f',
    );
    assert.is(documents.length, 0);
    assert.is(diagnostics[0]?.summary, 'The text is not UTF-8: byte 0xe9 cannot stand here');
    assert.is(`${diagnostics[0]?.position?.line}:${diagnostics[0]?.position?.column}`, '2:7');
  });

  test('a byte order mark before YAML is passed over', () => {
    assert.is(parseYaml('\ufeffa: 1\n', 'f').documents.length, 1);
  });
});
