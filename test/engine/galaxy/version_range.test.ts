import * as assert from 'uvu/assert';
import { compareVersions, meetsRange } from '../../../engine/galaxy/version_range.ts';
import { describe } from '../../support/suite.ts';

describe('ranges of versions', ({ test }) => {
  test('compare by semantic versioning', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0',
      '1.2.0',
      '1.10.0',
      'v2.0.0',
    ];
    ordered.forEach((version, index) => {
      assert.is(compareVersions(version, version), 0);
      for (const later of ordered.slice(index + 1)) {
        assert.is(compareVersions(version, later), -1, `${version} ${later}`);
        assert.is(compareVersions(later, version), 1, `${later} ${version}`);
      }
    });
    assert.is(compareVersions('1.0.0+a', '1.0.0+b'), 0);
  });

  test('hold versions, or cannot be read', () => {
    const table: readonly (readonly [string, string, boolean | undefined])[] = [
      ['1.2.3', '*', true],
      ['1.2.3', '1.2.3', true],
      ['1.2.3', '==1.2.4', false],
      ['1.2.3', '>=1.0.0,<2.0.0', true],
      ['2.0.0', '>=1.0.0, <2.0.0', false],
      ['1.2.3', '!=1.2.3', false],
      ['1.2.3', '~1.2', undefined],
      ['1.2.3', '>=', undefined],
    ];
    for (const [version, range, wanted] of table)
      assert.is(meetsRange(version, range), wanted, `${version} ${range}`);
  });
});
