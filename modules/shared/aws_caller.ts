// Who we are for AWS: the account and name behind the credentials.
import { AwsFailure } from '../../aws/failure.ts';
import { defineAwsType, type Thing } from './aws_api.ts';

/** Named as in Ansible's results. */
export interface Caller extends Thing {
  readonly account: string;
  readonly account_alias: string;
  readonly arn: string;
  readonly user_id: string;
}

/** The account's own name. Not to be allowed to see it is no failure, as with Ansible. */
const refused = /^AccessDenied|^UnauthorizedOperation$/;

export const callers = defineAwsType<Caller>({
  name: 'caller',
  list: async (aws, _filters, abortSignal) => {
    const { client, sdk } = await aws.sts();
    const { Account, Arn, UserId } = await client.send(new sdk.GetCallerIdentityCommand({}), { abortSignal });
    const iam = await aws.iam();
    const aliases = await iam.client
      .send(new iam.sdk.ListAccountAliasesCommand({}), { abortSignal })
      .then(({ AccountAliases }) => AccountAliases ?? [])
      .catch((error: unknown): string[] => {
        if (error instanceof AwsFailure && refused.test(error.code)) return [];
        throw error;
      });
    return [
      {
        account: Account ?? '',
        account_alias: aliases[0] ?? '',
        arn: Arn ?? '',
        user_id: UserId ?? '',
        tags: {},
      },
    ];
  },
  fields: {},
});
