// One line of the table of ansible-core's settings.
const kinds = ['boolean', 'integer', 'number', 'list', 'path', 'paths', 'places', 'text'] as const;
/** `paths` stand between colons, `places` between commas. */
export type SettingKind = (typeof kinds)[number];

export interface CoreSetting {
  readonly name: string;
  readonly kind: SettingKind;
  /** As it would be written; undefined where there is none. */
  readonly fallback: string | undefined;
}

/** By `section.key`. */
export function byKey(rows: string): ReadonlyMap<string, CoreSetting> {
  return new Map(
    rows
      .trim()
      .split('\n')
      .map((row): [string, CoreSetting] => {
        const [key = '', name = '', word = '', ...fallback] = row.split(' ');
        const kind = kinds.find((one) => one === word) ?? 'text';
        const written = fallback.length > 0 ? fallback.join(' ') : undefined;
        return [key, { name, kind, fallback: written === '""' ? '' : written }];
      }),
  );
}
