// Keeps a launch template: a version is made only when what it says differs from the newest one.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { dict, int } from '../engine/module/kinds.ts';
import { isOwned, leftAlone, ownedParams } from './shared/aws_owned.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { tagChange, tagsOf } from './shared/aws_tags.ts';
import {
  changeLaunchTemplate,
  createLaunchTemplate,
  deleteLaunchTemplate,
  launchTemplates,
  saysTheSame,
  type LaunchTemplate,
  type TemplateChange,
} from './shared/ec2_launch_templates.ts';
import { templateData, templateParams, type TemplateWish } from './shared/ec2_template_wish.ts';

function changeOf(wish: TemplateWish, template: LaunchTemplate): TemplateChange | undefined {
  const data = templateData(wish);
  const isNew = !saysTheSame(template.latest, data);
  const latest = template.latest_version_number + (isNew ? 1 : 0);
  const chosen = wish.default_version === 'latest' ? latest : Number(wish.default_version);
  const tags = tagChange(template.tags, tagsOf(wish.tags), wish.purge_tags);
  const change: TemplateChange = {
    ...(isNew ? { data, description: wish.version_description } : {}),
    ...(chosen === template.default_version_number ? {} : { default_version: chosen }),
    ...(tags ? { tags } : {}),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

export const ec2LaunchTemplate = defineModule({
  name: 'ec2_launch_template',
  fullNames: ['amazon.aws.ec2_launch_template', 'community.aws.ec2_launch_template'],
  summary: 'Keep a launch template of EC2',
  reach: 'apis',
  constraints: { requiredOneOf: [['template_name', 'template_id']] },
  params: { ...templateParams, ...ownedParams, ...awsParameters },
  returns: {
    template: dict({ doc: 'launch_template_id, launch_template_name …; empty when absent' }),
    latest_version: int(),
    default_version: int(),
  },
  seen: answers<{ found: readonly LaunchTemplate[] }>(),
  probes: (wish, seen) => {
    if (seen.found) return done;
    const { template_id: id, template_name: name = '' } = wish;
    return { found: launchTemplates.ask(accessOf(wish), id === undefined ? { name: [name] } : { id: [id] }) };
  },
  plan: (wish, { found: [template] }) => {
    const access = accessOf(wish);
    if (!/^(?:latest|[1-9]\d*)$/.test(wish.default_version))
      return { steps: [], fail: `default_version is ${wish.default_version}: it takes a number, or latest` };
    if (template && !isOwned(wish, template.tags))
      return leftAlone(wish, `Launch template ${template.launch_template_name}`);
    const of = template && {
      access,
      id: template.launch_template_id,
      name: template.launch_template_name,
    };
    if (wish.state === 'absent') return { steps: of ? [deleteLaunchTemplate(of)] : [] };
    if (template && of) {
      const change = changeOf(wish, template);
      const latest = template.latest_version_number;
      return { steps: change ? [changeLaunchTemplate({ ...of, latest, change })] : [] };
    }
    const { template_name: name, version_description: description } = wish;
    if (name === undefined)
      return { steps: [], fail: `There is no launch template ${wish.template_id ?? ''}` };
    const made = { name, data: templateData(wish), description, tags: tagsOf(wish.tags) ?? {} };
    return { steps: [createLaunchTemplate({ access, ...made })] };
  },
  result: (_wish, _before, _outcomes, { found: [template] }) => ({
    template: template ?? {},
    latest_version: template?.latest_version_number,
    default_version: template?.default_version_number,
  }),
});
