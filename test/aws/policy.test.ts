// What the policy for whoever runs our playbooks must allow by AWS's documentation, which moto does not ask for.
import * as assert from 'uvu/assert';
import { allowedActions } from '../support/aws_policy.ts';
import { describe } from '../support/suite.ts';
import { documentedBeside } from './policy_extras.ts';

describe('playbooks/aws/iam_policy.json beside the documentation', ({ test }) => {
  for (const [action, besides] of Object.entries(documentedBeside))
    test(`whoever may ${action} may do what AWS asks for besides`, () => {
      assert.ok(allowedActions.includes(action));
      assert.equal(
        besides.filter((one) => !allowedActions.includes(one)),
        [],
      );
    });
});
