// Who runs the playbooks of AWS: an account of moto's that this process's environment names, and a folder for its files.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withEnvironment } from './environment.ts';
import { useAws, type TestAws } from './moto.ts';

export interface AwsOperator {
  readonly aws: TestAws;
  readonly folder: string;
  readonly release: () => Promise<void>;
}

export async function useAwsOperator(): Promise<AwsOperator> {
  const aws = await useAws();
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-operator-'));
  const restore = withEnvironment(aws.environment);
  return {
    aws,
    folder,
    release: async () => {
      restore();
      rmSync(folder, { recursive: true, force: true });
      await aws.release();
    },
  };
}
