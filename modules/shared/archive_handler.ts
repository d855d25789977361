// Who unpacks an archive, by Ansible's names.
import { Unknown } from '../../engine/document/value.ts';
import type { ResultData } from '../../engine/module/contract.ts';
import type { ArchiveState } from '../../engine/module/vocabulary/archive_state.ts';

/** Ansible asks tar with -z first, then without a flag, which reads every other compression too. */
export function archiveHandler(format: 'tar' | 'zip', { isGzip }: ArchiveState): ResultData {
  if (format === 'zip') return 'ZipArchive';
  if (isGzip === undefined) return new Unknown('what is in the archive');
  return isGzip ? 'TgzArchive' : 'TarArchive';
}
